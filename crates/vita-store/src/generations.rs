//! Generations: the attempts to make a clip of a scene.

use serde::{Deserialize, Serialize};
use vita_db::{DbError, Row, Tx, params};
use vita_model::{
    ClipSpec, Credits, GenerationFailure, GenerationId, GenerationStatus, JobId, Progress,
    ProjectId, Prompt, SceneId, Stage, Timestamp, UserId,
};

use crate::{Cursor, Page, PageSize};

/// A generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// Its id.
    pub id: GenerationId,
    /// Whose it is.
    pub owner_id: UserId,
    /// The project of its scene.
    pub project_id: ProjectId,
    /// Its scene.
    pub scene_id: SceneId,
    /// The job that makes it.
    pub job_id: JobId,
    /// Its state.
    pub status: GenerationStatus,
    /// How much is done.
    pub progress: Progress,
    /// What is being done; none while it waits and once it has ended.
    pub stage: Option<Stage>,
    /// The words that the clip is made from.
    pub prompt: Prompt,
    /// The model that makes it.
    pub model: String,
    /// The model that was asked for, where it is not installed and another was taken.
    pub requested_model: Option<String>,
    /// Size, shape and length.
    pub spec: ClipSpec,
    /// What the randomness of the model starts from.
    pub seed: i64,
    /// What it costs.
    pub cost: Credits,
    /// Whether clip and poster are there.
    pub has_clip: bool,
    /// Why it failed.
    pub failure: Option<GenerationFailure>,
    /// The generation that this one repeats.
    pub retry_of: Option<GenerationId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When a worker first took it up.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// The columns of [`read_generation`], in its order.
macro_rules! select_generations {
    ($rest:literal) => {
        concat!(
            "SELECT id, owner_id, project_id, scene_id, job_id, status, progress, stage, prompt,
                model, requested_model, resolution, duration_seconds, aspect_ratio, seed, cost,
                has_clip, failure_code, failure_message, failure_retryable, retry_of, created_at,
                updated_at, started_at, ended_at
         FROM generations ",
            $rest
        )
    };
}

/// The statement behind [`find_generation`]: a look-up by key, fit for the shared lane of point
/// reads. Its parameters are owner and id.
pub const FIND_GENERATION: &str = select_generations!("WHERE id = $2 AND owner_id = $1");

/// The ids of the generations that have a clip and changed at `$1` or later; for a copy of the
/// database, which it reads from the first row to the last.
pub const LIST_CLIPS_CHANGED_SINCE: &str = "SELECT id
         FROM generations
         WHERE has_clip
           AND updated_at >= $1";

