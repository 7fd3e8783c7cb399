use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use vita_model::{Clock, Timestamp};

use crate::metric::MetricRegistry;

/// Why a run ends before its scenarios do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The script asked for it (exit code 108).
    ScriptAborted(String),
    /// Thresholds with `abortOnFail` were crossed (exit code 99).
    ThresholdsCrossed(Vec<String>),
    /// Somebody outside asked for it (exit code 105).
    External,
    /// A script couldn't go on (exit code 107).
    ScriptFailed(String),
    /// `setup()` or `teardown()` took too long (exit codes 100 and 101).
    TimedOut {
        /// The function.
        stage: &'static str,
        /// How long it was given.
        after: Duration,
    },
}

/// What everybody may ask of, and request from, a run.
pub struct RunState {
    registry: Arc<MetricRegistry>,
    clock: Arc<dyn Clock>,
    begun: OnceLock<(Instant, Timestamp)>,
    /// Cancelled when all iterations have to end.
    interrupt: CancellationToken,
    /// Cancelled when nothing is waited for any more.
    hurry: CancellationToken,
    reason: Mutex<Option<StopReason>>,
    failure: Mutex<Option<String>>,
    stops: AtomicUsize,
    warnings: Mutex<Vec<String>>,
    pub(crate) counts: RunCounts,
}

/// What a run has done; the numbers of `exec.instance`.
#[derive(Debug, Default)]
pub(crate) struct RunCounts {
    pub(crate) completed: AtomicU64,
    pub(crate) interrupted: AtomicU64,
    pub(crate) active: AtomicU64,
    pub(crate) initialized: AtomicU64,
    pub(crate) left_behind: AtomicU64,
    /// How long virtual users were at work, all together, as far as workers have handed it on.
    pub(crate) at_work_nanos: AtomicU64,
    /// How long interrupted iterations took, of which there are no samples.
    pub(crate) interrupted_nanos: AtomicU64,
}

/// Warnings kept until somebody takes them; further ones are left out, as they repeat each other.
const WARNINGS_MAX: usize = 100;

impl RunState {
    /// A run that has not begun.
    pub fn new(registry: Arc<MetricRegistry>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            registry,
            clock,
            begun: OnceLock::new(),
            interrupt: CancellationToken::new(),
            hurry: CancellationToken::new(),
            reason: Mutex::default(),
            failure: Mutex::default(),
            stops: AtomicUsize::new(0),
            warnings: Mutex::default(),
            counts: RunCounts::default(),
        })
    }

    /// The run's metrics.
    pub fn registry(&self) -> &Arc<MetricRegistry> {
        &self.registry
    }

    /// Ends the run as `test.abort()` does: iterations are interrupted, teardown and summary follow.
    pub fn abort(&self, message: impl Into<String>) {
        self.end(StopReason::ScriptAborted(message.into()));
    }

    /// Has the run end with exit code 110, but go on until then, as `test.fail()` does.
    pub fn fail(&self, message: impl Into<String>) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(message.into());
    }

    /// What somebody outside asks for, as by Ctrl-C. The first time iterations are interrupted, and
    /// teardown and summary follow; the second time nothing is waited for. Returns how often.
    pub fn stop(&self) -> usize {
        let times = self.stops.fetch_add(1, Ordering::Relaxed) + 1;
        self.end(StopReason::External);
        if times > 1 {
            self.hurry.cancel();
        }
        times
    }

    /// Ends the run; the first reason holds.
    pub(crate) fn end(&self, reason: StopReason) {
        let mut held = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        held.get_or_insert(reason);
        drop(held);
        self.interrupt.cancel();
    }

    /// Has whoever runs the test say something to its user.
    pub(crate) fn warn(&self, warning: String) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        if warnings.len() < WARNINGS_MAX {
            warnings.push(warning);
        }
    }

    /// What is to be said to the user since this was last asked.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Cancelled when all iterations have to end.
    pub fn interrupt(&self) -> &CancellationToken {
        &self.interrupt
    }

    /// Cancelled when nothing is waited for any more.
    pub fn hurry(&self) -> &CancellationToken {
        &self.hurry
    }

    /// Why the run ends early, once it does.
    pub fn stop_reason(&self) -> Option<StopReason> {
        self.reason
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The message of the first [`fail`](Self::fail).
    pub fn failure(&self) -> Option<String> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Iterations that came to an end of their own.
    pub fn iterations_completed(&self) -> u64 {
        self.counts.completed.load(Ordering::Relaxed)
    }

    /// Iterations that were interrupted.
    pub fn iterations_interrupted(&self) -> u64 {
        self.counts.interrupted.load(Ordering::Relaxed)
    }

    /// Virtual users at work.
    pub fn vus_active(&self) -> u64 {
        self.counts.active.load(Ordering::Relaxed)
    }

    /// Virtual users made.
    pub fn vus_initialized(&self) -> u64 {
        self.counts.initialized.load(Ordering::Relaxed)
    }

    /// Virtual users that ignored their interrupt, or whose iterations were not waited for.
    pub fn vus_left_behind(&self) -> u64 {
        self.counts.left_behind.load(Ordering::Relaxed)
    }

    /// Since the first scenario's start; zero before.
    pub fn elapsed(&self) -> Duration {
        self.begun
            .get()
            .map_or(Duration::ZERO, |(begun, _)| begun.elapsed())
    }

    /// The moment of an instant by the machine's clock, read once at the run's start.
    pub fn wall_time(&self, instant: Instant) -> Timestamp {
        let (begun, at) = self.origin();
        match instant.checked_duration_since(begun) {
            Some(after) => at.plus(after),
            None => at.minus(begun.saturating_duration_since(instant)),
        }
    }

    /// When the run began.
    pub fn started_at(&self) -> Timestamp {
        self.origin().1
    }

    /// The instant and moment from which times are reckoned: the first time this is asked.
    pub(crate) fn origin(&self) -> (Instant, Timestamp) {
        *self
            .begun
            .get_or_init(|| (Instant::now(), self.clock.now()))
    }
}

impl std::fmt::Debug for RunState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunState")
            .field("reason", &self.reason)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}
