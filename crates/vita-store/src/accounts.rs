//! Accounts.

use vita_db::{DbError, Row, Tx, params};
use vita_model::{Credits, Email, Name, Role, Timestamp, UserId};

use crate::{Cursor, Page, PageSize};

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
    tx.query_opt(FIND, params![email], read_credentials).await
}

/// Has this transaction happen before or after every other that calls this or changes the account,
/// also where there are several writers: they all write its row.
///
/// # Errors
/// [`DbError`].
pub async fn hold_user(tx: &mut Tx, id: &UserId) -> Result<(), DbError> {
    const HOLD: &str = "UPDATE users
         SET disabled = disabled
         WHERE id = $1";
    tx.execute(HOLD, params![id]).await?;
    Ok(())
}

/// The account of this id, and what its password is checked against.
///
/// # Errors
/// [`DbError`].
pub async fn lookup_credentials(tx: &mut Tx, id: &UserId) -> Result<Option<Credentials>, DbError> {
    const LOOKUP: &str = "SELECT id, email, name, role, disabled, created_at, password_hash
         FROM users
         WHERE id = $1";
    tx.query_opt(LOOKUP, params![id], read_credentials).await
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

/// Gives an account another password, whatever it was.
///
/// # Errors
/// [`DbError`].
pub async fn reset_password_hash(
    tx: &mut Tx,
    id: &UserId,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    const RESET: &str = "UPDATE users
         SET password_hash = $2,
             updated_at = $3
         WHERE id = $1";
    tx.execute(RESET, params![id, password_hash, now]).await?;
    Ok(())
}

/// Writes what an account may do.
///
/// # Errors
/// [`DbError`].
pub async fn update_rights(tx: &mut Tx, user: &User, now: Timestamp) -> Result<(), DbError> {
    const UPDATE: &str = "UPDATE users
         SET role = $2,
             disabled = $3,
             updated_at = $4
         WHERE id = $1";
    let User {
        id, role, disabled, ..
    } = user;
    tx.execute(UPDATE, params![id, role, disabled, now]).await?;
    Ok(())
}

/// The administrators who can sign in. They are written as they are, so that of two transactions
/// that each take one away, the later sees what the earlier did.
///
/// # Errors
/// [`DbError`].
pub async fn lock_admins(tx: &mut Tx, now: Timestamp) -> Result<Vec<UserId>, DbError> {
    const LOCK: &str = "UPDATE users
         SET updated_at = $1
         WHERE role = 'admin'
           AND disabled = FALSE
         RETURNING id";
    tx.query(LOCK, params![now], |row| row.get(0)).await
}

/// An account as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUser {
    /// The account.
    pub user: User,
    /// What it can still spend.
    pub balance: Credits,
    /// What waits for its generations to end.
    pub reserved: Credits,
}

/// The accounts whose addresses begin with `prefix`, latest made first.
///
/// # Errors
/// [`DbError`].
pub async fn list_users(
    tx: &mut Tx,
    prefix: &str,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<ListedUser>, DbError> {
    const LIST: &str = "SELECT u.id, u.email, u.name, u.role, u.disabled, u.created_at,
                COALESCE(c.balance, 0), COALESCE(c.reserved, 0)
         FROM users u
         LEFT JOIN credit_accounts c ON c.owner_id = u.id
         WHERE (u.created_at, u.id) < ($1, $2)
           AND u.email LIKE $3 ESCAPE '!'
         ORDER BY u.created_at DESC, u.id DESC
         LIMIT $4";
    let (order, id) = crate::cursor::before(after);
    let pattern = like_prefix(prefix);
    let limit = size.with_lookahead();
    let values = params![order, id, pattern, limit];
    let rows = tx.query(LIST, values, read_listed).await?;
    Ok(Page::from_rows(rows, size, |row| {
        Cursor::at(row.user.created_at, &row.user.id)
    }))
}

/// The account of this id as an administrator sees it.
///
/// # Errors
/// [`DbError`].
pub async fn lookup_listed(tx: &mut Tx, id: &UserId) -> Result<Option<ListedUser>, DbError> {
    const LOOKUP: &str = "SELECT u.id, u.email, u.name, u.role, u.disabled, u.created_at,
                COALESCE(c.balance, 0), COALESCE(c.reserved, 0)
         FROM users u
         LEFT JOIN credit_accounts c ON c.owner_id = u.id
         WHERE u.id = $1";
    tx.query_opt(LOOKUP, params![id], read_listed).await
}

/// All administrators, the earliest made first; at most 1,000.
///
/// # Errors
/// [`DbError`].
pub async fn list_admins(tx: &mut Tx) -> Result<Vec<User>, DbError> {
    const LIST: &str = "SELECT id, email, name, role, disabled, created_at
         FROM users
         WHERE role = 'admin'
         ORDER BY created_at, id
         LIMIT 1000";
    tx.query(LIST, params![], |row| read_user(row, 0)).await
}

/// Deletes an account with everything that names it as its owner: credits, ledger, logins, keys,
/// projects and what is in them. False when there was none.
///
/// # Errors
/// [`DbError`].
pub async fn delete_user(tx: &mut Tx, id: &UserId) -> Result<bool, DbError> {
    const DELETE: &str = "DELETE FROM users
         WHERE id = $1";
    Ok(tx.execute(DELETE, params![id]).await? > 0)
}

/// The pattern of `LIKE` for texts that begin with this one.
fn like_prefix(prefix: &str) -> String {
    let mut pattern = String::with_capacity(prefix.len() + 1);
    for character in prefix.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

fn read_listed(row: &Row<'_>) -> Result<ListedUser, DbError> {
    Ok(ListedUser {
        user: read_user(row, 0)?,
        balance: row.get(6)?,
        reserved: row.get(7)?,
    })
}

fn read_credentials(row: &Row<'_>) -> Result<Credentials, DbError> {
    Ok(Credentials {
        user: read_user(row, 0)?,
        password_hash: row.get(6)?,
    })
}

/// Reads an account from six columns that begin at `first`.
pub(crate) fn read_user(row: &Row<'_>, first: usize) -> Result<User, DbError> {
    Ok(User {
        id: row.get(first)?,
        email: row.get(first + 1)?,
        name: row.get(first + 2)?,
        role: row.get_word(first + 3)?,
        disabled: row.get(first + 4)?,
        created_at: row.get(first + 5)?,
    })
}
