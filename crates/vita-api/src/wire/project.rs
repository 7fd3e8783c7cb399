use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vita_app::{App, ProjectOverview};
use vita_model::{Credits, Description, ProjectId, Prompt, SceneId, Timestamp, Title};
use vita_store::Page;

use super::generation::LatestGenerationOut;
use super::page::NextCursor;
use super::{at, refused};
use crate::ApiError;

/// A project that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ProjectIn {
    #[schema(min_length = 1, max_length = 200, example = "Alps at dusk")]
    title: String,
    #[schema(max_length = 5_000)]
    description: Option<String>,
    /// One of `GET /api/templates`, with whose scenes it begins.
    template_id: Option<String>,
}

/// What is to change in a project.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProjectPatch {
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    #[schema(max_length = 5_000)]
    description: Option<String>,
}

/// A project with its scenes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProjectOut {
    #[schema(value_type = String)]
    id: ProjectId,
    #[schema(value_type = String)]
    title: Title,
    /// May be empty.
    #[schema(value_type = String)]
    description: Description,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it, a scene of it or the state of a generation of it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    scene_count: i64,
    /// What its completed generations cost together.
    #[schema(value_type = i64)]
    total_cost: Credits,
    /// The latest generation of any of its scenes.
    #[schema(required)]
    latest_generation: Option<LatestGenerationOut>,
    /// At most 200, in order.
    scenes: Vec<ProjectSceneOut>,
}

/// A scene as lists of projects show it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProjectSceneOut {
    #[schema(value_type = String)]
    id: SceneId,
    /// Its place, from 0.
    position: i64,
    #[schema(value_type = String)]
    prompt: Prompt,
    #[schema(required)]
    latest_generation: Option<LatestGenerationOut>,
}

/// A page of projects.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProjectsOut {
    projects: Vec<ProjectOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

impl ProjectIn {
    pub(crate) fn parse(self) -> Result<vita_app::ProjectIn, ApiError> {
        let title = Title::parse(&self.title);
        let description = Description::parse(&self.description.unwrap_or_default());
        match (title, description) {
            (Ok(title), Ok(description)) => Ok(vita_app::ProjectIn {
                title,
                description,
                template_id: self.template_id,
            }),
            (title, description) => Err(refused([
                at("/title", title),
                at("/description", description),
            ])),
        }
    }
}

impl ProjectPatch {
    pub(crate) fn parse(self, if_version: Option<i64>) -> Result<vita_app::ProjectPatch, ApiError> {
        let title = self.title.as_deref().map(Title::parse).transpose();
        let description = self
            .description
            .as_deref()
            .map(Description::parse)
            .transpose();
        match (title, description) {
            (Ok(title), Ok(description)) => Ok(vita_app::ProjectPatch {
                title,
                description,
                if_version,
            }),
            (title, description) => Err(refused([
                at("/title", title),
                at("/description", description),
            ])),
        }
    }
}

impl ProjectOut {
    pub(crate) fn new(app: &App, overview: ProjectOverview) -> Self {
        let latest = overview.latest_generation().cloned();
        let ProjectOverview { project, scenes } = overview;
        let brief = |latest| LatestGenerationOut::new(app, latest);
        let scenes = scenes.into_iter().map(|scene| ProjectSceneOut {
            id: scene.id,
            position: scene.position,
            prompt: scene.prompt,
            latest_generation: scene.latest.map(brief),
        });
        Self {
            scenes: scenes.collect(),
            id: project.id,
            title: project.title,
            description: project.description,
            created_at: project.created_at,
            updated_at: project.updated_at,
            scene_count: project.scene_count,
            total_cost: project.completed_cost,
            latest_generation: latest.map(brief),
        }
    }
}

impl ProjectsOut {
    pub(crate) fn new(app: &App, page: Page<ProjectOverview>) -> Self {
        let projects = page.items.into_iter();
        Self {
            projects: projects
                .map(|overview| ProjectOut::new(app, overview))
                .collect(),
            next_cursor: page.next.into(),
        }
    }

    pub(crate) fn into_projects(self) -> Vec<ProjectOut> {
        self.projects
    }
}
