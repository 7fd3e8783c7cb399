//! Scenes. Their positions within a project are a permutation of 0, 1, 2 …: every function that
//! changes one keeps it so, within its transaction.

use serde::{Deserialize, Serialize};
use vita_db::{DbError, Row, Sql, Tx, params};
use vita_model::{
    Credits, DurationSeconds, GenerationId, GenerationStatus, Progress, ProjectId, Prompt, SceneId,
    Timestamp, UserId,
};

use crate::{Cursor, PageSize};

/// A scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// Its id.
    pub id: SceneId,
    /// The project that it belongs to.
    pub project_id: ProjectId,
    /// Its place in the project, from 0.
    pub position: i64,
    /// What it shows; may be empty.
    pub prompt: Prompt,
    /// How long it is.
    pub duration: DurationSeconds,
    /// The generation whose clip the project uses.
    pub selected_generation_id: Option<GenerationId>,
    /// Counts what its owner changed; what `If-Match` compares.
    pub version: i64,
    /// The latest of its generations.
    pub latest: Option<LatestGeneration>,
    /// What its completed generations cost together.
    pub completed_cost: Credits,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What lists show of a scene's latest generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestGeneration {
    /// Its id.
    pub id: GenerationId,
    /// Its state.
    pub status: GenerationStatus,
    /// How much of it is done.
    pub progress: Progress,
    /// Whether its clip, and so its poster, is there.
    pub has_clip: bool,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// What a new scene is made of.
#[derive(Clone, Debug)]
pub struct NewScene {
    /// Its id.
    pub id: SceneId,
    /// The project that it belongs to.
    pub project_id: ProjectId,
    /// Its place in the project, from 0.
    pub position: i64,
    /// What it shows; may be empty.
    pub prompt: Prompt,
    /// How long it is.
    pub duration: DurationSeconds,
}

impl Scene {
    /// A scene without generations.
    pub fn new(new: NewScene, now: Timestamp) -> Self {
        Self {
            id: new.id,
            project_id: new.project_id,
            position: new.position,
            prompt: new.prompt,
            duration: new.duration,
            selected_generation_id: None,
            version: 1,
            latest: None,
            completed_cost: Credits(0),
            created_at: now,
            updated_at: now,
        }
    }
}

/// The columns of [`read_scene`], in its order.
macro_rules! select_scenes {
    ($rest:literal) => {
        concat!(
            "SELECT id, project_id, position, prompt, duration_seconds, selected_generation_id,
                version, latest_generation_id, latest_status, latest_progress, latest_has_clip,
                latest_created_at, completed_cost, created_at, updated_at
         FROM scenes ",
            $rest
        )
    };
}

/// Adds a scene at its position; those at and after it move back by one.
///
/// # Errors
/// [`DbError`].
pub async fn add_scene(tx: &mut Tx, owner: &UserId, scene: &Scene) -> Result<(), DbError> {
    const MAKE_ROOM: &str = "UPDATE scenes
         SET position = position + 1
         WHERE project_id = $1
           AND position >= $2";
    const ADD: &str = "INSERT INTO scenes
             (id, owner_id, project_id, position, prompt, duration_seconds, version, completed_cost,
              created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)";
    let Scene {
        id,
        project_id,
        position,
        prompt,
        duration,
        version,
        created_at,
        updated_at,
        ..
    } = scene;
    tx.execute(MAKE_ROOM, params![project_id, position]).await?;
    tx.execute(
        ADD,
        params![
            id, owner, project_id, position, prompt, duration, version, created_at, updated_at
        ],
    )
    .await?;
    Ok(())
}

/// The owner's scene of this id.
///
/// # Errors
/// [`DbError`].
pub async fn find_scene(
    tx: &mut Tx,
    owner: &UserId,
    id: &SceneId,
) -> Result<Option<Scene>, DbError> {
    const FIND: &str = select_scenes!("WHERE id = $2 AND owner_id = $1");
    tx.query_opt(FIND, params![owner, id], read_scene).await
}

