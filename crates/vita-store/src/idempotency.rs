//! Outcomes of writes, kept beside what they wrote, so that a request which is sent again gets its
//! first answer again.

use vita_db::{DbError, Row, Tx, params};
use vita_model::{Timestamp, UserId};

/// What was answered to the first request with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptOutcome {
    /// SHA-256 of what that request asked for.
    pub fingerprint: Vec<u8>,
    /// Its outcome, as JSON.
    pub outcome: String,
    /// When it was asked.
    pub created_at: Timestamp,
}

/// The outcome kept under the owner's key.
///
/// # Errors
/// [`DbError`].
pub async fn find_outcome(
    tx: &mut Tx,
    owner: &UserId,
    key: &str,
) -> Result<Option<KeptOutcome>, DbError> {
    const FIND: &str = "SELECT fingerprint, outcome, created_at
         FROM idempotency_keys
         WHERE owner_id = $1
           AND key = $2";
    let read = |row: &Row<'_>| {
        Ok(KeptOutcome {
            fingerprint: row.get(0)?,
            outcome: row.get(1)?,
            created_at: row.get(2)?,
        })
    };
    tx.query_opt(FIND, params![owner, key], read).await
}

/// Keeps an outcome; one that was kept under the same key before has run out and is replaced.
///
/// # Errors
/// [`DbError`].
pub async fn keep_outcome(
    tx: &mut Tx,
    owner: &UserId,
    key: &str,
    kept: &KeptOutcome,
) -> Result<(), DbError> {
    const KEEP: &str = "INSERT INTO idempotency_keys
             (owner_id, key, fingerprint, outcome, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (owner_id, key) DO UPDATE
         SET fingerprint = excluded.fingerprint,
             outcome = excluded.outcome,
             created_at = excluded.created_at";
    let KeptOutcome {
        fingerprint,
        outcome,
        created_at,
    } = kept;
    tx.execute(KEEP, params![owner, key, fingerprint, outcome, created_at])
        .await?;
    Ok(())
}

/// Deletes at most `batch` outcomes kept before `cutoff`; tells how many.
///
/// # Errors
/// [`DbError`].
pub async fn delete_outcomes_before(
    tx: &mut Tx,
    cutoff: Timestamp,
    batch: i64,
) -> Result<u64, DbError> {
    const DELETE: &str = "DELETE FROM idempotency_keys
         WHERE (owner_id, key) IN (
             SELECT owner_id, key
             FROM idempotency_keys
             WHERE created_at < $1
             ORDER BY created_at
             LIMIT $2
         )";
    tx.execute(DELETE, params![cutoff, batch]).await
}
