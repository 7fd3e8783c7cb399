use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vita_app::CreatedVideo;
use vita_model::{
    AspectRatio, DurationSeconds, ImageId, ProjectId, Prompt, Resolution, SceneId, Title,
};

use super::generation::GenerateOut;
use super::word::{ClipAspectRatio, ClipResolution};
use super::{at, refused};
use crate::ApiError;

/// A clip that is asked for without a project for it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct VideoIn {
    /// What it shows.
    #[schema(min_length = 1, max_length = 2_000)]
    prompt: String,
    /// The title of its project; the beginning of the prompt when it is not said.
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    /// One of `GET /api/models`; the default when it is not said.
    #[schema(example = "local")]
    model: Option<String>,
    /// 720p when it is not said.
    #[schema(value_type = Option<ClipResolution>)]
    resolution: Option<Resolution>,
    /// Seconds; 5 when it is not said.
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

/// A project of one scene, and the generation of its clip.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VideoOut {
    #[schema(value_type = String)]
    project_id: ProjectId,
    #[schema(value_type = String)]
    scene_id: SceneId,
    #[serde(flatten)]
    #[schema(inline)]
    generation: GenerateOut,
}

impl VideoIn {
    pub(crate) fn parse(self) -> Result<vita_app::VideoIn, ApiError> {
        let prompt = Prompt::parse(&self.prompt);
        let title = self.title.as_deref().map(Title::parse).transpose();
        match (prompt, title) {
            (Ok(prompt), Ok(title)) => Ok(vita_app::VideoIn {
                title,
                prompt,
                model: self.model,
                resolution: self.resolution,
                duration: self.duration,
                aspect_ratio: self.aspect_ratio,
                seed: self.seed,
                reference_images: self.reference_images.unwrap_or_default(),
            }),
            (prompt, title) => Err(refused([at("/prompt", prompt), at("/title", title)])),
        }
    }
}

impl From<CreatedVideo> for VideoOut {
    fn from(created: CreatedVideo) -> Self {
        Self {
            project_id: created.project_id,
            scene_id: created.scene_id,
            generation: created.accepted.into(),
        }
    }
}
