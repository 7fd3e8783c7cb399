//! The read model: per scene its latest generation and what its completed generations cost, per
//! project the number of its scenes and the sum of their cost.
//!
//! Lists read these columns and nothing else, so their cost does not grow with the number of
//! generations. Every function derives them anew from the rows below, in the transaction that
//! changes those rows: there is nothing that could drift.
//!
//! Two transactions that derive the same row take turns. Whoever writes in a project and in its
//! scenes takes the project first, so that none waits for another in a circle.

use vita_db::{DbError, Sql, Tx, params};
use vita_model::{ProjectId, SceneId, Timestamp};

/// Has this transaction alone write in a scene and its project until it ends. What it derives after
/// this includes what others committed before.
///
/// # Errors
/// [`DbError`].
pub async fn hold_scene(tx: &mut Tx, scene: &SceneId) -> Result<(), DbError> {
    // SQLite has one writer anyway.
    const HOLD: Sql = Sql::each(
        "SELECT 1
         FROM scenes
         WHERE id = $1",
        "SELECT 1
         FROM projects
         JOIN scenes ON scenes.project_id = projects.id
         WHERE scenes.id = $1
         FOR NO KEY UPDATE",
    );
    tx.query_opt(HOLD, params![scene], |_| Ok(())).await?;
    Ok(())
}

/// Has this transaction alone write in a project until it ends.
///
/// # Errors
/// [`DbError`].
pub async fn hold_project(tx: &mut Tx, project: &ProjectId) -> Result<(), DbError> {
    const HOLD: Sql = Sql::each(
        "SELECT 1
         FROM projects
         WHERE id = $1",
        "SELECT 1
         FROM projects
         WHERE id = $1
         FOR NO KEY UPDATE",
    );
    tx.query_opt(HOLD, params![project], |_| Ok(())).await?;
    Ok(())
}

/// Derives a scene's latest generation. Needed when a generation is added or changes its state or
/// progress.
///
/// # Errors
/// [`DbError`].
pub async fn refresh_latest(tx: &mut Tx, scene: &SceneId) -> Result<(), DbError> {
    const REFRESH: &str = "UPDATE scenes
         SET latest_generation_id = latest.id,
             latest_status = latest.status,
             latest_progress = latest.progress,
             latest_has_clip = latest.has_clip,
             latest_created_at = latest.created_at
         FROM (
             SELECT id, status, progress, has_clip, created_at
             FROM generations
             WHERE scene_id = $1
             ORDER BY created_at DESC, id DESC
             LIMIT 1
         ) AS latest
         WHERE scenes.id = $1";
    tx.execute(REFRESH, params![scene]).await?;
    Ok(())
}

/// Derives what a scene's completed generations cost. Needed when one completes.
///
/// # Errors
/// [`DbError`].
pub async fn refresh_scene_cost(tx: &mut Tx, scene: &SceneId) -> Result<(), DbError> {
    const REFRESH: &str = "UPDATE scenes
         SET completed_cost = (
                 SELECT CAST(COALESCE(SUM(cost), 0) AS BIGINT)
                 FROM generations
                 WHERE scene_id = $1
                   AND status = 'completed'
             )
         WHERE id = $1";
    tx.execute(REFRESH, params![scene]).await?;
    Ok(())
}

/// Derives a project's number of scenes and cost, and notes that it changed. Needed when a scene
/// comes or goes, and when a scene's cost changes.
///
/// # Errors
/// [`DbError`].
pub async fn refresh_project(
    tx: &mut Tx,
    project: &ProjectId,
    now: Timestamp,
) -> Result<(), DbError> {
    const REFRESH: &str = "UPDATE projects
         SET scene_count = (
                 SELECT COUNT(*)
                 FROM scenes
                 WHERE project_id = $1
             ),
             completed_cost = (
                 SELECT CAST(COALESCE(SUM(completed_cost), 0) AS BIGINT)
                 FROM scenes
                 WHERE project_id = $1
             ),
             updated_at = $2
         WHERE id = $1";
    tx.execute(REFRESH, params![project, now]).await?;
    Ok(())
}

/// Notes that something in a project changed, for the order of the list.
///
/// # Errors
/// [`DbError`].
pub async fn touch_project(
    tx: &mut Tx,
    project: &ProjectId,
    now: Timestamp,
) -> Result<(), DbError> {
    const TOUCH: &str = "UPDATE projects
         SET updated_at = $2
         WHERE id = $1";
    tx.execute(TOUCH, params![project, now]).await?;
    Ok(())
}
