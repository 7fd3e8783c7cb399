//! A run: who is run, when, and how it ends.

mod at_work;
mod closed;
mod conductor;
mod course;
mod engine;
mod health;
mod open;
mod pool;
mod scenario;
mod script;
mod state;
mod vu;
mod watch;
mod worker;

pub use engine::{Engine, EngineSetup, RunEnd, RunHandle};
pub use health::{GeneratorHealth, LittlesLaw};
pub use scenario::ScenarioRun;
pub use script::{IterationCall, IterationEnd, Script, ScriptError, Seat, VirtualUser};
pub use state::{RunState, StopReason};
