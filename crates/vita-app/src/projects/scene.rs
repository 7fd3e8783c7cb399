use std::collections::HashSet;

use vita_db::Tx;
use vita_model::{DurationSeconds, GenerationId, ProjectId, Prompt, SceneId, UserId};
use vita_store::scenes::{self, NewScene, Scene};
use vita_store::{Page, doomed_blobs, generations, read_model};

use super::project::{Done, check_version, find_own};
use crate::generations::cancel_open;
use crate::housekeeping::enqueue_blob_removal;
use crate::{App, AppError, Caller, PageIn};

/// A scene's length when none is given.
const DURATION_DEFAULT_SECS: i64 = 5;

/// A scene that is to be made.
#[derive(Clone, Debug)]
pub struct SceneIn {
    /// What it shows; may be empty.
    pub prompt: Prompt,
    /// Its place, from 0; at the end when none is given or it is beyond the end.
    pub position: Option<i64>,
    /// Its length; 5 seconds when none is given.
    pub duration: Option<DurationSeconds>,
}

/// What is to change in a scene.
#[derive(Clone, Debug, Default)]
pub struct ScenePatch {
    /// Other words.
    pub prompt: Option<Prompt>,
    /// Another length.
    pub duration: Option<DurationSeconds>,
    /// The version that the caller has read.
    pub if_version: Option<i64>,
}

impl App {
    /// A page of a project's scenes, in order.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the project is not the caller's.
    pub async fn list_scenes(
        &self,
        caller: &Caller,
        project: &ProjectId,
        page: &PageIn,
    ) -> Result<Page<Scene>, AppError> {
        let (size, after) = page.parse()?;
        self.query(caller, (project.clone(), size, after), |tx, query| {
            Box::pin(async move {
                let (project, size, after) = &query.args;
                find_own(tx, query.owner(), project).await?;
                let owner = query.owner();
                Ok(scenes::list_scenes(tx, owner, project, *size, after.as_ref()).await?)
            })
        })
        .await
    }

