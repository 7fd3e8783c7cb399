use vita_db::{Announcement, DbError, Sql, Tx, params};
use vita_model::{JobId, Timestamp};

use super::{CANCEL_TOPIC, json_list};
use crate::QueueName;
use crate::job::{job_columns, read_job};

macro_rules! cancel_waiting {
    ($ids:literal) => {
        concat!(
            "UPDATE jobs SET
        state = 'cancelled',
        cancel_requested_at = $2,
        stage = NULL,
        updated_at = $2,
        ended_at = $2
    WHERE state = 'queued' AND id IN (",
            $ids,
            ")
    RETURNING ",
            job_columns!()
        )
    };
}

macro_rules! cancel_running {
    ($ids:literal) => {
        concat!(
            "UPDATE jobs SET cancel_requested_at = COALESCE(cancel_requested_at, $2)
    WHERE state = 'running' AND id IN (",
            $ids,
            ")
    RETURNING id"
        )
    };
}

const CANCEL_WAITING: Sql = Sql::each(
    cancel_waiting!("SELECT value FROM json_each($1)"),
    cancel_waiting!("SELECT json_array_elements_text(CAST($1 AS JSON))"),
);

const CANCEL_RUNNING: Sql = Sql::each(
    cancel_running!("SELECT value FROM json_each($1)"),
    cancel_running!("SELECT json_array_elements_text(CAST($1 AS JSON))"),
);

/// As [`request_cancel`](super::request_cancel), for many jobs in two statements. Those that have
/// ended are passed over.
///
/// # Errors
/// [`DbError`].
pub async fn request_cancel_all(tx: &mut Tx, ids: &[JobId], now: Timestamp) -> Result<(), DbError> {
    let ids = json_list(ids);
    let values = params![ids, now];
    for job in tx.query(CANCEL_WAITING, values, read_job).await? {
        tx.announce(job.announcement());
    }
    let running = tx.query(CANCEL_RUNNING, values, |row| row.get::<JobId>(0));
    for id in running.await? {
        tx.announce(Announcement {
            topic: format!("{CANCEL_TOPIC}{id}"),
            body: String::new(),
        });
    }
    Ok(())
}

/// The ids of the jobs of a queue that fall under a concurrency key: those that wait, and those
/// that were ever started, in whatever state.
///
/// # Errors
/// [`DbError`].
pub async fn list_ids_of_key(
    tx: &mut Tx,
    queue: QueueName,
    key: &str,
) -> Result<Vec<JobId>, DbError> {
    const LIST: &str = "
        SELECT id
        FROM jobs
        WHERE queue = $1 AND concurrency_key = $2 AND started_at IS NOT NULL
        UNION ALL
        SELECT id
        FROM jobs
        WHERE queue = $1 AND concurrency_key = $2 AND started_at IS NULL AND state = 'queued'";
    tx.query(LIST, params![*queue.as_str(), *key], |row| row.get(0))
        .await
}
