use serde::{Deserialize, Serialize};
use vita_db::Tx;
use vita_model::{Credits, Description, ProjectId, Title, UserId};
use vita_store::projects::{self, Project};
use vita_store::scenes::{self, NewScene, Scene};
use vita_store::{doomed_blobs, generations, read_model};

use super::ProjectOverview;
use crate::command::Command;
use crate::exports::give_up_exports;
use crate::generations::cancel_open;
use crate::housekeeping::enqueue_blob_removal;
use crate::templates::{self, Template};
use crate::{App, AppError, Caller};

/// A project that is to be made.
#[derive(Clone, Debug)]
pub struct ProjectIn {
    /// Its title.
    pub title: Title,
    /// Its description.
    pub description: Description,
    /// The template whose scenes it begins with.
    pub template_id: Option<String>,
}

/// What is to change in a project.
#[derive(Clone, Debug, Default)]
pub struct ProjectPatch {
    /// Another title.
    pub title: Option<Title>,
    /// Another description.
    pub description: Option<Description>,
    /// The version that the caller has read.
    pub if_version: Option<i64>,
}

/// Marks that an outcome is nothing but success.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Done;

impl App {
    /// Makes a project, with the scenes of a template if one is named.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a template that does not exist.
    pub async fn add_project(&self, caller: &Caller, new: ProjectIn) -> Result<Project, AppError> {
        let template = match &new.template_id {
            None => None,
            Some(id) => Some(templates::find_template(id).ok_or_else(|| {
                AppError::invalid(
                    "/templateId",
                    "UNKNOWN_TEMPLATE",
                    "there is no such template",
                )
            })?),
        };
        self.command(caller, (new, template), |tx, command| {
            Box::pin(async move {
                let (new, template) = &command.args;
                add_project(tx, command, new, *template).await
            })
        })
        .await
    }

    /// The caller's project with its scenes.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn find_project(
        &self,
        caller: &Caller,
        id: &ProjectId,
    ) -> Result<ProjectOverview, AppError> {
        self.query(caller, id.clone(), |tx, query| {
            Box::pin(async move {
                let project = find_own(tx, query.owner(), &query.args).await?;
                let scenes = scenes::list_all_scenes(tx, query.owner(), &query.args).await?;
                Ok(ProjectOverview { project, scenes })
            })
        })
        .await
    }

    /// Changes a project's title or description.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Stale`].
    pub async fn update_project(
        &self,
        caller: &Caller,
        id: &ProjectId,
        patch: ProjectPatch,
    ) -> Result<Project, AppError> {
        self.command(caller, (id.clone(), patch), |tx, command| {
            Box::pin(async move {
                let (id, patch) = &command.args;
                let mut project = find_own(tx, command.owner(), id).await?;
                check_version(patch.if_version, project.version)?;
                if let Some(title) = &patch.title {
                    project.title = title.clone();
                }
                if let Some(description) = &patch.description {
                    project.description = description.clone();
                }
                project.version += 1;
                project.updated_at = command.now;
                projects::update_project(tx, command.owner(), &project).await?;
                Ok(project)
            })
        })
        .await
    }

    /// Deletes a project: its running jobs are cancelled, reserved credits come back, its files are
    /// removed.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Stale`].
    pub async fn delete_project(
        &self,
        caller: &Caller,
        id: &ProjectId,
        if_version: Option<i64>,
    ) -> Result<(), AppError> {
        self.command(caller, (id.clone(), if_version), |tx, command| {
            Box::pin(async move {
                let (id, if_version) = &command.args;
                let project = find_own(tx, command.owner(), id).await?;
                check_version(*if_version, project.version)?;
                let open = generations::list_open_generations(tx, command.owner(), id).await?;
                cancel_open(tx, command, open).await?;
                give_up_exports(tx, command, id).await?;
                doomed_blobs::doom_project(tx, id, command.now).await?;
                projects::delete_project(tx, command.owner(), id).await?;
                enqueue_blob_removal(tx, &command.app, command.now).await?;
                Ok(Done)
            })
        })
        .await
        .map(|Done| ())
    }
}

/// Adds a project with the scenes of a template, if there is one.
pub(crate) async fn add_project<A>(
    tx: &mut Tx,
    command: &Command<A>,
    new: &ProjectIn,
    template: Option<&'static Template>,
) -> Result<Project, AppError> {
    let (owner, now) = (command.owner(), command.now);
    let mut project = Project {
        id: command.new_id(),
        title: new.title.clone(),
        description: new.description.clone(),
        version: 1,
        scene_count: 0,
        completed_cost: Credits(0),
        created_at: now,
        updated_at: now,
    };
    projects::add_project(tx, owner, &project).await?;
    let scenes = template.map(|template| template.scenes).unwrap_or_default();
    for (position, scene) in scenes.iter().enumerate() {
        let new = NewScene {
            id: command.new_id(),
            project_id: project.id.clone(),
            position: position as i64,
            prompt: scene.prompt(),
            duration: scene.duration(),
        };
        scenes::add_scene(tx, owner, &Scene::new(new, now)).await?;
        project.scene_count += 1;
    }
    if project.scene_count > 0 {
        read_model::refresh_project(tx, &project.id, now).await?;
    }
    Ok(project)
}

/// The owner's project, or that there is none.
pub(super) async fn find_own(
    tx: &mut Tx,
    owner: &UserId,
    id: &ProjectId,
) -> Result<Project, AppError> {
    let found = projects::find_project(tx, owner, id).await?;
    found.ok_or(AppError::NotFound("project"))
}

/// Refuses a change to something that the caller has read in another version.
pub(super) fn check_version(read: Option<i64>, present: i64) -> Result<(), AppError> {
    match read {
        Some(read) if read != present => Err(AppError::Stale),
        _ => Ok(()),
    }
}
