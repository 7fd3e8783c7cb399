//! Files that nothing needs any more, by the prefix of their keys.

use vita_db::{DbError, Tx, params};
use vita_model::{ProjectId, SceneId, Timestamp};

/// Gives up the files under a prefix.
///
/// # Errors
/// [`DbError`].
pub async fn doom_prefix(tx: &mut Tx, prefix: &str, now: Timestamp) -> Result<(), DbError> {
    const DOOM: &str = "INSERT INTO doomed_blobs (prefix, created_at)
         VALUES ($1, $2)
         ON CONFLICT (prefix) DO NOTHING";
    tx.execute(DOOM, params![prefix, now]).await?;
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
