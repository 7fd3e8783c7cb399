//! What the course of every scenario needs, whatever paces it.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::pool::VuPool;
use super::scenario::ScenarioRun;
use super::state::RunState;
use super::worker::Workers;
use crate::INTERRUPT_WAIT;
use crate::metric::Recorder;

/// How long after the interrupt a virtual user is waited for whose worker doesn't come to say that
/// it was left behind: longer than it takes a worker that can.
pub(super) const GIVE_UP_WAIT: Duration = INTERRUPT_WAIT.saturating_add(Duration::from_secs(1));

/// A scenario's surroundings, on the conductor's thread.
pub(super) struct Course {
    pub(super) scenario: Arc<ScenarioRun>,
    pub(super) graceful_stop: Duration,
    pub(super) state: Arc<RunState>,
    pub(super) pool: Rc<VuPool>,
    pub(super) workers: Rc<Workers>,
    pub(super) recorder: Recorder,
    /// Ends the scenario's iterations at work; a child of the run's.
    pub(super) interrupt: CancellationToken,
}

impl Course {
    /// Counts a virtual user as at work.
    pub(super) fn activate(&self) {
        self.state.counts.active.fetch_add(1, Ordering::Relaxed);
        self.scenario.counts.active.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn deactivate(&self) {
        self.state.counts.active.fetch_sub(1, Ordering::Relaxed);
        self.scenario.counts.active.fetch_sub(1, Ordering::Relaxed);
    }
}
