//! The jobs of a queue, page by page, for those who run the installation.

use vita_db::{DbError, Tx, params};
use vita_model::{JobId, Timestamp};

use super::inspect::JobCursor;
use crate::job::{job_columns, read_job};
use crate::{Job, JobState};

const LIST_WAITING: &str = concat!(
    "SELECT ",
    job_columns!(),
    " FROM jobs
    WHERE queue = $1 AND state = 'queued'
        AND priority <= $2 AND (priority < $2 OR (run_at, id) > ($3, $4))
    ORDER BY priority DESC, run_at, id
    LIMIT $5"
);

const LIST_RUNNING: &str = concat!(
    "SELECT ",
    job_columns!(),
    " FROM jobs
    WHERE queue = $1 AND state = 'running' AND (created_at, id) < ($2, $3)
    ORDER BY created_at DESC, id DESC
    LIMIT $4"
);

const LIST_ENDED: &str = concat!(
    "SELECT ",
    job_columns!(),
    " FROM jobs
    WHERE queue = $1 AND state = $2 AND ended_at IS NOT NULL AND (ended_at, id) < ($3, $4)
    ORDER BY ended_at DESC, id DESC
    LIMIT $5"
);

/// Where a list of waiting jobs goes on: after the job with this priority, time and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCursor {
    /// The job's priority.
    pub priority: i64,
    /// Its `run_at`.
    pub run_at: Timestamp,
    /// Its id.
    pub id: JobId,
}

/// The jobs that wait in a queue, in the order in which they will be taken.
///
/// # Errors
/// [`DbError`].
pub async fn list_waiting(
    tx: &mut Tx,
    queue: &str,
    after: Option<&WaitingCursor>,
    limit: u32,
) -> Result<Vec<Job>, DbError> {
    let start = WaitingCursor {
        priority: i64::MAX,
        run_at: Timestamp::from_micros(i64::MIN),
        id: JobId::from_trusted(""),
    };
    let WaitingCursor {
        priority,
        run_at,
        id,
    } = after.unwrap_or(&start);
    let values = params![*queue, priority, run_at, id, limit];
    tx.query(LIST_WAITING, values, read_job).await
}

/// The jobs of a queue that run, the latest written first; the cursor goes by `created_at`.
///
/// # Errors
/// [`DbError`].
pub async fn list_running(
    tx: &mut Tx,
    queue: &str,
    after: Option<&JobCursor>,
    limit: u32,
) -> Result<Vec<Job>, DbError> {
    let start = JobCursor::start();
    let after = after.unwrap_or(&start);
    let values = params![*queue, after.at, after.id, limit];
    tx.query(LIST_RUNNING, values, read_job).await
}

/// The jobs of a queue that ended so, the latest first; the cursor goes by `ended_at`.
///
/// # Errors
/// [`DbError`].
pub async fn list_ended(
    tx: &mut Tx,
    queue: &str,
    state: JobState,
    after: Option<&JobCursor>,
    limit: u32,
) -> Result<Vec<Job>, DbError> {
    let start = JobCursor::start();
    let after = after.unwrap_or(&start);
    let values = params![*queue, *state.as_str(), after.at, after.id, limit];
    tx.query(LIST_ENDED, values, read_job).await
}
