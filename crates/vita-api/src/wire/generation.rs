use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vita_app::{App, EstimatedWait, GenerationStatusView};
use vita_model::{
    AspectRatio, Credits, DurationSeconds, GenerationFailure, GenerationId, GenerationStatus,
    ImageId, Progress, ProjectId, Prompt, Resolution, SceneId, Stage, Timestamp,
};
use vita_store::Page;
use vita_store::generations::Generation;
use vita_store::scenes::LatestGeneration;

use super::page::NextCursor;
use super::word::{
    ClipAspectRatio, ClipResolution, GenerationFailureCode, GenerationStage, GenerationState,
};
use super::{at, refused};
use crate::ApiError;

/// A clip that is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GenerateIn {
    /// The scene of the project that it is for.
    #[schema(value_type = String)]
    scene_id: SceneId,
    /// What it shows; the scene's words when it is not said.
    #[schema(max_length = 2_000)]
    prompt: Option<String>,
    /// One of `GET /api/models`; the default when it is not said.
    #[schema(example = "local")]
    model: Option<String>,
    /// 720p when it is not said.
    #[schema(value_type = Option<ClipResolution>)]
    resolution: Option<Resolution>,
    /// Seconds; the scene's when it is not said.
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 15)]
    duration: Option<DurationSeconds>,
    /// 16:9 when it is not said.
    #[schema(value_type = Option<ClipAspectRatio>)]
    aspect_ratio: Option<AspectRatio>,
    /// The same words and the same seed give the same clip.
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    seed: Option<u32>,
    /// Keys of uploaded pictures to begin from, in order; for models of the kind `image_to_video`.
    #[schema(value_type = Option<Vec<String>>, max_items = 4)]
    reference_images: Option<Vec<ImageId>>,
}

/// A generation that was accepted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenerateOut {
    #[schema(value_type = String)]
    generation_id: GenerationId,
    #[schema(value_type = GenerationState, example = "queued")]
    status: GenerationStatus,
    /// Where its status is.
    status_url: String,
    #[schema(value_type = i64)]
    estimated_cost: Credits,
    /// From 1.
    queue_position: u32,
    /// Estimated from how long others took; null while the queue is paused.
    #[schema(required)]
    estimated_wait_seconds: Option<u64>,
    /// The model that makes it.
    model: String,
    /// The model that was asked for, where another was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_model: Option<String>,
}

/// A generation as lists of scenes show it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LatestGenerationOut {
    #[schema(value_type = String)]
    id: GenerationId,
    #[schema(value_type = GenerationState)]
    status: GenerationStatus,
    /// Per cent.
    #[schema(value_type = u8, maximum = 100)]
    progress: Progress,
    /// Works for an hour or two.
    #[schema(required)]
    thumbnail_url: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// What a client that waits for a clip wants to know.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenerationStatusOut {
    #[schema(value_type = String)]
    id: GenerationId,
    #[schema(value_type = GenerationState)]
    status: GenerationStatus,
    /// Per cent.
    #[schema(value_type = u8, maximum = 100)]
    progress: Progress,
    #[schema(value_type = Option<GenerationStage>, required)]
    stage: Option<Stage>,
    /// Works for an hour or two.
    #[schema(required)]
    thumbnail_url: Option<String>,
    /// Works for an hour or two.
    #[schema(required)]
    video_url: Option<String>,
    #[schema(value_type = Option<GenerationErrorOut>, required)]
    error: Option<GenerationFailure>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Its place in the queue, from 1, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u32, required = false)]
    queue_position: Option<u32>,
    /// While it waits: how long until it begins, estimated from how long others took; null while its
    /// queue is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, required = false)]
    estimated_wait_seconds: Option<EstimatedWait>,
    /// While it waits: whether an administrator has paused its queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    queue_paused: Option<bool>,
}

/// Why a generation failed.
#[derive(ToSchema)]
#[schema(as = GenerationErrorOut)]
#[expect(
    dead_code,
    reason = "describes `GenerationFailure`, which serialises like this"
)]
pub(crate) struct GenerationErrorOut {
    code: GenerationFailureCode,
    /// For people.
    message: String,
    /// Whether asking again, unchanged, may succeed.
    retryable: bool,
}

