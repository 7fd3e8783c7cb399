//! What the engine asks of whoever runs iterations.

use std::future::{Future, ready};
use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::scenario::ScenarioRun;
use super::state::RunState;
use crate::metric::Recorder;

/// Makes virtual users; shared by all workers.
///
/// A worker is a thread with a current-thread tokio runtime and a `LocalSet`; virtual user `n`
/// lives on worker `n` modulo the workers, and no future here need be [`Send`].
pub trait Script: Send + Sync + 'static {
    /// A virtual user, which never leaves its worker.
    type Vu: VirtualUser;

    /// Makes a virtual user, on its worker's thread, before the run or when an arrival rate needs
    /// another one. An error ends the run (exit code 107).
    fn new_vu(&self, seat: Seat) -> impl Future<Output = Result<Self::Vu, ScriptError>>;

    /// Runs once before the first iteration, on the first worker that isn't stuck, after all virtual users are made;
    /// must return soon after `interrupt` is cancelled. An error ends the run (exit code 107).
    fn setup(
        &self,
        seat: Seat,
        interrupt: CancellationToken,
    ) -> impl Future<Output = Result<(), ScriptError>> {
        drop((seat, interrupt));
        ready(Ok(()))
    }

    /// Runs once after the last iteration, also of an aborted run, on the first worker that isn't
    /// stuck.
    fn teardown(
        &self,
        seat: Seat,
        interrupt: CancellationToken,
    ) -> impl Future<Output = Result<(), ScriptError>> {
        drop((seat, interrupt));
        ready(Ok(()))
    }
}

/// Runs iterations, one at a time.
pub trait VirtualUser: 'static {
    /// Runs one iteration; must return soon after `call.interrupt` is cancelled, whatever the
    /// script does. One that doesn't is left behind after
    /// [`INTERRUPT_WAIT`](crate::INTERRUPT_WAIT): it runs no more iterations.
    fn run(&mut self, call: &IterationCall) -> impl Future<Output = IterationEnd>;
}

/// What a virtual user gets for life.
#[derive(Clone)]
pub struct Seat {
    /// Its number in this process, from 1; 0 for `setup` and `teardown`.
    pub id_in_instance: u64,
    /// Its number in the whole test, from 1; the same, as there is one instance.
    pub id_in_test: u64,
    /// Takes its samples.
    pub recorder: Recorder,
    /// The run's state.
    pub run: Arc<RunState>,
}

/// What an iteration gets.
#[derive(Clone, Debug)]
pub struct IterationCall {
    /// The scenario that it is of.
    pub scenario: Arc<ScenarioRun>,
    /// How many iterations its virtual user ran before (`__ITER`).
    pub iteration_in_vu: u64,
    /// How many of them in this scenario.
    pub iteration_in_vu_and_scenario: u64,
    /// Its number among all of the scenario, from 0, in this process.
    pub iteration_in_scenario: u64,
    /// Its number among all of the scenario in the whole test; the same, as there is one instance.
    pub iteration_in_test: u64,
    /// When an arrival rate meant it to start.
    pub intended_start: Option<Instant>,
    /// Cancelled when it has to end.
    pub interrupt: CancellationToken,
}

/// How an iteration ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IterationEnd {
    /// It came to its end.
    Completed,
    /// It threw, which counts as an iteration.
    Failed,
    /// Its interrupt ended it, which does not.
    Interrupted,
    /// It asked for the run's end (exit code 108).
    AbortTest(String),
}

/// Why a script can't be run: a message with file, line and column where known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScriptError(pub String);
