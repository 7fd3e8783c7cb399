//! Accounts, their logins, and the refresh tokens that keep a login alive. Of a token only the
//! SHA-256 comes here.

use vita_db::{DbError, Row, Tx, params};
use vita_model::{Email, FamilyId, Name, Role, Timestamp, UserId};

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What it signs in with.
    pub email: Email,
    /// What it is called; may be empty.
    pub name: Name,
    /// What it may do.
    pub role: Role,
    /// Whether it is kept from signing in.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a password is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Whose password it is.
    pub user: User,
    /// The hash, as a PHC string.
    pub password_hash: String,
}

/// The SHA-256 of a refresh token.
pub type TokenHash = [u8; 32];

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
    /// Whether it was exchanged for its successor before.
    pub used: bool,
    /// Whether its login was ended.
    pub revoked: bool,
    /// Whose login it is, as the account is now.
    pub user: User,
}

/// Adds an account.
///
/// # Errors
/// [`DbError::Constraint`] `users_email_key` when the address has an account.
pub async fn add_user(tx: &mut Tx, user: &User, password_hash: &str) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO users
             (id, email, name, role, password_hash, disabled, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    let User {
        id,
        email,
        name,
        role,
        disabled,
        created_at,
    } = user;
    let values = params![id, email, name, role, password_hash, disabled, created_at];
    tx.execute(ADD, values).await?;
    Ok(())
}

/// The account of this id.
///
/// # Errors
/// [`DbError`].
pub async fn lookup_user(tx: &mut Tx, id: &UserId) -> Result<Option<User>, DbError> {
    const LOOKUP: &str = "SELECT id, email, name, role, disabled, created_at
         FROM users
         WHERE id = $1";
    tx.query_opt(LOOKUP, params![id], |row| read_user(row, 0))
        .await
}

/// The account that signs in with this address, and what its password is checked against.
///
/// # Errors
/// [`DbError`].
pub async fn find_credentials_by_email(
    tx: &mut Tx,
    email: &Email,
) -> Result<Option<Credentials>, DbError> {
    const FIND: &str = "SELECT id, email, name, role, disabled, created_at, password_hash
         FROM users
         WHERE email = $1";
    let read = |row: &Row<'_>| {
        Ok(Credentials {
            user: read_user(row, 0)?,
            password_hash: row.get(6)?,
        })
    };
    tx.query_opt(FIND, params![email], read).await
}

/// Gives an account another name; answers the account, if there is one.
///
/// # Errors
/// [`DbError`].
pub async fn update_name(
    tx: &mut Tx,
    id: &UserId,
    name: &Name,
    now: Timestamp,
) -> Result<Option<User>, DbError> {
    const UPDATE: &str = "UPDATE users
         SET name = $2,
             updated_at = $3
         WHERE id = $1
         RETURNING id, email, name, role, disabled, created_at";
    tx.query_opt(UPDATE, params![id, name, now], |row| read_user(row, 0))
        .await
}

/// Another hash for the password that an account already has.
#[derive(Clone, Copy, Debug)]
pub struct Rehash<'a> {
    /// The hash that was checked.
    pub from: &'a str,
    /// The same password hashed at today's cost.
    pub to: &'a str,
}

/// Replaces the hash of a password, unless the password was changed since it was checked.
///
/// # Errors
/// [`DbError`].
pub async fn update_password_hash(
    tx: &mut Tx,
    id: &UserId,
    rehash: Rehash<'_>,
    now: Timestamp,
) -> Result<bool, DbError> {
    const UPDATE: &str = "UPDATE users
         SET password_hash = $3,
             updated_at = $4
         WHERE id = $1
           AND password_hash = $2";
    Ok(tx
        .execute(UPDATE, params![id, rehash.from, rehash.to, now])
        .await?
        == 1)
}

/// Begins a login with its first refresh token.
///
/// # Errors
/// [`DbError`].
pub async fn add_login(tx: &mut Tx, owner: &UserId, first: NewToken<'_>) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO logins
             (id, user_id, created_at, last_used_at, expires_at, revoked_at)
         VALUES ($1, $2, $3, $3, $4, NULL)";
    tx.execute(
        ADD,
        params![first.login, owner, first.issued_at, first.expires_at],
    )
    .await?;
    add_token(tx, first).await
}

/// What is known of a refresh token.
///
/// # Errors
/// [`DbError`].
pub async fn find_token_by_hash(
    tx: &mut Tx,
    hash: &TokenHash,
) -> Result<Option<PresentedToken>, DbError> {
    const FIND: &str = "SELECT t.login_id, t.expires_at, t.used_at IS NOT NULL,
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
            used: row.get(2)?,
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

/// Ends a login, so that none of its refresh tokens is worth anything. False when the owner has no
/// such login, or it had ended before.
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
    Ok(tx.execute(REVOKE, params![owner, login, now]).await? == 1)
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

/// Reads an account from six columns that begin at `first`.
fn read_user(row: &Row<'_>, first: usize) -> Result<User, DbError> {
    Ok(User {
        id: row.get(first)?,
        email: row.get(first + 1)?,
        name: row.get(first + 2)?,
        role: row.get_word(first + 3)?,
        disabled: row.get(first + 4)?,
        created_at: row.get(first + 5)?,
    })
}
