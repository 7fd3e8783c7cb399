//! Tickets: credentials for the address of one live connection. Of a ticket only the SHA-256 comes
//! here.

use vita_db::{DbError, Row, Tx, params};
use vita_model::{ApiKeyId, FamilyId, Timestamp, UserId};

/// The SHA-256 of a ticket.
pub type TicketHash = [u8; 32];

/// What a ticket stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Who asked for it.
    pub owner: UserId,
    /// The login that it was asked for with.
    pub login: Option<FamilyId>,
    /// When the token of that login ends.
    pub valid_until: Option<Timestamp>,
    /// The API key that it was asked for with.
    pub key: Option<ApiKeyId>,
    /// When the ticket itself stops to be worth something.
    pub expires_at: Timestamp,
}

/// Adds a ticket, and forgets the owner's that were never used.
///
/// # Errors
/// [`DbError`].
pub async fn add_ticket(
    tx: &mut Tx,
    ticket: &Ticket,
    hash: &TicketHash,
    now: Timestamp,
) -> Result<(), DbError> {
    const FORGET: &str = "DELETE FROM tickets
         WHERE owner_id = $1
           AND expires_at <= $2";
    const ADD: &str = "INSERT INTO tickets
             (ticket_hash, owner_id, login_id, key_id, valid_until, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)";
    let Ticket {
        owner,
        login,
        valid_until,
        key,
        expires_at,
    } = ticket;
    tx.execute(FORGET, params![owner, now]).await?;
    let values = params![hash, owner, login, key, valid_until, expires_at];
    tx.execute(ADD, values).await?;
    Ok(())
}

/// Takes a ticket away and answers what it stood for. Of many who present it at once, the deletion
/// lets one have it.
///
/// # Errors
/// [`DbError`].
pub async fn take_ticket(tx: &mut Tx, hash: &TicketHash) -> Result<Option<Ticket>, DbError> {
    const TAKE: &str = "DELETE FROM tickets
         WHERE ticket_hash = $1
         RETURNING owner_id, login_id, valid_until, key_id, expires_at";
    let read = |row: &Row<'_>| {
        Ok(Ticket {
            owner: row.get(0)?,
            login: row.get(1)?,
            valid_until: row.get(2)?,
            key: row.get(3)?,
            expires_at: row.get(4)?,
        })
    };
    tx.query_opt(TAKE, params![hash], read).await
}

/// Deletes up to `rows_max` tickets that expired before `moment`; answers how many.
///
/// # Errors
/// [`DbError`].
pub async fn delete_expired_before(
    tx: &mut Tx,
    moment: Timestamp,
    rows_max: i64,
) -> Result<u64, DbError> {
    const DELETE: &str = "DELETE FROM tickets
         WHERE ticket_hash IN (
             SELECT ticket_hash
             FROM tickets
             WHERE expires_at < $1
             ORDER BY expires_at
             LIMIT $2
         )";
    tx.execute(DELETE, params![moment, rows_max]).await
}