/// Adds a generation.
///
/// # Errors
/// [`DbError`].
pub async fn add_generation(tx: &mut Tx, generation: &Generation) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO generations
             (id, owner_id, project_id, scene_id, job_id, status, progress, stage, prompt, model,
              requested_model, resolution, duration_seconds, aspect_ratio, seed, cost, has_clip,
              retry_of, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19, $20)";
    let new = generation;
    let ClipSpec {
        resolution,
        duration,
        aspect_ratio,
    } = new.spec;
    tx.execute(
        ADD,
        params![
            new.id,
            new.owner_id,
            new.project_id,
            new.scene_id,
            new.job_id,
            new.status,
            new.progress,
            new.stage,
            new.prompt,
            new.model,
            new.requested_model,
            resolution,
            duration,
            aspect_ratio,
            new.seed,
            new.cost,
            new.has_clip,
            new.retry_of,
            new.created_at,
            new.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// The owner's generation of this id.
///
/// # Errors
/// [`DbError`].
pub async fn find_generation(
    tx: &mut Tx,
    owner: &UserId,
    id: &GenerationId,
) -> Result<Option<Generation>, DbError> {
    tx.query_opt(FIND_GENERATION, params![owner, id], read_generation)
        .await
}

/// The generation of this id, whoever owns it: for the job that makes it.
///
/// # Errors
/// [`DbError`].
pub async fn lookup_generation(
    tx: &mut Tx,
    id: &GenerationId,
) -> Result<Option<Generation>, DbError> {
    const LOOKUP: &str = select_generations!("WHERE id = $1");
    tx.query_opt(LOOKUP, params![id], read_generation).await
}

/// A scene's generations, latest first.
///
/// # Errors
/// [`DbError`].
pub async fn list_generations_of_scene(
    tx: &mut Tx,
    owner: &UserId,
    scene: &SceneId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<Generation>, DbError> {
    const LIST: &str = select_generations!(
        "WHERE scene_id = $2
           AND owner_id = $1
           AND (created_at, id) < ($3, $4)
         ORDER BY created_at DESC, id DESC
         LIMIT $5"
    );
    let (order, id) = crate::cursor::before(after);
    let limit = size.with_lookahead();
    let rows = tx
        .query(
            LIST,
            params![owner, scene, order, id, limit],
            read_generation,
        )
        .await?;
    Ok(Page::from_rows(rows, size, |row| {
        Cursor::at(row.created_at, &row.id)
    }))
}

/// The owner's generations, latest first.
///
/// # Errors
/// [`DbError`].
pub async fn list_generations(
    tx: &mut Tx,
    owner: &UserId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<Generation>, DbError> {
    const LIST: &str = select_generations!(
        "WHERE owner_id = $1
           AND (created_at, id) < ($2, $3)
         ORDER BY created_at DESC, id DESC
         LIMIT $4"
    );
    let (order, id) = crate::cursor::before(after);
    let limit = size.with_lookahead();
    let rows = tx
        .query(LIST, params![owner, order, id, limit], read_generation)
        .await?;
    Ok(Page::from_rows(rows, size, |row| {
        Cursor::at(row.created_at, &row.id)
    }))
}

/// The chosen, completed generations of a project's scenes, in the order of the scenes.
///
/// # Errors
/// [`DbError`].
pub async fn list_chosen_generations(
    tx: &mut Tx,
    owner: &UserId,
    project: &ProjectId,
) -> Result<Vec<Generation>, DbError> {
    const LIST: &str = "SELECT g.id, g.owner_id, g.project_id, g.scene_id, g.job_id, g.status,
                g.progress, g.stage, g.prompt, g.model, g.requested_model, g.resolution,
                g.duration_seconds, g.aspect_ratio, g.seed, g.cost, g.has_clip, g.failure_code,
                g.failure_message, g.failure_retryable, g.retry_of, g.created_at, g.updated_at,
                g.started_at, g.ended_at
         FROM scenes AS s
         JOIN generations AS g ON g.id = s.selected_generation_id
         WHERE s.project_id = $2
           AND s.owner_id = $1
           AND g.has_clip
         ORDER BY s.position, s.id";
    tx.query(LIST, params![owner, project], read_generation)
        .await
}

/// The owner's generations that wait or run, in all projects.
///
/// # Errors
/// [`DbError`].
pub async fn list_all_open_generations(
    tx: &mut Tx,
    owner: &UserId,
) -> Result<Vec<Generation>, DbError> {
    const LIST: &str = select_generations!(
        "WHERE owner_id = $1
           AND status IN ('queued', 'processing')"
    );
    tx.query(LIST, params![owner], read_generation).await
}

/// The generations of a project that wait or run.
///
/// # Errors
/// [`DbError`].
pub async fn list_open_generations(
    tx: &mut Tx,
    owner: &UserId,
    project: &ProjectId,
) -> Result<Vec<Generation>, DbError> {
    const LIST: &str = select_generations!(
        "WHERE owner_id = $1
           AND status IN ('queued', 'processing')
           AND project_id = $2"
    );
    tx.query(LIST, params![owner, project], read_generation)
        .await
}

/// How many generations somebody has in each open state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCount {
    /// How many wait.
    pub queued: i64,
    /// How many run.
    pub processing: i64,
}

/// Counts the owner's generations that wait and run.
///
/// # Errors
/// [`DbError`].
pub async fn count_open_generations(tx: &mut Tx, owner: &UserId) -> Result<OpenCount, DbError> {
    const COUNT: &str = "SELECT COUNT(*), COUNT(CASE WHEN status = 'processing' THEN 1 END)
         FROM generations
         WHERE owner_id = $1
           AND status IN ('queued', 'processing')";
    let read = |row: &Row<'_>| {
        let (all, processing): (i64, i64) = (row.get(0)?, row.get(1)?);
        Ok(OpenCount {
            queued: all - processing,
            processing,
        })
    };
    tx.query_one(COUNT, params![owner], read).await
}

/// Writes what changes while a generation is made: state, progress, stage, clip, failure, times.
///
/// # Errors
/// [`DbError`].
pub async fn update_generation(tx: &mut Tx, generation: &Generation) -> Result<(), DbError> {
    const UPDATE: &str = "UPDATE generations
         SET status = $2,
             progress = $3,
             stage = $4,
             has_clip = $5,
             failure_code = $6,
             failure_message = $7,
             failure_retryable = $8,
             updated_at = $9,
             started_at = $10,
             ended_at = $11
         WHERE id = $1";
    let Generation {
        id,
        status,
        progress,
        stage,
        has_clip,
        updated_at,
        ..
    } = generation;
    let Generation {
        failure,
        started_at,
        ended_at,
        ..
    } = generation;
    let code = failure.as_ref().map(|failure| failure.code);
    let message = failure.as_ref().map(|failure| failure.message.as_str());
    let retryable = failure.as_ref().map(|failure| failure.retryable);
    tx.execute(
        UPDATE,
        params![
            id, status, progress, stage, has_clip, code, message, retryable, updated_at,
            started_at, ended_at,
        ],
    )
    .await?;
    Ok(())
}

/// Reads a row of [`FIND_GENERATION`].
///
/// # Errors
/// [`DbError`] when a column holds what no generation has.
pub fn read_generation(row: &Row<'_>) -> Result<Generation, DbError> {
    let failure = match row.get_word_opt(17)? {
        None => None,
        Some(code) => Some(GenerationFailure {
            code,
            message: row.get(18)?,
            retryable: row.get(19)?,
        }),
    };
    Ok(Generation {
        id: row.get(0)?,
        owner_id: row.get(1)?,
        project_id: row.get(2)?,
        scene_id: row.get(3)?,
        job_id: row.get(4)?,
        status: row.get_word(5)?,
        progress: row.get(6)?,
        stage: row.get_word_opt(7)?,
        prompt: row.get(8)?,
        model: row.get(9)?,
        requested_model: row.get(10)?,
        spec: ClipSpec {
            resolution: row.get_word(11)?,
            duration: row.get(12)?,
            aspect_ratio: row.get_word(13)?,
        },
        seed: row.get(14)?,
        cost: row.get(15)?,
        has_clip: row.get(16)?,
        failure,
        retry_of: row.get(20)?,
        created_at: row.get(21)?,
        updated_at: row.get(22)?,
        started_at: row.get(23)?,
        ended_at: row.get(24)?,
    })
}
