//! Files that nothing needs any more, by the prefix of their keys.

use vita_db::{DbError, Sql, Tx, params};
use vita_model::{ProjectId, SceneId, Timestamp, UserId};

/// Gives up the files under many prefixes.
///
/// # Errors
/// [`DbError`].
pub async fn doom_prefixes(
    tx: &mut Tx,
    prefixes: &[String],
    now: Timestamp,
) -> Result<(), DbError> {
    const DOOM: Sql = Sql::each(
        "INSERT INTO doomed_blobs (prefix, created_at)
         SELECT value, $2
         FROM json_each($1)
         WHERE TRUE
         ON CONFLICT (prefix) DO NOTHING",
        "INSERT INTO doomed_blobs (prefix, created_at)
         SELECT json_array_elements_text(CAST($1 AS JSON)), $2
         ON CONFLICT (prefix) DO NOTHING",
    );
    let prefixes = serde_json::to_string(prefixes).expect("a list of texts can be written as JSON");
    tx.execute(DOOM, params![prefixes, now]).await?;
    Ok(())
}

/// Gives up the files of all generations of a project, whose prefix is `generations/<id>`.
///
/// # Errors
/// [`DbError`].
pub async fn doom_project(tx: &mut Tx, project: &ProjectId, now: Timestamp) -> Result<(), DbError> {
    const DOOM: &str = "INSERT INTO doomed_blobs (prefix, created_at)
         SELECT 'generations/' || id, $2
         FROM generations
         WHERE project_id = $1
         ON CONFLICT (prefix) DO NOTHING";
    tx.execute(DOOM, params![project, now]).await?;
    Ok(())
}

/// Gives up the files of all generations of a scene.
///
/// # Errors
/// [`DbError`].
pub async fn doom_scene(tx: &mut Tx, scene: &SceneId, now: Timestamp) -> Result<(), DbError> {
    const DOOM: &str = "INSERT INTO doomed_blobs (prefix, created_at)
         SELECT 'generations/' || id, $2
         FROM generations
         WHERE scene_id = $1
         ON CONFLICT (prefix) DO NOTHING";
    tx.execute(DOOM, params![scene, now]).await?;
    Ok(())
}

/// Gives up the files of all generations of somebody.
///
/// # Errors
/// [`DbError`].
pub async fn doom_generations_of(
    tx: &mut Tx,
    owner: &UserId,
    now: Timestamp,
) -> Result<(), DbError> {
    const DOOM: &str = "INSERT INTO doomed_blobs (prefix, created_at)
         SELECT 'generations/' || id, $2
         FROM generations
         WHERE owner_id = $1
         ON CONFLICT (prefix) DO NOTHING";
    tx.execute(DOOM, params![owner, now]).await?;
    Ok(())
}

/// At most `batch` prefixes that were given up, the longest ago first.
///
/// # Errors
/// [`DbError`].
pub async fn list_doomed(tx: &mut Tx, batch: i64) -> Result<Vec<String>, DbError> {
    const LIST: &str = "SELECT prefix
         FROM doomed_blobs
         ORDER BY created_at, prefix
         LIMIT $1";
    tx.query(LIST, params![batch], |row| row.get(0)).await
}

/// Whether the files under a prefix were given up and may not be gone yet.
///
/// # Errors
/// [`DbError`].
pub async fn is_doomed(tx: &mut Tx, prefix: &str) -> Result<bool, DbError> {
    const FIND: &str = "SELECT 1
         FROM doomed_blobs
         WHERE prefix = $1";
    Ok(tx
        .query_opt(FIND, params![*prefix], |_| Ok(()))
        .await?
        .is_some())
}

/// Notes that the files under a prefix are gone.
///
/// # Errors
/// [`DbError`].
pub async fn delete_doomed(tx: &mut Tx, prefix: &str) -> Result<(), DbError> {
    const DELETE: &str = "DELETE FROM doomed_blobs
         WHERE prefix = $1";
    tx.execute(DELETE, params![prefix]).await?;
    Ok(())
}
