use std::time::Duration;

use futures_util::future::BoxFuture;
use vita_ai::{
    ClipRequest, MadeClip, ModelCard, ModelError, ModelErrorKind, ModelKind, ModelRun, VideoModel,
    WorkClass,
};
use vita_media::animatic::RenderPool;
use vita_media::clip::{AnimaticRequest, make_animatic};
use vita_media::run::Runner;
use vita_media::{MediaError, MediaErrorKind};
use vita_model::{AspectRatio, Credits, DurationSeconds, Resolution};

/// The name of the built-in model.
pub const LOCAL_MODEL: &str = "local";

/// Longest time for one clip: many times what the longest and largest takes on two cores.
const TIME_LIMIT: Duration = Duration::from_mins(15);

/// Draws an animatic from the words, or moves over reference images as the words say: no key, no
/// network, no AI.
pub struct LocalModel {
    card: ModelCard,
    runner: Runner,
    pool: RenderPool,
}

impl LocalModel {
    /// The built-in model over this renderer and encoder.
    pub fn new(runner: Runner, pool: RenderPool) -> Self {
        let card = ModelCard {
            id: LOCAL_MODEL.to_owned(),
            title: "Animatic (procedural, no AI model)".to_owned(),
            provider: "vitascope".to_owned(),
            kinds: vec![ModelKind::TextToVideo, ModelKind::ImageToVideo],
            resolutions: Resolution::ALL.to_vec(),
            durations: ModelCard::durations_between(DurationSeconds::MIN, DurationSeconds::MAX),
            aspect_ratios: AspectRatio::ALL.to_vec(),
            credits_per_second: Credits(1),
            retires_on: None,
            work: WorkClass::Cpu,
            time_limit: TIME_LIMIT,
        };
        Self { card, runner, pool }
    }
}

impl VideoModel for LocalModel {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    fn make<'a>(
        &'a self,
        request: &'a ClipRequest,
        run: &'a dyn ModelRun,
    ) -> BoxFuture<'a, Result<MadeClip, ModelError>> {
        Box::pin(async move {
            let animatic = AnimaticRequest {
                prompt: request.prompt.as_str().to_owned(),
                seed: request.seed,
                spec: request.spec,
                reference_images: request.reference_images.clone(),
                out_dir: request.folder.clone(),
            };
            let report = |stage, fraction| run.report(stage, fraction);
            let made = make_animatic(&self.runner, &self.pool, animatic, run.cancelled(), report);
            let made = made.await.map_err(from_media)?;
            Ok(MadeClip {
                video: made.video,
                poster: made.poster,
            })
        })
    }
}

fn from_media(error: MediaError) -> ModelError {
    let (kind, message) = match error.kind() {
        MediaErrorKind::Cancelled => return ModelError::cancelled(),
        MediaErrorKind::TimedOut => (
            ModelErrorKind::TimedOut,
            "The clip took longer to draw than it may.",
        ),
        MediaErrorKind::DiskFull => (
            ModelErrorKind::StorageFull,
            "There is no space left to store the clip.",
        ),
        MediaErrorKind::ToolMissing => (
            ModelErrorKind::Permanent,
            "ffmpeg is not installed on the server, so no clip can be encoded.",
        ),
        // It reads nothing but reference images.
        MediaErrorKind::InputUnreadable => (
            ModelErrorKind::Permanent,
            "A reference image cannot be read. Take it away, or upload another.",
        ),
        MediaErrorKind::Failed => (ModelErrorKind::Transient, "The clip could not be drawn."),
    };
    ModelError::new(kind, message).with_source(error)
}