    /// The caller's scene.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn find_scene(&self, caller: &Caller, id: &SceneId) -> Result<Scene, AppError> {
        self.query(caller, id.clone(), |tx, query| {
            Box::pin(async move { find_own_scene(tx, query.owner(), &query.args).await })
        })
        .await
    }

    /// Adds a scene to a project.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Conflict`] when the project is full, [`AppError::Invalid`].
    pub async fn add_scene(
        &self,
        caller: &Caller,
        project: &ProjectId,
        new: SceneIn,
    ) -> Result<Scene, AppError> {
        self.command(caller, (project.clone(), new), |tx, command| {
            Box::pin(async move {
                let (project, new) = &command.args;
                let project = find_own(tx, command.owner(), project).await?;
                let max = command.app.config.limits.scenes_max;
                if project.scene_count >= max {
                    let message = format!("a project has at most {max} scenes; begin another one");
                    return Err(AppError::Conflict(message));
                }
                let position = new.position.unwrap_or(project.scene_count);
                let new = NewScene {
                    id: command.new_id(),
                    project_id: project.id.clone(),
                    position: position.clamp(0, project.scene_count),
                    prompt: new.prompt.clone(),
                    duration: new.duration.unwrap_or_else(default_duration),
                };
                let scene = Scene::new(new, command.now);
                read_model::hold_project(tx, &project.id).await?;
                scenes::add_scene(tx, command.owner(), &scene).await?;
                read_model::refresh_project(tx, &project.id, command.now).await?;
                Ok(scene)
            })
        })
        .await
    }

    /// Changes a scene's words or length.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Stale`].
    pub async fn update_scene(
        &self,
        caller: &Caller,
        id: &SceneId,
        patch: ScenePatch,
    ) -> Result<Scene, AppError> {
        self.command(caller, (id.clone(), patch), |tx, command| {
            Box::pin(async move {
                let (id, patch) = &command.args;
                let mut scene = find_own_scene(tx, command.owner(), id).await?;
                check_version(patch.if_version, scene.version)?;
                read_model::hold_scene(tx, id).await?;
                if let Some(prompt) = &patch.prompt {
                    scene.prompt = prompt.clone();
                }
                if let Some(duration) = patch.duration {
                    scene.duration = duration;
                }
                scene.version += 1;
                scene.updated_at = command.now;
                scenes::update_scene(tx, command.owner(), &scene).await?;
                read_model::touch_project(tx, &scene.project_id, command.now).await?;
                Ok(scene)
            })
        })
        .await
    }

    /// Deletes a scene: its running jobs are cancelled, reserved credits come back, its files are
    /// removed.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Stale`].
    pub async fn delete_scene(
        &self,
        caller: &Caller,
        id: &SceneId,
        if_version: Option<i64>,
    ) -> Result<(), AppError> {
        self.command(caller, (id.clone(), if_version), |tx, command| {
            Box::pin(async move {
                let (id, if_version) = &command.args;
                let (owner, now) = (command.owner(), command.now);
                let scene = find_own_scene(tx, owner, id).await?;
                check_version(*if_version, scene.version)?;
                let mut open =
                    generations::list_open_generations(tx, owner, &scene.project_id).await?;
                open.retain(|generation| generation.scene_id == scene.id);
                cancel_open(tx, command, open).await?;
                read_model::hold_scene(tx, id).await?;
                doomed_blobs::doom_scene(tx, id, now).await?;
                scenes::delete_scene(tx, owner, &scene).await?;
                read_model::refresh_project(tx, &scene.project_id, now).await?;
                enqueue_blob_removal(tx, &command.app, now).await?;
                Ok(Done)
            })
        })
        .await
        .map(|Done| ())
    }

    /// Puts a project's scenes in another order, which names each of them once.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] when the order does not name just the scenes
    /// that the project has, as it may after somebody else added or deleted one.
    pub async fn order_scenes(
        &self,
        caller: &Caller,
        project: &ProjectId,
        ids: Vec<SceneId>,
    ) -> Result<(), AppError> {
        self.command(caller, (project.clone(), ids), |tx, command| {
            Box::pin(async move {
                let (project, ids) = &command.args;
                let (owner, now) = (command.owner(), command.now);
                find_own(tx, owner, project).await?;
                let scenes = scenes::list_all_scenes(tx, owner, project).await?;
                let present: HashSet<&SceneId> = scenes.iter().map(|scene| &scene.id).collect();
                let named: HashSet<&SceneId> = ids.iter().collect();
                if named != present || ids.len() != scenes.len() {
                    let message = "the order must name each scene of the project once; \
                                   read the scenes again";
                    return Err(AppError::Conflict(message.to_owned()));
                }
                let ids = serde_json::to_string(ids).map_err(AppError::internal)?;
                read_model::hold_project(tx, project).await?;
                scenes::order_scenes(tx, project, &ids, now).await?;
                read_model::touch_project(tx, project, now).await?;
                Ok(Done)
            })
        })
        .await
        .map(|Done| ())
    }

    /// Makes a generation the one whose clip the project uses.
    ///
    /// # Errors
    /// [`AppError::NotFound`] also when the generation is of another scene;
    /// [`AppError::Conflict`] when it has no clip.
    pub async fn select_generation(
        &self,
        caller: &Caller,
        scene: &SceneId,
        generation: &GenerationId,
    ) -> Result<(), AppError> {
        self.command(
            caller,
            (scene.clone(), generation.clone()),
            |tx, command| {
                Box::pin(async move {
                    let (scene, generation) = &command.args;
                    let owner = command.owner();
                    let mut scene = find_own_scene(tx, owner, scene).await?;
                    let found = generations::find_generation(tx, owner, generation).await?;
                    let chosen = found
                        .filter(|found| found.scene_id == scene.id)
                        .ok_or(AppError::NotFound("generation"))?;
                    if !chosen.has_clip {
                        let message = "only a completed generation can be chosen".to_owned();
                        return Err(AppError::Conflict(message));
                    }
                    read_model::hold_scene(tx, &scene.id).await?;
                    scene.selected_generation_id = Some(chosen.id);
                    scene.version += 1;
                    scene.updated_at = command.now;
                    scenes::update_scene(tx, owner, &scene).await?;
                    read_model::touch_project(tx, &scene.project_id, command.now).await?;
                    Ok(Done)
                })
            },
        )
        .await
        .map(|Done| ())
    }
}

/// How long a new scene is when nobody says.
pub(crate) fn default_duration() -> DurationSeconds {
    DurationSeconds::new(DURATION_DEFAULT_SECS).unwrap_or(DurationSeconds::MIN)
}

/// The owner's scene, or that there is none.
pub(super) async fn find_own_scene(
    tx: &mut Tx,
    owner: &UserId,
    id: &SceneId,
) -> Result<Scene, AppError> {
    let found = scenes::find_scene(tx, owner, id).await?;
    found.ok_or(AppError::NotFound("scene"))
}
