use vita_db::{DbError, Row, Tx, params};
use vita_model::{JobId, Timestamp, UserId};

use crate::job::{job_columns, read_failure, read_job};
use crate::{Job, JobAttempt, JobStep};

/// Most attempts that are told of a job. Lost leases have entries, too, so there can be more than
/// the attempts allowed.
const ATTEMPTS_LISTED_MAX: u32 = 200;

/// Most steps that are told of a job; kinds have a handful.
const STEPS_LISTED_MAX: u32 = 200;

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

const LIST_ATTEMPTS: &str = "
    SELECT started_at, ended_at, outcome, error_code, error_message
    FROM job_attempts
    WHERE job_id = $1
    ORDER BY started_at DESC, lease_token
    LIMIT $2";

const LIST_STEPS: &str = "
    SELECT name, finished_at, CAST(LENGTH(result) AS BIGINT)
    FROM job_steps
    WHERE job_id = $1
    ORDER BY finished_at, name
    LIMIT $2";

/// Where a list of jobs goes on: after the job with this time and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCursor {
    /// `created_at` or `ended_at`, by whichever the list goes.
    pub at: Timestamp,
    /// The job's id.
    pub id: JobId,
}

impl JobCursor {
    /// Before everything: where a list, which has the latest first, begins.
    pub(super) fn start() -> Self {
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

/// A job's finished steps, in the order in which they finished.
///
/// # Errors
/// [`DbError`].
pub async fn list_steps(tx: &mut Tx, id: &JobId) -> Result<Vec<JobStep>, DbError> {
    tx.query(LIST_STEPS, params![id, STEPS_LISTED_MAX], |row| {
        Ok(JobStep {
            name: row.get(0)?,
            finished_at: row.get(1)?,
            result_chars: row.get(2)?,
        })
    })
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
