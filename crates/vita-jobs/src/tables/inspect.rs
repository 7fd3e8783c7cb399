use vita_db::{DbError, Row, Tx, params};
use vita_model::{JobId, Timestamp, UserId};

use crate::job::{job_columns, read_failure, read_job};
use crate::{Job, JobAttempt};

/// Most attempts that are told of a job. Lost leases have entries, too, so there can be more than
/// the attempts allowed.
const ATTEMPTS_LISTED_MAX: u32 = 200;

const LOOKUP_JOB: &str = concat!("SELECT ", job_columns!(), " FROM jobs WHERE id = $1");

const FIND_BY_ID_AND_OWNER: &str = concat!(
    "SELECT ",
    job_columns!(),
    " FROM jobs WHERE id = $1 AND owner_id = $2"
);

const LIST_FOR_OWNER: &str = concat!(
    "SELECT ",
    job_columns!(),
    " FROM jobs
    WHERE owner_id = $1 AND (created_at, id) < ($2, $3)
    ORDER BY created_at DESC, id DESC
    LIMIT $4"
);

const LIST_DEAD: &str = concat!(
    "SELECT ",
    job_columns!(),
    " FROM jobs
    WHERE state = 'dead' AND (ended_at, id) < ($1, $2)
    ORDER BY ended_at DESC, id DESC
    LIMIT $3"
);

const LIST_ATTEMPTS: &str = "
    SELECT started_at, ended_at, outcome, error_code, error_message
    FROM job_attempts
    WHERE job_id = $1
    ORDER BY started_at DESC, lease_token
    LIMIT $2";

/// Where a list of jobs goes on: after the job with this time and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCursor {
    /// `created_at` in a list of an owner's jobs, `ended_at` in a list of dead letters.
    pub at: Timestamp,
    /// The job's id.
    pub id: JobId,
}

impl JobCursor {
    /// Before everything: where a list, which has the latest first, begins.
    fn start() -> Self {
        Self {
            at: Timestamp::from_micros(i64::MAX),
            id: JobId::from_trusted(""),
        }
    }
}

/// The job named `id`.
///
/// # Errors
/// [`DbError`].
pub async fn lookup_job(tx: &mut Tx, id: &JobId) -> Result<Option<Job>, DbError> {
    tx.query_opt(LOOKUP_JOB, params![id], read_job).await
}

/// The job named `id`, if it belongs to `owner`.
///
/// # Errors
/// [`DbError`].
pub async fn find_by_id_and_owner(
    tx: &mut Tx,
    owner: &UserId,
    id: &JobId,
) -> Result<Option<Job>, DbError> {
    tx.query_opt(FIND_BY_ID_AND_OWNER, params![id, owner], read_job)
        .await
}

/// An owner's jobs, the latest first.
///
/// # Errors
/// [`DbError`].
pub async fn list_for_owner(
    tx: &mut Tx,
    owner: &UserId,
    after: Option<&JobCursor>,
    limit: u32,
) -> Result<Vec<Job>, DbError> {
    let start = JobCursor::start();
    let after = after.unwrap_or(&start);
    let values = params![owner, after.at, after.id, limit];
    tx.query(LIST_FOR_OWNER, values, read_job).await
}

/// The dead letters, the latest first.
///
/// # Errors
/// [`DbError`].
pub async fn list_dead(
    tx: &mut Tx,
    after: Option<&JobCursor>,
    limit: u32,
) -> Result<Vec<Job>, DbError> {
    let start = JobCursor::start();
    let after = after.unwrap_or(&start);
    tx.query(LIST_DEAD, params![after.at, after.id, limit], read_job)
        .await
}

/// A job's attempts, the latest first.
///
/// # Errors
/// [`DbError`].
pub async fn attempts(tx: &mut Tx, id: &JobId) -> Result<Vec<JobAttempt>, DbError> {
    tx.query(
        LIST_ATTEMPTS,
        params![id, ATTEMPTS_LISTED_MAX],
        read_attempt,
    )
    .await
}

fn read_attempt(row: &Row<'_>) -> Result<JobAttempt, DbError> {
    Ok(JobAttempt {
        started_at: row.get(0)?,
        ended_at: row.get(1)?,
        outcome: row.get(2)?,
        failure: read_failure(row, 3)?,
    })
}
