//! The audit log: what administrators did, to whom and when. It holds ids and words, no secrets and
//! no addresses, and outlives the accounts that it names.

use vita_db::{DbError, Row, Tx, params};
use vita_model::{AuditEntryId, Timestamp, UserId};

use crate::{Cursor, Page, PageSize};

/// One administrative act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditEntryId,
    /// Who did it; none for the command line.
    pub actor: Option<UserId>,
    /// What was done, such as `user.update`.
    pub action: String,
    /// The id of what it was done to, if it was one thing.
    pub subject: Option<String>,
    /// The rest, as a JSON object.
    pub detail: String,
    /// When.
    pub created_at: Timestamp,
}

/// Adds an entry, in the transaction of what it tells.
///
/// # Errors
/// [`DbError`].
pub async fn add_entry(tx: &mut Tx, entry: &AuditEntry) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO audit_log
             (id, actor_id, action, subject_id, detail, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)";
    let AuditEntry {
        id,
        actor,
        action,
        subject,
        detail,
        created_at,
    } = entry;
    let values = params![id, actor, action, subject, detail, created_at];
    tx.execute(ADD, values).await?;
    Ok(())
}

/// The log, latest first.
///
/// # Errors
/// [`DbError`].
pub async fn list_entries(
    tx: &mut Tx,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<AuditEntry>, DbError> {
    const LIST: &str = "SELECT id, actor_id, action, subject_id, detail, created_at
         FROM audit_log
         WHERE (created_at, id) < ($1, $2)
         ORDER BY created_at DESC, id DESC
         LIMIT $3";
    let (order, id) = crate::cursor::before(after);
    let limit = size.with_lookahead();
    let values = params![order, id, limit];
    let read = |row: &Row<'_>| {
        Ok(AuditEntry {
            id: row.get(0)?,
            actor: row.get(1)?,
            action: row.get(2)?,
            subject: row.get(3)?,
            detail: row.get(4)?,
            created_at: row.get(5)?,
        })
    };
    let rows = tx.query(LIST, values, read).await?;
    Ok(Page::from_rows(rows, size, |entry| {
        Cursor::at(entry.created_at, &entry.id)
    }))
}

/// Deletes up to `rows_max` entries made before `moment`; answers how many.
///
/// # Errors
/// [`DbError`].
pub async fn delete_entries_before(
    tx: &mut Tx,
    moment: Timestamp,
    rows_max: i64,
) -> Result<u64, DbError> {
    const DELETE: &str = "DELETE FROM audit_log
         WHERE id IN (
             SELECT id
             FROM audit_log
             WHERE created_at < $1
             ORDER BY created_at
             LIMIT $2
         )";
    tx.execute(DELETE, params![moment, rows_max]).await
}
