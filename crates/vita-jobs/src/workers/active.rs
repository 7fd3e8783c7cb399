use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use vita_db::Announcement;
use vita_model::Progress;

use crate::JobHandler;
use crate::tables::{CANCEL_TOPIC, Fence, QUEUE_TOPIC};

/// Cancellations that are kept for runs about to begin. One is needed for a moment only, between the
/// commit of a claim and the start of its runs.
const CANCELLED_KEPT: usize = 256;

/// Why a run is told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// Somebody cancelled the job.
    Cancelled,
    /// Its lease was taken back.
    LeaseLost,
    /// The attempt has run for as long as one may.
    TimedOut,
    /// The worker shuts down.
    Draining,
}

/// A run of this process: what others than its handler need of it.
pub(crate) struct ActiveRun {
    fence: Fence,
    handler: Arc<dyn JobHandler>,
    stopping: CancellationToken,
    stop_reason: Mutex<Option<StopReason>>,
    report: Mutex<Report>,
    reported: Arc<Notify>,
}

#[derive(Default)]
struct Report {
    stage: Option<&'static str>,
    progress: Progress,
    is_new: bool,
    is_new_stage: bool,
    written: Option<Instant>,
}

/// A report that is due to be written.
#[derive(Clone)]
pub(crate) struct DueReport {
    pub(crate) fence: Fence,
    pub(crate) handler: Arc<dyn JobHandler>,
    pub(crate) stage: Option<&'static str>,
    pub(crate) progress: Progress,
}

impl ActiveRun {
    pub(crate) fn new(fence: Fence, handler: Arc<dyn JobHandler>, reported: Arc<Notify>) -> Self {
        Self {
            fence,
            handler,
            stopping: CancellationToken::new(),
            stop_reason: Mutex::default(),
            report: Mutex::default(),
            reported,
        }
    }

    pub(crate) const fn fence(&self) -> &Fence {
        &self.fence
    }

    pub(crate) const fn handler(&self) -> &Arc<dyn JobHandler> {
        &self.handler
    }

    pub(crate) const fn stopping(&self) -> &CancellationToken {
        &self.stopping
    }

    /// Tells the run to stop. The first reason stays, but for a lost lease, after which nothing else
    /// counts.
    pub(crate) fn stop(&self, reason: StopReason) {
        let mut known = lock(&self.stop_reason);
        if known.is_none() || reason == StopReason::LeaseLost {
            *known = Some(reason);
        }
        drop(known);
        self.stopping.cancel();
    }

    pub(crate) fn stop_reason(&self) -> Option<StopReason> {
        *lock(&self.stop_reason)
    }

    pub(crate) fn report(&self, stage: Option<&'static str>, progress: Progress) {
        let mut report = lock(&self.report);
        if report.stage == stage && report.progress == progress {
            return;
        }
        report.is_new_stage |= report.stage != stage;
        report.stage = stage;
        report.progress = progress;
        report.is_new = true;
        drop(report);
        self.reported.notify_one();
    }

    /// Whether something was reported that has not been written.
    pub(crate) fn has_report(&self) -> bool {
        lock(&self.report).is_new
    }

    /// Takes the report when it is due: a new stage at once, else after `pace`.
    pub(crate) fn take_due_report(&self, pace: Duration) -> Option<DueReport> {
        let mut report = lock(&self.report);
        let is_paced = report.written.is_none_or(|at| at.elapsed() >= pace);
        if !report.is_new || !(report.is_new_stage || is_paced) {
            return None;
        }
        report.is_new = false;
        report.is_new_stage = false;
        report.written = Some(Instant::now());
        Some(DueReport {
            fence: self.fence.clone(),
            handler: Arc::clone(&self.handler),
            stage: report.stage,
            progress: report.progress,
        })
    }

    /// Puts a report back that could not be written, unless a newer one has come.
    pub(crate) fn put_back_report(&self) {
        lock(&self.report).is_new = true;
    }
}

/// Wakes workers, and stops runs, when something is announced. Made before the database is opened,
/// so that the sink of its announcements can hold it; cheap to clone. It serves one set of workers.
#[derive(Clone, Default)]
pub struct WakeUp(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queues: Mutex<HashMap<String, Arc<Notify>>>,
    /// By lease token: a job that lost its lease may run again here while its old run still stops.
    runs: Mutex<HashMap<String, Arc<ActiveRun>>>,
    /// The jobs last cancelled while they ran; locked before `runs`. A job that was cancelled while
    /// it ran does not run again, so an old entry does no harm.
    cancelled: Mutex<VecDeque<String>>,
    reported: Arc<Notify>,
}

impl WakeUp {
    /// A wake-up for workers that are started later.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an announcement; those that concern no worker are passed over. Quick, and never waits.
    pub fn hear(&self, announcement: &Announcement) {
        if let Some(queue) = announcement.topic.strip_prefix(QUEUE_TOPIC) {
            self.wake(queue);
        } else if let Some(id) = announcement.topic.strip_prefix(CANCEL_TOPIC) {
            self.cancel(id);
        }
    }

    /// Stops the runs of a job. The run of one that was just claimed may not be known yet, so the
    /// cancellation is kept for it.
    fn cancel(&self, id: &str) {
        let mut cancelled = lock(&self.0.cancelled);
        for run in lock(&self.0.runs).values() {
            if run.fence.id.as_str() == id {
                run.stop(StopReason::Cancelled);
            }
        }
        if cancelled.len() == CANCELLED_KEPT {
            cancelled.pop_front();
        }
        cancelled.push_back(id.to_owned());
    }

    /// Wakes the workers of all queues, because what woke them may have been missed.
    pub fn wake_all(&self) {
        for notify in lock(&self.0.queues).values() {
            notify.notify_one();
        }
    }

    /// Wakes the workers of a queue.
    pub fn wake(&self, queue: &str) {
        if let Some(notify) = lock(&self.0.queues).get(queue) {
            notify.notify_one();
        }
    }

    pub(super) fn queue(&self, queue: &str) -> Arc<Notify> {
        Arc::clone(lock(&self.0.queues).entry(queue.to_owned()).or_default())
    }

    /// Notified when a run has reported something.
    pub(super) fn reported(&self) -> &Arc<Notify> {
        &self.0.reported
    }

    /// Keeps a run among the active ones until the answer is dropped.
    pub(super) fn register(&self, run: Arc<ActiveRun>) -> Registered {
        let cancelled = lock(&self.0.cancelled);
        lock(&self.0.runs).insert(run.fence.token.clone(), Arc::clone(&run));
        if cancelled.iter().any(|id| id == run.fence.id.as_str()) {
            run.stop(StopReason::Cancelled);
        }
        drop(cancelled);
        Registered {
            run,
            wake: self.clone(),
        }
    }

    pub(super) fn runs(&self) -> Vec<Arc<ActiveRun>> {
        lock(&self.0.runs).values().cloned().collect()
    }
}

/// A run's place among the active ones.
pub(super) struct Registered {
    pub(super) run: Arc<ActiveRun>,
    wake: WakeUp,
}

impl Drop for Registered {
    fn drop(&mut self) {
        let removed = lock(&self.wake.0.runs).remove(&self.run.fence.token);
        // Not under the lock: the run may be the last to hold something that takes it.
        drop(removed);
    }
}

/// The data behind these locks is whole at every moment, so a panic of another holder does no harm.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
