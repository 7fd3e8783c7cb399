//! Whether a queue is worked off at all.

use vita_db::{DbError, Sql, Tx, params};
use vita_model::Timestamp;

use super::enqueue::announce_queue;

const ADD_CONTROL: &str = "
    INSERT INTO queue_controls (queue, paused_at, updated_at)
    VALUES ($1, NULL, $2)
    ON CONFLICT (queue) DO NOTHING";

const PAUSE: &str = "
    UPDATE queue_controls SET
        paused_at = COALESCE(paused_at, $2),
        updated_at = $2
    WHERE queue = $1";

const RESUME: &str = "
    UPDATE queue_controls SET
        paused_at = NULL,
        updated_at = $2
    WHERE queue = $1";

/// Held until the claim commits, so that a pause waits for claims that began before it, and a claim
/// that read the row before a pause fails and is repeated. SQLite's one writer sees to it by itself.
const HOLD_CONTROL: Sql = Sql::each(
    "SELECT paused_at FROM queue_controls WHERE queue = $1",
    "SELECT paused_at FROM queue_controls WHERE queue = $1 FOR SHARE",
);

/// Makes a queue known, so that it can be paused.
pub(super) async fn add_control(tx: &mut Tx, queue: &str, now: Timestamp) -> Result<(), DbError> {
    tx.execute(ADD_CONTROL, params![*queue, now]).await?;
    Ok(())
}

/// Lets nothing more of a queue be started; what runs goes on. False when there is no such queue.
///
/// # Errors
/// [`DbError`].
pub async fn pause_queue(tx: &mut Tx, queue: &str, now: Timestamp) -> Result<bool, DbError> {
    Ok(tx.execute(PAUSE, params![*queue, now]).await? == 1)
}

/// Lets a queue be worked off again, and wakes its workers. False when there is no such queue.
///
/// # Errors
/// [`DbError`].
pub async fn resume_queue(tx: &mut Tx, queue: &str, now: Timestamp) -> Result<bool, DbError> {
    let is_known = tx.execute(RESUME, params![*queue, now]).await? == 1;
    if is_known {
        announce_queue(tx, queue);
    }
    Ok(is_known)
}

/// Whether a queue is paused; if not, it is not before this transaction has ended.
pub(crate) async fn is_paused(tx: &mut Tx, queue: &str) -> Result<bool, DbError> {
    let values = params![*queue];
    let paused_at = tx.query_opt(HOLD_CONTROL, values, |row| row.get::<Option<Timestamp>>(0));
    Ok(paused_at.await?.flatten().is_some())
}