/// A page of a project's scenes, in order.
///
/// # Errors
/// [`DbError`].
pub async fn list_scenes(
    tx: &mut Tx,
    owner: &UserId,
    project: &ProjectId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<crate::Page<Scene>, DbError> {
    const LIST: &str = select_scenes!(
        "WHERE project_id = $2
           AND owner_id = $1
           AND (position, id) > ($3, $4)
         ORDER BY position, id
         LIMIT $5"
    );
    let (order, id) = after.map_or((-1, ""), |cursor| (cursor.order, cursor.id.as_str()));
    let limit = size.with_lookahead();
    let rows = tx
        .query(LIST, params![owner, project, order, id, limit], read_scene)
        .await?;
    Ok(crate::Page::from_rows(rows, size, |scene| Cursor {
        order: scene.position,
        id: scene.id.to_string(),
    }))
}

/// All scenes of a project, in order: at most as many as a project may have.
///
/// # Errors
/// [`DbError`].
pub async fn list_all_scenes(
    tx: &mut Tx,
    owner: &UserId,
    project: &ProjectId,
) -> Result<Vec<Scene>, DbError> {
    const LIST: &str = select_scenes!(
        "WHERE project_id = $2
           AND owner_id = $1
         ORDER BY position, id"
    );
    tx.query(LIST, params![owner, project], read_scene).await
}

/// The scenes of a whole page of the owner's projects (as `projects::list_projects` gives it),
/// grouped by project and in order.
///
/// # Errors
/// [`DbError`].
pub async fn list_scenes_of_page(
    tx: &mut Tx,
    owner: &UserId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Vec<Scene>, DbError> {
    const LIST: &str = select_scenes!(
        "WHERE project_id IN (
               SELECT id
               FROM projects
               WHERE owner_id = $1
                 AND (updated_at, id) < ($2, $3)
               ORDER BY updated_at DESC, id DESC
               LIMIT $4
           )
         ORDER BY project_id, position, id"
    );
    let (order, id) = crate::cursor::before(after);
    tx.query(LIST, params![owner, order, id, size.get()], read_scene)
        .await
}

/// Writes a scene's prompt, length and selection.
///
/// # Errors
/// [`DbError`].
pub async fn update_scene(tx: &mut Tx, owner: &UserId, scene: &Scene) -> Result<(), DbError> {
    const UPDATE: &str = "UPDATE scenes
         SET prompt = $3,
             duration_seconds = $4,
             selected_generation_id = $5,
             version = $6,
             updated_at = $7
         WHERE id = $2
           AND owner_id = $1";
    let Scene {
        id,
        prompt,
        duration,
        selected_generation_id,
        version,
        updated_at,
        ..
    } = scene;
    tx.execute(
        UPDATE,
        params![
            owner,
            id,
            prompt,
            duration,
            selected_generation_id,
            version,
            updated_at
        ],
    )
    .await?;
    Ok(())
}

/// Makes a generation the one that the project uses, unless another was chosen already.
///
/// # Errors
/// [`DbError`].
pub async fn select_first_generation(
    tx: &mut Tx,
    scene: &SceneId,
    generation: &GenerationId,
) -> Result<(), DbError> {
    const SELECT: &str = "UPDATE scenes
         SET selected_generation_id = $2
         WHERE id = $1
           AND selected_generation_id IS NULL";
    tx.execute(SELECT, params![scene, generation]).await?;
    Ok(())
}

/// Deletes a scene with its generations; those after it move up by one.
///
/// # Errors
/// [`DbError`].
pub async fn delete_scene(tx: &mut Tx, owner: &UserId, scene: &Scene) -> Result<(), DbError> {
    const DELETE: &str = "DELETE FROM scenes
         WHERE id = $2
           AND owner_id = $1";
    const CLOSE_GAP: &str = "UPDATE scenes
         SET position = position - 1
         WHERE project_id = $1
           AND position > $2";
    tx.execute(DELETE, params![owner, scene.id]).await?;
    tx.execute(CLOSE_GAP, params![scene.project_id, scene.position])
        .await?;
    Ok(())
}

/// Puts a project's scenes in the given order, a JSON array of their ids. The caller has checked
/// that it names each of them once.
///
/// # Errors
/// [`DbError`].
pub async fn order_scenes(
    tx: &mut Tx,
    project: &ProjectId,
    ids_json: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    const ORDER: Sql = Sql::each(
        "UPDATE scenes
         SET position = chosen.key,
             version = scenes.version + 1,
             updated_at = $3
         FROM json_each($2) AS chosen
         WHERE scenes.project_id = $1
           AND scenes.id = chosen.value
           AND scenes.position <> chosen.key",
        "UPDATE scenes
         SET position = chosen.place - 1,
             version = scenes.version + 1,
             updated_at = $3
         FROM json_array_elements_text(CAST($2 AS JSON)) WITH ORDINALITY AS chosen (id, place)
         WHERE scenes.project_id = $1
           AND scenes.id = chosen.id
           AND scenes.position <> chosen.place - 1",
    );
    tx.execute(ORDER, params![project, ids_json, now]).await?;
    Ok(())
}

fn read_scene(row: &Row<'_>) -> Result<Scene, DbError> {
    let latest_id: Option<GenerationId> = row.get(7)?;
    let latest = match latest_id {
        None => None,
        Some(id) => Some(LatestGeneration {
            id,
            status: row.get_word(8)?,
            progress: row.get(9)?,
            has_clip: row.get(10)?,
            created_at: row.get(11)?,
        }),
    };
    Ok(Scene {
        id: row.get(0)?,
        project_id: row.get(1)?,
        position: row.get(2)?,
        prompt: row.get(3)?,
        duration: row.get(4)?,
        selected_generation_id: row.get(5)?,
        version: row.get(6)?,
        latest,
        completed_cost: row.get(12)?,
        created_at: row.get(13)?,
        updated_at: row.get(14)?,
    })
}
