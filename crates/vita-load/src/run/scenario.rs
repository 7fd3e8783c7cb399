use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use vita_model::Timestamp;

use crate::config::ExecutorKind;
use crate::metric::TagSetId;

/// A scenario while it runs.
#[derive(Debug)]
pub struct ScenarioRun {
    /// Its name.
    pub name: String,
    /// What paces it.
    pub executor: ExecutorKind,
    /// The exported function that its iterations call.
    pub exec: String,
    /// Environment variables of its iterations.
    pub env: BTreeMap<String, String>,
    /// The run's tags, its own, `scenario` and an empty `group`.
    pub tags: BTreeMap<String, String>,
    /// The same as a set.
    pub tag_set: TagSetId,
    pub(crate) extent: Extent,
    pub(crate) begun: OnceLock<(Instant, Timestamp)>,
    pub(crate) next_iteration: AtomicU64,
    pub(crate) counts: ScenarioCounts,
}

/// What a scenario's progress is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Time(Duration),
    /// Iterations, and the longest time for them.
    Iterations(u64, Duration),
}

/// What a scenario has done.
#[derive(Debug, Default)]
pub(crate) struct ScenarioCounts {
    pub(crate) completed: AtomicU64,
    pub(crate) interrupted: AtomicU64,
    pub(crate) dropped: AtomicU64,
    pub(crate) active: AtomicU64,
    pub(crate) planned: AtomicU64,
    pub(crate) is_over: OnceLock<()>,
}

impl ScenarioRun {
    /// When it began; `None` before.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.begun.get().map(|(_, at)| *at)
    }

    /// How much of it is done, from 0 to 1.
    pub fn progress(&self) -> f64 {
        let Some((begun, _)) = self.begun.get() else {
            return 0.0;
        };
        if self.counts.is_over.get().is_some() {
            return 1.0;
        }
        let (part, whole) = match self.extent {
            Extent::Time(whole) => (begun.elapsed().as_secs_f64(), whole.as_secs_f64()),
            Extent::Iterations(whole, _) => (self.iterations_ended() as f64, whole as f64),
        };
        if whole <= 0.0 {
            1.0
        } else {
            (part / whole).clamp(0.0, 1.0)
        }
    }

    /// Its iterations that came to an end of their own.
    pub fn iterations_ended(&self) -> u64 {
        self.counts.completed.load(Ordering::Relaxed)
    }

    /// Its iterations that were interrupted.
    pub fn iterations_interrupted(&self) -> u64 {
        self.counts.interrupted.load(Ordering::Relaxed)
    }

    /// Its iterations for which no virtual user was free.
    pub fn iterations_dropped(&self) -> u64 {
        self.counts.dropped.load(Ordering::Relaxed)
    }

    /// Its virtual users at work.
    pub fn vus_active(&self) -> u64 {
        self.counts.active.load(Ordering::Relaxed)
    }

    /// The virtual users it was to have at the start, or at its ramp's top.
    pub fn vus_planned(&self) -> u64 {
        self.counts.planned.load(Ordering::Relaxed)
    }

    /// The number of its next iteration.
    pub(crate) fn take_iteration(&self) -> u64 {
        self.next_iteration.fetch_add(1, Ordering::Relaxed)
    }
}
