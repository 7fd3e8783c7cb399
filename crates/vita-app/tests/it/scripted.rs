use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::BoxFuture;
use vita_ai::{
    ClipRequest, MadeClip, ModelCard, ModelError, ModelErrorKind, ModelKind, ModelRun, VideoModel,
    WorkClass,
};
use vita_model::{AspectRatio, Credits, DurationSeconds, GenerationId, Resolution, Stage};

/// Makes clips as the first word of the prompt says: `ok` at once, `flaky` at the second attempt,
/// `fail` never, `hang` when it is cancelled and not before.
pub(crate) struct Scripted {
    card: ModelCard,
    tried: Mutex<HashSet<GenerationId>>,
}

impl Scripted {
    pub(crate) fn new() -> Self {
        Self {
            card: ModelCard {
                id: "scripted".to_owned(),
                title: "Scripted".to_owned(),
                provider: "tests".to_owned(),
                kinds: vec![ModelKind::TextToVideo, ModelKind::ImageToVideo],
                resolutions: Resolution::ALL.to_vec(),
                durations: ModelCard::durations_between(DurationSeconds::MIN, DurationSeconds::MAX),
                aspect_ratios: AspectRatio::ALL.to_vec(),
                credits_per_second: Credits(1),
                retires_on: None,
                work: WorkClass::Remote,
                time_limit: Duration::from_mins(1),
            },
            tried: Mutex::default(),
        }
    }

    async fn play(
        &self,
        request: &ClipRequest,
        run: &dyn ModelRun,
    ) -> Result<MadeClip, ModelError> {
        let is_first_try = self
            .tried
            .lock()
            .unwrap()
            .insert(request.generation_id.clone());
        run.report(Stage::GeneratingFrames, 0.5);
        let word = request
            .prompt
            .as_str()
            .split(' ')
            .next()
            .unwrap_or_default();
        match word {
            "fail" => Err(ModelError::new(ModelErrorKind::Refused, "It refused.")),
            "flaky" if is_first_try => {
                Err(ModelError::new(ModelErrorKind::Transient, "It stumbled."))
            }
            "hang" => {
                run.cancelled().cancelled().await;
                Err(ModelError::cancelled())
            }
            _ => self.write_files(request),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as what the model does")]
    fn write_files(&self, request: &ClipRequest) -> Result<MadeClip, ModelError> {
        let made = MadeClip {
            video: request.folder.join("clip.mp4"),
            poster: request.folder.join("poster.jpg"),
        };
        // Its clip is made of its pictures, one behind the other, if there are any.
        let mut clip = b"a clip".to_vec();
        if !request.reference_images.is_empty() {
            clip.clear();
        }
        for picture in &request.reference_images {
            clip.extend(std::fs::read(picture).map_err(ModelError::from_write)?);
        }
        std::fs::write(&made.video, clip).map_err(ModelError::from_write)?;
        std::fs::write(&made.poster, b"a poster").map_err(ModelError::from_write)?;
        Ok(made)
    }
}

impl VideoModel for Scripted {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    fn make<'a>(
        &'a self,
        request: &'a ClipRequest,
        run: &'a dyn ModelRun,
    ) -> BoxFuture<'a, Result<MadeClip, ModelError>> {
        Box::pin(self.play(request, run))
    }
}