/// A generation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenerationOut {
    #[serde(flatten)]
    #[schema(inline)]
    status: GenerationStatusOut,
    #[schema(value_type = String)]
    project_id: ProjectId,
    #[schema(value_type = String)]
    scene_id: SceneId,
    #[schema(value_type = String)]
    prompt: Prompt,
    model: String,
    /// The model that was asked for, where another was taken.
    #[schema(required)]
    requested_model: Option<String>,
    #[schema(value_type = ClipResolution)]
    resolution: Resolution,
    /// Seconds.
    #[schema(value_type = u8)]
    duration: DurationSeconds,
    #[schema(value_type = ClipAspectRatio)]
    aspect_ratio: AspectRatio,
    seed: i64,
    #[schema(value_type = i64)]
    cost: Credits,
    /// The generation that this one repeats.
    #[schema(value_type = Option<String>, required)]
    retry_of: Option<GenerationId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    ended_at: Option<Timestamp>,
}

/// A page of generations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GenerationsOut {
    generations: Vec<GenerationOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

impl GenerateIn {
    pub(crate) fn parse(self) -> Result<vita_app::GenerateIn, ApiError> {
        match self.prompt.as_deref().map(Prompt::parse).transpose() {
            Ok(prompt) => Ok(vita_app::GenerateIn {
                scene_id: self.scene_id,
                prompt,
                model: self.model,
                resolution: self.resolution,
                duration: self.duration,
                aspect_ratio: self.aspect_ratio,
                seed: self.seed,
                reference_images: self.reference_images.unwrap_or_default(),
            }),
            prompt => Err(refused([at("/prompt", prompt)])),
        }
    }
}

impl From<vita_app::Accepted> for GenerateOut {
    fn from(accepted: vita_app::Accepted) -> Self {
        Self {
            status_url: format!("/api/generations/{}/status", accepted.generation_id),
            generation_id: accepted.generation_id,
            // Accepting is what made it wait; what came later, its status tells.
            status: GenerationStatus::Queued,
            estimated_cost: accepted.estimated_cost,
            queue_position: accepted.queue_position,
            estimated_wait_seconds: accepted.estimated_wait_seconds,
            model: accepted.model,
            requested_model: accepted.requested_model,
        }
    }
}

impl LatestGenerationOut {
    pub(crate) fn new(app: &App, latest: LatestGeneration) -> Self {
        Self {
            thumbnail_url: latest.has_clip.then(|| app.poster_url(&latest.id)),
            id: latest.id,
            status: latest.status,
            progress: latest.progress,
            created_at: latest.created_at,
        }
    }
}

impl From<GenerationStatusView> for GenerationStatusOut {
    fn from(view: GenerationStatusView) -> Self {
        Self {
            id: view.id,
            status: view.status,
            progress: view.progress,
            stage: view.stage,
            thumbnail_url: view.thumbnail_url,
            video_url: view.video_url,
            error: view.error,
            updated_at: view.updated_at,
            queue_position: view.queue_position,
            estimated_wait_seconds: view.estimated_wait_seconds,
            queue_paused: view.queue_paused,
        }
    }
}

impl GenerationOut {
    pub(crate) fn new(app: &App, generation: Generation) -> Self {
        Self {
            status: app.view_status(&generation).into(),
            project_id: generation.project_id,
            scene_id: generation.scene_id,
            prompt: generation.prompt,
            model: generation.model,
            requested_model: generation.requested_model,
            resolution: generation.spec.resolution,
            duration: generation.spec.duration,
            aspect_ratio: generation.spec.aspect_ratio,
            seed: generation.seed,
            cost: generation.cost,
            retry_of: generation.retry_of,
            created_at: generation.created_at,
            started_at: generation.started_at,
            ended_at: generation.ended_at,
        }
    }
}

impl GenerationsOut {
    pub(crate) fn new(app: &App, page: Page<Generation>) -> Self {
        let generations = page.items.into_iter();
        Self {
            generations: generations
                .map(|one| GenerationOut::new(app, one))
                .collect(),
            next_cursor: page.next.into(),
        }
    }
}
