//! How each queue stands, for those who run the installation.

use std::time::Duration;

use vita_db::{DbError, Row, Tx, params};
use vita_model::Timestamp;

use super::place::estimate_wait;

/// Most jobs of one queue and state that are counted; this many then means "or more".
const COUNTED_MAX: u32 = 10_000;

/// One statement for all queues; each count reads its part of an index and stops at the limit.
const LIST_QUEUES: &str = "
    SELECT
        queue,
        concurrency,
        mean_micros,
        (SELECT COUNT(*) FROM (
            SELECT 1 FROM jobs
            WHERE jobs.queue = queue_rates.queue AND state = 'queued'
            LIMIT $2
        ) AS queued),
        (SELECT COUNT(*) FROM (
            SELECT 1 FROM jobs
            WHERE jobs.queue = queue_rates.queue AND state = 'running'
            LIMIT $2
        ) AS running),
        (SELECT COUNT(*) FROM (
            SELECT 1 FROM jobs
            WHERE jobs.queue = queue_rates.queue AND state = 'queued' AND run_at <= $1
            LIMIT $2
        ) AS due),
        (SELECT MIN(run_at) FROM (
            SELECT run_at FROM jobs
            WHERE jobs.queue = queue_rates.queue AND state = 'queued' AND run_at <= $1
            LIMIT $2
        ) AS oldest)
    FROM queue_rates
    ORDER BY queue";

/// How a queue stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueOverview {
    /// Its name.
    pub name: String,
    /// How many of its jobs run at once.
    pub concurrency: u32,
    /// How long its jobs took of late; none before the first has completed.
    pub mean_run_time: Option<Duration>,
    /// Jobs that wait, also those whose time has not come; at most 10,000, then "or more".
    pub queued: u32,
    /// Jobs that run.
    pub running: u32,
    /// Since when the job has been due that has waited longest.
    pub oldest_due: Option<Timestamp>,
    /// How long a job that came now would probably wait.
    pub estimated_wait: Duration,
}

/// Every queue that workers have made known, by name.
///
/// # Errors
/// [`DbError`].
pub async fn list_queues(tx: &mut Tx, now: Timestamp) -> Result<Vec<QueueOverview>, DbError> {
    tx.query(LIST_QUEUES, params![now, COUNTED_MAX], read_queue)
        .await
}

fn read_queue(row: &Row<'_>) -> Result<QueueOverview, DbError> {
    let mean: i64 = row.get(2)?;
    let mean = Duration::from_micros(u64::try_from(mean).unwrap_or(0));
    let (concurrency, running, due) = (row.get(1)?, row.get(4)?, row.get(5)?);
    Ok(QueueOverview {
        name: row.get(0)?,
        concurrency,
        mean_run_time: (!mean.is_zero()).then_some(mean),
        queued: row.get(3)?,
        running,
        oldest_due: row.get(6)?,
        estimated_wait: estimate_wait(due, running, concurrency, mean),
    })
}
