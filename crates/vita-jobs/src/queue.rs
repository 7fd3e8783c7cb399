use std::fmt;
use std::time::Duration;

use crate::Backoff;

/// The name of a queue, such as `render`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueueName(&'static str);

impl QueueName {
    /// A queue named `name`.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// At most `count` jobs begun within any span of `per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// Within how long. Shorter than the retention of ended jobs, which are what is counted.
    pub per: Duration,
}

/// How one queue is worked off. Rates count jobs at their first start; another attempt, or a start
/// after a lost lease, is not held up by them.
#[derive(Clone, Debug)]
pub struct QueueConfig {
    /// Which queue.
    pub name: QueueName,
    /// Most jobs that this process runs at once.
    pub concurrency: usize,
    /// Most jobs that all processes run at once; none means the sum of what each runs.
    pub concurrency_total: Option<usize>,
    /// Most jobs of one concurrency key that all processes run at once. Jobs with an empty key are
    /// not limited by it.
    pub per_key_concurrency: Option<usize>,
    /// Most jobs begun in a time, by all processes.
    pub rate: Option<Rate>,
    /// Most jobs of one concurrency key begun in a time, by all processes.
    pub per_key_rate: Option<Rate>,
    /// How long a failed job waits for its next attempt.
    pub backoff: Backoff,
    /// Longest time for one attempt. Too low: long jobs never end; too high: a hung one keeps its
    /// slot.
    pub attempt_limit: Duration,
    /// Most leases that a job may lose before it is given up. High, because a job is not at fault
    /// when its worker dies; finite, because some jobs kill their workers.
    pub lost_leases_max: u32,
}

impl QueueConfig {
    /// A queue that runs `concurrency` jobs at once, with the defaults for the rest.
    pub fn new(name: QueueName, concurrency: usize) -> Self {
        Self {
            name,
            concurrency,
            concurrency_total: None,
            per_key_concurrency: None,
            rate: None,
            per_key_rate: None,
            backoff: Backoff::default(),
            attempt_limit: Duration::from_hours(1),
            lost_leases_max: 50,
        }
    }
}

/// The times by which workers live. Tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Longest time a worker may hold a job without renewing its lease. Too low: double runs; too
    /// high: slow recovery. Renewed three times within it.
    pub lease: Duration,
    /// How often a queue is looked at without having been woken: the net under the announcements,
    /// and how late a delayed job or another attempt may start.
    pub poll: Duration,
    /// Least time between two writes of one job's progress.
    pub progress: Duration,
    /// How long a run that was told to stop may take for it before it is dropped.
    pub stop_grace: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            progress: Duration::from_millis(500),
            stop_grace: Duration::from_secs(5),
        }
    }
}
