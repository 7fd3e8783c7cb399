//! Notifications: what happened while somebody did not look.

use vita_db::{DbError, Row, Sql, Tx, params};
use vita_model::{NotificationId, Timestamp, UserId};

use crate::{Cursor, Page, PageSize};

/// Most unread notifications that are counted; people do not tell larger numbers apart.
const UNREAD_COUNTED_MAX: i64 = 1_000;

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// What it is about, such as `generation_completed`.
    pub kind: String,
    /// One line.
    pub title: String,
    /// The rest; may be empty.
    pub body: String,
    /// Where to look, as a path of the web app.
    pub link: Option<String>,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// When it happened.
    pub created_at: Timestamp,
}

/// Adds a notification.
///
/// # Errors
/// [`DbError`].
pub async fn add_notification(
    tx: &mut Tx,
    owner: &UserId,
    notification: &Notification,
) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO notifications
             (id, owner_id, kind, title, body, link, read_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let Notification {
        id,
        kind,
        title,
        body,
        link,
        read_at,
        created_at,
    } = notification;
    tx.execute(
        ADD,
        params![id, owner, kind, title, body, link, read_at, created_at],
    )
    .await?;
    Ok(())
}

/// The owner's notifications, latest first.
///
/// # Errors
/// [`DbError`].
pub async fn list_notifications(
    tx: &mut Tx,
    owner: &UserId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<Notification>, DbError> {
    const LIST: &str = "SELECT id, kind, title, body, link, read_at, created_at
         FROM notifications
         WHERE owner_id = $1
           AND (created_at, id) < ($2, $3)
         ORDER BY created_at DESC, id DESC
         LIMIT $4";
    let (order, id) = crate::cursor::before(after);
    let limit = size.with_lookahead();
    let rows = tx
        .query(LIST, params![owner, order, id, limit], read_notification)
        .await?;
    Ok(Page::from_rows(rows, size, |row| {
        Cursor::at(row.created_at, &row.id)
    }))
}

/// How many of the owner's notifications are unread, counted up to 1,000.
///
/// # Errors
/// [`DbError`].
pub async fn count_unread(tx: &mut Tx, owner: &UserId) -> Result<i64, DbError> {
    const COUNT: &str = "SELECT COUNT(*)
         FROM (
             SELECT 1
             FROM notifications
             WHERE owner_id = $1
               AND read_at IS NULL
             LIMIT $2
         ) AS unread";
    tx.query_one(COUNT, params![owner, UNREAD_COUNTED_MAX], |row| row.get(0))
        .await
}

/// Marks the owner's notifications as read: those whose ids a JSON array names, or all.
///
/// # Errors
/// [`DbError`].
pub async fn mark_read(
    tx: &mut Tx,
    owner: &UserId,
    ids_json: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    const MARK_ALL: &str = "UPDATE notifications
         SET read_at = $2
         WHERE owner_id = $1
           AND read_at IS NULL";
    const MARK_SOME: Sql = Sql::each(
        "UPDATE notifications
         SET read_at = $2
         WHERE owner_id = $1
           AND read_at IS NULL
           AND id IN (SELECT value FROM json_each($3))",
        "UPDATE notifications
         SET read_at = $2
         WHERE owner_id = $1
           AND read_at IS NULL
           AND id IN (SELECT json_array_elements_text(CAST($3 AS JSON)))",
    );
    match ids_json {
        None => tx.execute(MARK_ALL, params![owner, now]).await?,
        Some(ids) => tx.execute(MARK_SOME, params![owner, now, ids]).await?,
    };
    Ok(())
}

/// Deletes at most `batch` notifications older than `cutoff`; tells how many.
///
/// # Errors
/// [`DbError`].
pub async fn delete_notifications_before(
    tx: &mut Tx,
    cutoff: Timestamp,
    batch: i64,
) -> Result<u64, DbError> {
    const DELETE: &str = "DELETE FROM notifications
         WHERE id IN (
             SELECT id
             FROM notifications
             WHERE created_at < $1
             ORDER BY created_at
             LIMIT $2
         )";
    tx.execute(DELETE, params![cutoff, batch]).await
}

fn read_notification(row: &Row<'_>) -> Result<Notification, DbError> {
    Ok(Notification {
        id: row.get(0)?,
        kind: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
        link: row.get(4)?,
        read_at: row.get(5)?,
        created_at: row.get(6)?,
    })
}
