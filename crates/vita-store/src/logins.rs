//! Logins, and the refresh tokens that keep them alive. Of a token only the SHA-256 comes here.

use vita_db::{DbError, Row, Tx, params};
use vita_model::{FamilyId, Timestamp, UserId};

use crate::accounts::{User, read_user};
use crate::{Cursor, Page, PageSize};

/// The SHA-256 of a refresh token.
pub type TokenHash = [u8; 32];

/// What a login came from, as far as its client says; its owner recognises it by that.
#[derive(Clone, Copy, Debug)]
pub struct LoginOrigin<'a> {
    /// The client's name for itself.
    pub user_agent: Option<&'a str>,
    /// The address.
    pub address: Option<&'a str>,
}

/// A login as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its id.
    pub id: FamilyId,
    /// When it began.
    pub created_at: Timestamp,
    /// When its tokens were last exchanged.
    pub last_used_at: Timestamp,
    /// The client's name for itself when it began.
    pub user_agent: Option<String>,
    /// The address that it began from.
    pub address: Option<String>,
}

/// A refresh token that is to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    /// The login that it continues.
    pub login: &'a FamilyId,
    /// Its hash.
    pub hash: &'a TokenHash,
    /// When it was given out.
    pub issued_at: Timestamp,
    /// When it stops to be worth something; the login ends with its last token.
    pub expires_at: Timestamp,
}

/// What is known of a refresh token that somebody presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedToken {
    /// The login that it belongs to.
    pub login: FamilyId,
    /// When the token ends.
    pub expires_at: Timestamp,
    /// When it was exchanged for its successor, if it was.
    pub used_at: Option<Timestamp>,
    /// Whether its login was ended.
    pub revoked: bool,
    /// Whose login it is, as the account is now.
    pub user: User,
}

/// Begins a login with its first refresh token.
///
/// # Errors
/// [`DbError`].
pub async fn add_login(
    tx: &mut Tx,
    owner: &UserId,
    first: NewToken<'_>,
    origin: LoginOrigin<'_>,
) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO logins
             (id, user_id, created_at, last_used_at, expires_at, revoked_at, user_agent, address)
         VALUES ($1, $2, $3, $3, $4, NULL, $5, $6)";
    let LoginOrigin {
        user_agent,
        address,
    } = origin;
    tx.execute(
        ADD,
        params![
            first.login,
            owner,
            first.issued_at,
            first.expires_at,
            user_agent,
            address
        ],
    )
    .await?;
    add_token(tx, first).await
}

/// The owner's logins that have not ended, latest begun first.
///
/// # Errors
/// [`DbError`].
pub async fn list_logins(
    tx: &mut Tx,
    owner: &UserId,
    now: Timestamp,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<Login>, DbError> {
    const LIST: &str = "SELECT id, created_at, last_used_at, user_agent, address
         FROM logins
         WHERE user_id = $1
           AND (created_at, id) < ($2, $3)
           AND revoked_at IS NULL
           AND expires_at > $4
         ORDER BY created_at DESC, id DESC
         LIMIT $5";
    let (order, id) = crate::cursor::before(after);
    let limit = size.with_lookahead();
    let values = params![owner, order, id, now, limit];
    let read = |row: &Row<'_>| {
        Ok(Login {
            id: row.get(0)?,
            created_at: row.get(1)?,
            last_used_at: row.get(2)?,
            user_agent: row.get(3)?,
            address: row.get(4)?,
        })
    };
    let rows = tx.query(LIST, values, read).await?;
    Ok(Page::from_rows(rows, size, |login| {
        Cursor::at(login.created_at, &login.id)
    }))
}

/// What is known of a refresh token.
///
/// # Errors
/// [`DbError`].
pub async fn find_token_by_hash(
    tx: &mut Tx,
    hash: &TokenHash,
) -> Result<Option<PresentedToken>, DbError> {
    const FIND: &str = "SELECT t.login_id, t.expires_at, t.used_at,
                l.revoked_at IS NOT NULL,
                u.id, u.email, u.name, u.role, u.disabled, u.created_at
         FROM refresh_tokens t
         JOIN logins l ON l.id = t.login_id
         JOIN users u ON u.id = l.user_id
         WHERE t.token_hash = $1";
    let read = |row: &Row<'_>| {
        Ok(PresentedToken {
            login: row.get(0)?,
            expires_at: row.get(1)?,
            used_at: row.get(2)?,
            revoked: row.get(3)?,
            user: read_user(row, 4)?,
        })
    };
    tx.query_opt(FIND, params![hash], read).await
}

