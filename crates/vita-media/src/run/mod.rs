//! The one place that starts processes.
//!
//! A [`ToolPlan`] is a value: a tool, its arguments, what it reads and writes. Pure functions build
//! it; a [`Runner`] runs it. What holds for every run:
//!
//! - the tool is a process group of its own at the lowest priority, with limits for time, memory
//!   and output;
//! - it ends when its run is cancelled, when the run's future is dropped, and when this process
//!   dies, even by `SIGKILL`; what should survive that is ended by [`Runner::sweep`];
//! - it writes to temporary names, which become the real ones only when it succeeded;
//! - it opens files and pipes only, never the network, and only the formats on a list.
//!
//! There is no shell and no argument that holds more than one argument anywhere here.

mod child_setup;
mod pipes;
mod plan;
mod registry;
mod runner;
mod spawner;
mod stream;
mod verdict;

pub(crate) use child_setup::NICENESS;
pub use plan::{InputFormats, StdinUse, StdoutUse, Tool, ToolPlan};
pub use registry::SweepReport;
pub use runner::{RunProgress, RunReport, Runner, RunnerConfig};
pub use stream::{FrameFeed, FrameSender, frame_feed};
