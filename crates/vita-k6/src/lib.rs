//! Runs k6 scripts: a JavaScript runtime for each virtual user, in a coroutine.
//!
//! - [`Test`] is a script whose init code has run: its options are known and checked.
//! - [`Test::prepare`] and [`PreparedRun::run`] take it to its end: a [`RunOutcome`] with exit code and
//!   summary.
//! - [`TestScript`] makes the virtual users of a test; it is the [`vita_load::Script`] that the
//!   engine runs.
//! - [`LogSink`] takes what scripts print.
//!
//! A virtual user is a `QuickJS` runtime inside of a coroutine on one worker for life. A blocking call
//! of the script suspends the coroutine and lends the worker a future; code that computes for longer
//! than a millisecond gives way to its neighbours; and an interrupted script unwinds by an error
//! that no `catch` sees.
//!
//! Invariants:
//! - A runtime is entered only on its own coroutine's stack, and is dropped there.
//! - A suspended coroutine is never dropped.
//! - Whatever a script does, it neither panics nor hangs a worker, and its memory has a limit.
//!
//! Must not: decide when iterations run, aggregate samples, or print.

#![expect(
    clippy::needless_pass_by_value,
    reason = "rquickjs hands native functions their arguments by value"
)]

mod engine;
mod errors;
mod event_loop;
mod http;
mod loader;
mod logging;
mod modules;
mod options;
mod plan;
mod raw;
mod realm;
mod run;
mod secrets;
mod socket;
mod tagging;
mod test;
mod timers;

pub use logging::{Level, LogLine, LogSink};
pub use plan::VU_MEMORY_BYTES_MAX;
pub use run::{PreparedRun, RunOutcome, RunSetup};
pub use secrets::Secrets;
pub use test::{
    OptionSources, ScriptVu, SummaryOutputs, Test, TestError, TestScript, TestSource,
    TestSurroundings,
};