/// Exchanges a refresh token for its successor, and lets the login last as long as that. False, and
/// nothing written, when the token was used before, also by another transaction a moment ago.
///
/// # Errors
/// [`DbError`].
pub async fn rotate_token(
    tx: &mut Tx,
    used: &TokenHash,
    successor: NewToken<'_>,
) -> Result<bool, DbError> {
    const USE: &str = "UPDATE refresh_tokens
         SET used_at = $2
         WHERE token_hash = $1
           AND used_at IS NULL";
    // Used tokens are kept to tell a reuse, but only for as long as they could have been valid.
    const DELETE_EXPIRED: &str = "DELETE FROM refresh_tokens
         WHERE login_id = $1
           AND expires_at <= $2";
    const PROLONG: &str = "UPDATE logins
         SET last_used_at = $2,
             expires_at = $3
         WHERE id = $1";
    let NewToken {
        login,
        issued_at: now,
        expires_at,
        ..
    } = successor;
    if tx.execute(USE, params![used, now]).await? == 0 {
        return Ok(false);
    }
    tx.execute(DELETE_EXPIRED, params![login, now]).await?;
    add_token(tx, successor).await?;
    tx.execute(PROLONG, params![login, now, expires_at]).await?;
    Ok(true)
}

/// Whether the owner has this login and it has not been ended.
///
/// # Errors
/// [`DbError`].
pub async fn is_open(tx: &mut Tx, owner: &UserId, login: &FamilyId) -> Result<bool, DbError> {
    const FIND: &str = "SELECT revoked_at IS NULL
         FROM logins
         WHERE id = $2
           AND user_id = $1";
    let found = tx
        .query_opt(FIND, params![owner, login], |row| row.get(0))
        .await?;
    Ok(found.unwrap_or(false))
}

/// Ends a login, so that none of its tokens is worth anything. False when the owner has no such
/// login, or it had ended before.
///
/// # Errors
/// [`DbError`].
pub async fn revoke_login(
    tx: &mut Tx,
    owner: &UserId,
    login: &FamilyId,
    now: Timestamp,
) -> Result<bool, DbError> {
    const REVOKE: &str = "UPDATE logins
         SET revoked_at = $3
         WHERE id = $2
           AND user_id = $1
           AND revoked_at IS NULL";
    const NOTE: &str = "INSERT INTO ended_logins (login_id, ended_at)
         VALUES ($1, $2)
         ON CONFLICT (login_id) DO NOTHING";
    if tx.execute(REVOKE, params![owner, login, now]).await? == 0 {
        return Ok(false);
    }
    tx.execute(NOTE, params![login, now]).await?;
    Ok(true)
}

/// Ends all logins of the owner but one; answers which ended.
///
/// # Errors
/// [`DbError`].
pub async fn revoke_other_logins(
    tx: &mut Tx,
    owner: &UserId,
    spared: Option<&FamilyId>,
    now: Timestamp,
) -> Result<Vec<FamilyId>, DbError> {
    const REVOKE: &str = "UPDATE logins
         SET revoked_at = $3
         WHERE user_id = $1
           AND id <> $2
           AND revoked_at IS NULL
         RETURNING id";
    const NOTE: &str = "INSERT INTO ended_logins (login_id, ended_at)
         SELECT id, revoked_at
         FROM logins
         WHERE user_id = $1
           AND revoked_at = $2
         ON CONFLICT (login_id) DO NOTHING";
    let spared = spared.map_or("", |login| login.as_str());
    let ended = tx
        .query(REVOKE, params![owner, spared, now], |row| row.get(0))
        .await?;
    tx.execute(NOTE, params![owner, now]).await?;
    Ok(ended)
}

/// The logins that ended at `moment` or later, with when they did.
///
/// # Errors
/// [`DbError`].
pub async fn list_ended_since(
    tx: &mut Tx,
    moment: Timestamp,
) -> Result<Vec<(FamilyId, Timestamp)>, DbError> {
    const LIST: &str = "SELECT login_id, ended_at
         FROM ended_logins
         WHERE ended_at >= $1";
    tx.query(LIST, params![moment], |row| Ok((row.get(0)?, row.get(1)?)))
        .await
}

/// Forgets up to `rows_max` logins that ended before `moment`; answers how many.
///
/// # Errors
/// [`DbError`].
pub async fn forget_ended_before(
    tx: &mut Tx,
    moment: Timestamp,
    rows_max: i64,
) -> Result<u64, DbError> {
    const FORGET: &str = "DELETE FROM ended_logins
         WHERE login_id IN (
             SELECT login_id
             FROM ended_logins
             WHERE ended_at < $1
             ORDER BY ended_at
             LIMIT $2
         )";
    tx.execute(FORGET, params![moment, rows_max]).await
}

/// Deletes up to `rows_max` logins that ended before `moment`, with their tokens; answers how many.
///
/// # Errors
/// [`DbError`].
pub async fn delete_logins_expired_before(
    tx: &mut Tx,
    moment: Timestamp,
    rows_max: i64,
) -> Result<u64, DbError> {
    const DELETE: &str = "DELETE FROM logins
         WHERE id IN (
             SELECT id
             FROM logins
             WHERE expires_at < $1
             ORDER BY expires_at
             LIMIT $2
         )";
    tx.execute(DELETE, params![moment, rows_max]).await
}

async fn add_token(tx: &mut Tx, token: NewToken<'_>) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO refresh_tokens
             (token_hash, login_id, issued_at, expires_at, used_at)
         VALUES ($1, $2, $3, $4, NULL)";
    let NewToken {
        login,
        hash,
        issued_at,
        expires_at,
    } = token;
    tx.execute(ADD, params![hash, login, issued_at, expires_at])
        .await?;
    Ok(())
}
