use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vita_app::App;
use vita_model::{DurationSeconds, GenerationId, ProjectId, Prompt, SceneId, Timestamp};
use vita_store::Page;
use vita_store::scenes::Scene;

use super::generation::LatestGenerationOut;
use super::page::NextCursor;
use super::{at, refused};
use crate::ApiError;

/// A scene that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SceneIn {
    /// What it shows; may be empty until a clip is asked for.
    #[schema(
        max_length = 2_000,
        example = "A serene mountain landscape at golden hour"
    )]
    prompt: String,
    /// Its place, from 0; at the end when it is not said or beyond the end.
    #[schema(minimum = 0)]
    position: Option<i64>,
    /// 5 when it is not said.
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 15)]
    duration_seconds: Option<DurationSeconds>,
}

/// What is to change in a scene.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ScenePatch {
    #[schema(max_length = 2_000)]
    prompt: Option<String>,
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 15)]
    duration_seconds: Option<DurationSeconds>,
}

/// The order that a project's scenes are to have.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SceneOrderIn {
    /// Each scene of the project, once.
    #[schema(value_type = Vec<String>, max_items = 200)]
    pub(crate) scene_ids: Vec<SceneId>,
}

/// The generation whose clip the project is to use.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SelectIn {
    /// A completed generation of the scene.
    #[schema(value_type = String)]
    pub(crate) generation_id: GenerationId,
}

/// A scene.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SceneOut {
    #[schema(value_type = String)]
    id: SceneId,
    #[schema(value_type = String)]
    project_id: ProjectId,
    /// Its place, from 0.
    position: i64,
    #[schema(value_type = String)]
    prompt: Prompt,
    #[schema(value_type = u8, minimum = 1, maximum = 15)]
    duration_seconds: DurationSeconds,
    /// The generation whose clip the project uses.
    #[schema(value_type = Option<String>, required)]
    selected_generation_id: Option<GenerationId>,
    #[schema(required)]
    latest_generation: Option<LatestGenerationOut>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A page of scenes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScenesOut {
    scenes: Vec<SceneOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

impl SceneIn {
    pub(crate) fn parse(self) -> Result<vita_app::SceneIn, ApiError> {
        if self.position.is_some_and(|position| position < 0) {
            return Err(ApiError::invalid_field(
                "/position",
                "OUT_OF_RANGE",
                "must be 0 or more",
            ));
        }
        let prompt = Prompt::parse(&self.prompt);
        let prompt = prompt.map_err(|error| refused([Some(("/prompt", error))]))?;
        Ok(vita_app::SceneIn {
            prompt,
            position: self.position,
            duration: self.duration_seconds,
        })
    }
}

impl ScenePatch {
    pub(crate) fn parse(self, if_version: Option<i64>) -> Result<vita_app::ScenePatch, ApiError> {
        match self.prompt.as_deref().map(Prompt::parse).transpose() {
            Ok(prompt) => Ok(vita_app::ScenePatch {
                prompt,
                duration: self.duration_seconds,
                if_version,
            }),
            prompt => Err(refused([at("/prompt", prompt)])),
        }
    }
}

impl SceneOut {
    pub(crate) fn new(app: &App, scene: Scene) -> Self {
        Self {
            id: scene.id,
            project_id: scene.project_id,
            position: scene.position,
            prompt: scene.prompt,
            duration_seconds: scene.duration,
            selected_generation_id: scene.selected_generation_id,
            latest_generation: scene
                .latest
                .map(|latest| LatestGenerationOut::new(app, latest)),
            updated_at: scene.updated_at,
        }
    }
}

impl ScenesOut {
    pub(crate) fn new(app: &App, page: Page<Scene>) -> Self {
        let scenes = page
            .items
            .into_iter()
            .map(|scene| SceneOut::new(app, scene));
        Self {
            scenes: scenes.collect(),
            next_cursor: page.next.into(),
        }
    }
}
