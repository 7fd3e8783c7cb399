use vita_db::{DbError, Tx, params};
use vita_model::{Progress, Timestamp};

use super::Fence;
use crate::Job;
use crate::job::{job_columns, read_job};

const WRITE_PROGRESS: &str = concat!(
    "UPDATE jobs SET
        progress = $3,
        stage = $4,
        updated_at = $5
    WHERE id = $1 AND lease_token = $2
    RETURNING ",
    job_columns!()
);

/// Writes how far a run is, under its lease. None when that is no longer held.
pub(crate) async fn write_progress(
    tx: &mut Tx,
    fence: &Fence,
    stage: Option<&str>,
    progress: Progress,
    now: Timestamp,
) -> Result<Option<Job>, DbError> {
    let values = params![fence.id, fence.token, progress, stage, now];
    tx.query_opt(WRITE_PROGRESS, values, read_job).await
}
