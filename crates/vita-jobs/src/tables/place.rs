use std::time::Duration;

use vita_db::{DbError, Row, Tx, params};
use vita_model::{JobId, Timestamp};

use super::control::add_control;
use crate::JobState;

/// Most waiting jobs that are counted before one; whoever is further back is told this much.
const POSITION_MAX: u32 = 10_000;

/// Most jobs that are looked at to measure a queue; one that is deeper shows this depth.
const DEPTH_MAX: u32 = 100_000;

const ADD_QUEUE: &str = "
    INSERT INTO queue_rates (queue, mean_micros, concurrency, updated_at)
    VALUES ($1, 0, $2, $3)
    ON CONFLICT (queue) DO UPDATE SET concurrency = excluded.concurrency";

const FIND_PLACE: &str = "
    SELECT
        jobs.queue,
        jobs.state,
        jobs.priority,
        jobs.run_at,
        COALESCE(queue_rates.mean_micros, 0),
        COALESCE(queue_rates.concurrency, 1),
        queue_controls.paused_at IS NOT NULL
    FROM jobs
    LEFT JOIN queue_rates ON queue_rates.queue = jobs.queue
    LEFT JOIN queue_controls ON queue_controls.queue = jobs.queue
    WHERE jobs.id = $1";

const COUNT_AHEAD: &str = "
    SELECT COUNT(*) FROM (
        SELECT 1 FROM jobs
        WHERE queue = $1 AND state = 'queued' AND run_at <= $5
            AND (priority > $2 OR (priority = $2 AND (run_at, id) < ($3, $4)))
        LIMIT $6
    ) AS ahead";

const COUNT_RUNNING: &str = "SELECT COUNT(*) FROM jobs WHERE queue = $1 AND state = 'running'";

const MEASURE_QUEUE: &str = "
    SELECT
        COUNT(*),
        MIN(run_at),
        (SELECT COUNT(*) FROM (
            SELECT 1 FROM jobs
            WHERE queue = $1 AND state = 'dead' AND ended_at IS NOT NULL
            LIMIT $3
        ) AS dead),
        EXISTS (SELECT 1 FROM queue_controls WHERE queue = $1 AND paused_at IS NOT NULL)
    FROM (
        SELECT run_at FROM jobs
        WHERE queue = $1 AND state = 'queued' AND run_at <= $2
        LIMIT $3
    ) AS due";

/// Where a waiting job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuePlace {
    /// Its place, from 1; at most 10,000, which then means "or later".
    pub position: u32,
    /// How long it will probably wait, from how long the queue's jobs took of late. It knows nothing
    /// of limits by key or rate, which may make it wait longer. None while the queue is paused.
    pub estimated_wait: Option<Duration>,
}

impl QueuePlace {
    /// The wait in whole seconds; none while the queue is paused.
    pub fn estimated_wait_secs(&self) -> Option<u64> {
        self.estimated_wait.map(|wait| wait.as_secs())
    }
}

/// How full a queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueueDepth {
    /// Jobs that are due.
    pub(crate) due: u32,
    /// Since when the oldest of them has been due.
    pub(crate) oldest: Option<Timestamp>,
    /// Dead letters.
    pub(crate) dead: u32,
    /// Whether nothing of it is started.
    pub(crate) is_paused: bool,
}

/// Makes a queue known with the number of jobs that it runs at once. One that is paused stays so.
pub(crate) async fn add_queue(
    tx: &mut Tx,
    queue: &str,
    concurrency: u32,
    now: Timestamp,
) -> Result<(), DbError> {
    tx.execute(ADD_QUEUE, params![*queue, concurrency, now])
        .await?;
    add_control(tx, queue, now).await
}

/// Where a job stands in its queue; none when it does not wait.
///
/// # Errors
/// [`DbError`].
pub async fn queue_place(
    tx: &mut Tx,
    id: &JobId,
    now: Timestamp,
) -> Result<Option<QueuePlace>, DbError> {
    let Some(found) = tx.query_opt(FIND_PLACE, params![id], read_found).await? else {
        return Ok(None);
    };
    if found.state != JobState::Queued {
        return Ok(None);
    }
    let due = found.run_at.max(now);
    let values = params![
        found.queue,
        found.priority,
        found.run_at,
        id,
        due,
        POSITION_MAX - 1,
    ];
    let ahead = tx
        .query_one(COUNT_AHEAD, values, |row| row.get::<u32>(0))
        .await?;
    let values = params![found.queue];
    let running = tx.query_one(COUNT_RUNNING, values, |row| row.get::<u32>(0));
    let wait = estimate_wait(ahead, running.await?, found.concurrency, found.mean);
    Ok(Some(QueuePlace {
        position: ahead + 1,
        estimated_wait: (!found.is_paused).then(|| wait.max(found.run_at.since(now))),
    }))
}

/// With every slot taken, one comes free each `mean / concurrency`, and the job needs the slot after
/// those of the jobs before it; free slots are taken at once.
pub(super) fn estimate_wait(
    ahead: u32,
    running: u32,
    concurrency: u32,
    mean: Duration,
) -> Duration {
    let concurrency = concurrency.max(1);
    let free = concurrency.saturating_sub(running);
    let slots_awaited = (ahead + 1).saturating_sub(free);
    mean.saturating_mul(slots_awaited) / concurrency
}

struct Found {
    queue: String,
    state: JobState,
    priority: i64,
    run_at: Timestamp,
    mean: Duration,
    concurrency: u32,
    is_paused: bool,
}

fn read_found(row: &Row<'_>) -> Result<Found, DbError> {
    let mean: i64 = row.get(4)?;
    Ok(Found {
        queue: row.get(0)?,
        state: row.get_word(1)?,
        priority: row.get(2)?,
        run_at: row.get(3)?,
        mean: Duration::from_micros(u64::try_from(mean).unwrap_or(0)),
        concurrency: row.get(5)?,
        is_paused: row.get(6)?,
    })
}

/// How full a queue is.
pub(crate) async fn measure_queue(
    tx: &mut Tx,
    queue: &str,
    now: Timestamp,
) -> Result<QueueDepth, DbError> {
    let values = params![queue, now, DEPTH_MAX];
    let depth = tx.query_one(MEASURE_QUEUE, values, |row| {
        Ok(QueueDepth {
            due: row.get(0)?,
            oldest: row.get(1)?,
            dead: row.get(2)?,
            is_paused: row.get(3)?,
        })
    });
    depth.await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_none_while_slots_are_free_and_grows_with_the_place() {
        let mean = Duration::from_secs(12);
        let wait = |ahead, running| estimate_wait(ahead, running, 4, mean).as_secs();
        assert_eq!(wait(0, 0), 0);
        assert_eq!(wait(3, 0), 0);
        assert_eq!(wait(4, 0), 3);
        assert_eq!(wait(0, 4), 3);
        assert_eq!(wait(7, 4), 24);
        assert_eq!(estimate_wait(0, 0, 0, mean), Duration::ZERO);
    }
}
