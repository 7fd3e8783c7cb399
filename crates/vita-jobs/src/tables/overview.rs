//! How each queue stands, for those who run the installation.

use std::time::Duration;

use vita_db::{DbError, Row, Tx, params};
use vita_model::Timestamp;

use super::place::estimate_wait;

/// Most jobs of one queue and state that are counted; this many then means "or more".
const COUNTED_MAX: u32 = 10_000;

macro_rules! count {
    ($which:literal, $name:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM (
                SELECT 1 FROM jobs
                WHERE jobs.queue = queue_rates.queue AND ",
            $which,
            "
                LIMIT $2
            ) AS ",
            $name,
            ")"
        )
    };
}

/// One statement for all queues; each count reads its part of an index and stops at the limit.
const LIST_QUEUES: &str = concat!(
    "SELECT
        queue_rates.queue,
        queue_rates.concurrency,
        queue_rates.mean_micros,
        queue_controls.paused_at, ",
    count!("state = 'queued'", "queued"),
    ", ",
    count!("state = 'queued' AND run_at <= $1", "due"),
    ", ",
    count!("state = 'running'", "running"),
    ", ",
    count!("state = 'completed' AND ended_at IS NOT NULL", "completed"),
    ", ",
    count!("state = 'failed' AND ended_at IS NOT NULL", "failed"),
    ", ",
    count!("state = 'cancelled' AND ended_at IS NOT NULL", "cancelled"),
    ", ",
    count!("state = 'dead' AND ended_at IS NOT NULL", "dead"),
    ",
        (SELECT MIN(run_at) FROM (
            SELECT run_at FROM jobs
            WHERE jobs.queue = queue_rates.queue AND state = 'queued' AND run_at <= $1
            LIMIT $2
        ) AS oldest)
    FROM queue_rates
    LEFT JOIN queue_controls ON queue_controls.queue = queue_rates.queue
    ORDER BY queue_rates.queue"
);

/// How a queue stands. Each count is at most 10,000, which then means "or more".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueOverview {
    /// Its name.
    pub name: String,
    /// How many of its jobs run at once.
    pub concurrency: u32,
    /// How long its jobs took of late; none before the first has completed.
    pub mean_run_time: Option<Duration>,
    /// Since when nothing of it is started.
    pub paused_at: Option<Timestamp>,
    /// Jobs that wait, also those whose time has not come.
    pub queued: u32,
    /// Jobs that run.
    pub running: u32,
    /// Jobs that completed, of those that are kept; as the three that follow.
    pub completed: u32,
    /// Jobs given up at once.
    pub failed: u32,
    /// Jobs called off.
    pub cancelled: u32,
    /// Dead letters.
    pub dead: u32,
    /// Since when the job has been due that has waited longest.
    pub oldest_due: Option<Timestamp>,
    /// How long a job that came now would probably wait; none while the queue is paused.
    pub estimated_wait: Option<Duration>,
}

/// Every queue that workers have made known, by name.
///
/// # Errors
/// [`DbError`].
pub async fn list_queues(tx: &mut Tx, now: Timestamp) -> Result<Vec<QueueOverview>, DbError> {
    tx.query(LIST_QUEUES, params![now, COUNTED_MAX], read_queue)
        .await
}

/// Whether workers have ever made a queue of this name known.
///
/// # Errors
/// [`DbError`].
pub async fn is_known_queue(tx: &mut Tx, queue: &str) -> Result<bool, DbError> {
    const FIND: &str = "SELECT 1 FROM queue_controls WHERE queue = $1";
    let values = params![*queue];
    let found = tx.query_opt(FIND, values, |_| Ok(())).await?;
    Ok(found.is_some())
}

fn read_queue(row: &Row<'_>) -> Result<QueueOverview, DbError> {
    let mean: i64 = row.get(2)?;
    let mean = Duration::from_micros(u64::try_from(mean).unwrap_or(0));
    let (concurrency, due, running) = (row.get(1)?, row.get(5)?, row.get(6)?);
    let paused_at: Option<Timestamp> = row.get(3)?;
    let wait = estimate_wait(due, running, concurrency, mean);
    Ok(QueueOverview {
        name: row.get(0)?,
        concurrency,
        mean_run_time: (!mean.is_zero()).then_some(mean),
        paused_at,
        queued: row.get(4)?,
        running,
        completed: row.get(7)?,
        failed: row.get(8)?,
        cancelled: row.get(9)?,
        dead: row.get(10)?,
        oldest_due: row.get(11)?,
        estimated_wait: paused_at.is_none().then_some(wait),
    })
}
