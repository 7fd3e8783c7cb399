//! API keys: credentials for programs. Of a key's secret only the SHA-256 comes here.

use vita_db::{Db, DbError, Row, ToParam as _, Tx, params};
use vita_model::{ApiKeyId, Name, Role, Scopes, Timestamp, UserId};

use crate::{Cursor, Page, PageSize};

/// The SHA-256 of a key's secret.
pub type SecretHash = [u8; 32];

/// A key as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What its owner calls it.
    pub name: Name,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops to be worth something, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<Timestamp>,
}

/// Who presents a key, as the account is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyBearer {
    /// The key's id.
    pub id: ApiKeyId,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it stops to be worth something, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<Timestamp>,
    /// Whose key it is.
    pub owner: UserId,
    /// What they may do.
    pub role: Role,
    /// Whether they are kept out.
    pub disabled: bool,
}

/// Adds a key.
///
/// # Errors
/// [`DbError::Constraint`] `api_keys_secret_hash_key` when there is a key of this secret.
pub async fn add_key(
    tx: &mut Tx,
    owner: &UserId,
    key: &ApiKey,
    hash: &SecretHash,
) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO api_keys
             (id, owner_id, name, secret_hash, scopes, created_at, expires_at, last_used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)";
    let ApiKey {
        id,
        name,
        scopes,
        created_at,
        expires_at,
        ..
    } = key;
    let scopes = scopes.to_string();
    let values = params![id, owner, name, hash, scopes, created_at, expires_at];
    tx.execute(ADD, values).await?;
    Ok(())
}

/// Adds a key unless there is one of its secret.
///
/// # Errors
/// [`DbError`].
pub async fn add_missing_key(
    tx: &mut Tx,
    owner: &UserId,
    key: &ApiKey,
    hash: &SecretHash,
) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO api_keys
             (id, owner_id, name, secret_hash, scopes, created_at, expires_at, last_used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)
         ON CONFLICT (secret_hash) DO NOTHING";
    let ApiKey {
        id,
        name,
        scopes,
        created_at,
        expires_at,
        ..
    } = key;
    let scopes = scopes.to_string();
    let values = params![id, owner, name, hash, scopes, created_at, expires_at];
    tx.execute(ADD, values).await?;
    Ok(())
}

/// Who presents the key whose secret has this hash: one statement, by a unique column.
///
/// # Errors
/// [`DbError`].
pub async fn find_bearer(db: &Db, hash: SecretHash) -> Result<Option<KeyBearer>, DbError> {
    const FIND: &str =
        "SELECT k.id, k.scopes, k.expires_at, k.last_used_at, u.id, u.role, u.disabled
         FROM api_keys k
         JOIN users u ON u.id = k.owner_id
         WHERE k.secret_hash = $1";
    db.read_point(FIND, hash, |hash| vec![hash.to_param()], read_bearer)
        .await
}

/// The hash of the secret of the owner's key of this id.
///
/// # Errors
/// [`DbError`].
pub async fn find_key_hash(
    tx: &mut Tx,
    owner: &UserId,
    id: &ApiKeyId,
) -> Result<Option<Vec<u8>>, DbError> {
    const FIND: &str = "SELECT secret_hash
         FROM api_keys
         WHERE id = $2
           AND owner_id = $1";
    tx.query_opt(FIND, params![owner, id], |row| row.get(0))
        .await
}

/// The owner's keys, latest made first.
///
/// # Errors
/// [`DbError`].
pub async fn list_keys(
    tx: &mut Tx,
    owner: &UserId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<ApiKey>, DbError> {
    const LIST: &str = "SELECT id, name, scopes, created_at, expires_at, last_used_at
         FROM api_keys
         WHERE owner_id = $1
           AND (created_at, id) < ($2, $3)
         ORDER BY created_at DESC, id DESC
         LIMIT $4";
    let (order, id) = crate::cursor::before(after);
    let limit = size.with_lookahead();
    let values = params![owner, order, id, limit];
    let rows = tx.query(LIST, values, read_key).await?;
    Ok(Page::from_rows(rows, size, |key| {
        Cursor::at(key.created_at, &key.id)
    }))
}

/// How many keys the owner has.
///
/// # Errors
/// [`DbError`].
pub async fn count_keys(tx: &mut Tx, owner: &UserId) -> Result<i64, DbError> {
    const COUNT: &str = "SELECT COUNT(*)
         FROM api_keys
         WHERE owner_id = $1";
    tx.query_one(COUNT, params![owner], |row| row.get(0)).await
}

/// Deletes a key, which is worth nothing from then on; false when the owner has none of this id.
///
/// # Errors
/// [`DbError`].
pub async fn delete_key(tx: &mut Tx, owner: &UserId, id: &ApiKeyId) -> Result<bool, DbError> {
    const DELETE: &str = "DELETE FROM api_keys
         WHERE id = $2
           AND owner_id = $1";
    Ok(tx.execute(DELETE, params![owner, id]).await? > 0)
}

/// Notes that a key was used, unless that was noted since `before`.
///
/// # Errors
/// [`DbError`].
pub async fn note_use(
    tx: &mut Tx,
    id: &ApiKeyId,
    before: Timestamp,
    now: Timestamp,
) -> Result<(), DbError> {
    const NOTE: &str = "UPDATE api_keys
         SET last_used_at = $3
         WHERE id = $1
           AND (last_used_at IS NULL OR last_used_at <= $2)";
    tx.execute(NOTE, params![id, before, now]).await?;
    Ok(())
}

fn read_key(row: &Row<'_>) -> Result<ApiKey, DbError> {
    Ok(ApiKey {
        id: row.get(0)?,
        name: row.get(1)?,
        scopes: row.get_word(2)?,
        created_at: row.get(3)?,
        expires_at: row.get(4)?,
        last_used_at: row.get(5)?,
    })
}

fn read_bearer(row: &Row<'_>) -> Result<KeyBearer, DbError> {
    Ok(KeyBearer {
        id: row.get(0)?,
        scopes: row.get_word(1)?,
        expires_at: row.get(2)?,
        last_used_at: row.get(3)?,
        owner: row.get(4)?,
        role: row.get_word(5)?,
        disabled: row.get(6)?,
    })
}
