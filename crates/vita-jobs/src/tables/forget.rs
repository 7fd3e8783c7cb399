use vita_db::{Announcement, DbError, Row, Tx, params};
use vita_model::{JobId, Timestamp, UserId};

use super::CANCEL_TOPIC;

/// A job that lost its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForgottenJob {
    /// Its id.
    pub id: JobId,
    /// What sort of work it was.
    pub kind: String,
}

/// Takes an owner out of the queue: jobs that do not run are deleted with their history; those that
/// run are called off, and go on without an owner until their worker has noticed. Answers all of
/// them.
///
/// # Errors
/// [`DbError`].
pub async fn forget_owner(
    tx: &mut Tx,
    owner: &UserId,
    now: Timestamp,
) -> Result<Vec<ForgottenJob>, DbError> {
    // Without the key by which a person's jobs were counted, as that may be the person's id.
    const CALL_OFF: &str = "
    UPDATE jobs SET
        owner_id = NULL,
        concurrency_key = '',
        cancel_requested_at = COALESCE(cancel_requested_at, $2)
    WHERE owner_id = $1 AND state = 'running'
    RETURNING id, kind";
    const DELETE: &str = "
    DELETE FROM jobs
    WHERE owner_id = $1
    RETURNING id, kind";
    let read = |row: &Row<'_>| {
        Ok(ForgottenJob {
            id: row.get(0)?,
            kind: row.get(1)?,
        })
    };
    let mut forgotten = tx.query(CALL_OFF, params![owner, now], read).await?;
    for job in &forgotten {
        tx.announce(Announcement {
            topic: format!("{CANCEL_TOPIC}{}", job.id),
            body: String::new(),
        });
    }
    forgotten.extend(tx.query(DELETE, params![owner], read).await?);
    Ok(forgotten)
}
