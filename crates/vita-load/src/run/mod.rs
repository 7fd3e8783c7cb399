//! A run: who is run, when, and how it ends.

mod scenario;
mod script;
mod state;

pub use scenario::ScenarioRun;
pub use script::{IterationCall, IterationEnd, Script, ScriptError, Seat, VirtualUser};
pub use state::{RunState, StopReason};
