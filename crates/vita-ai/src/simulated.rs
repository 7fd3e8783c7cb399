//! A model that makes nothing: the same small clip for every prompt, after a settable time.

use std::path::Path;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use vita_model::{AspectRatio, Credits, DurationSeconds, Resolution, Stage};

use crate::{
    ClipRequest, MadeClip, ModelCard, ModelError, ModelKind, ModelRun, VideoModel, WorkClass,
};

/// How long a simulated clip takes unless told otherwise: about what a short local one takes.
pub const SIMULATED_TIME: Duration = Duration::from_secs(8);

/// Pause between two reports of progress: as often as a person can follow.
const REPORT_PAUSE: Duration = Duration::from_millis(200);

/// The clip that it hands out, MP4.
pub const SIMULATED_CLIP: &[u8] = include_bytes!("../assets/simulated.mp4");
/// The poster of that clip, JPEG.
pub const SIMULATED_POSTER: &[u8] = include_bytes!("../assets/simulated.jpg");

/// Passes through every stage in a settable time, with next to no work, and hands out a clip that
/// comes with it; so that a load test measures everything but the renderer.
#[derive(Clone, Debug)]
pub struct Simulated {
    card: ModelCard,
    total: Duration,
}

impl Simulated {
    /// A model whose clips take `total`, whatever they are to be.
    pub fn new(total: Duration) -> Self {
        let card = ModelCard {
            id: "simulated".to_owned(),
            title: "Simulated".to_owned(),
            provider: "vitascope".to_owned(),
            // It takes pictures, and does with them what it does with words: nothing.
            kinds: vec![ModelKind::TextToVideo, ModelKind::ImageToVideo],
            resolutions: Resolution::ALL.to_vec(),
            durations: ModelCard::durations_between(DurationSeconds::MIN, DurationSeconds::MAX),
            aspect_ratios: AspectRatio::ALL.to_vec(),
            credits_per_second: Credits(1),
            retires_on: None,
            work: WorkClass::Remote,
            // A busy machine delays timers, and the files have to be written.
            time_limit: total + Duration::from_mins(1),
        };
        Self { card, total }
    }

    async fn run(&self, folder: &Path, run: &dyn ModelRun) -> Result<MadeClip, ModelError> {
        let start = Instant::now();
        for stage in Stage::ALL {
            self.pass(stage, start, run).await?;
        }
        let (video, poster) = (folder.join("clip.mp4"), folder.join("poster.jpg"));
        for (path, content) in [(&video, SIMULATED_CLIP), (&poster, SIMULATED_POSTER)] {
            tokio::fs::write(path, content)
                .await
                .map_err(ModelError::from_write)?;
        }
        Ok(MadeClip { video, poster })
    }

    /// Lets the part of the time pass that the stage has of the progress. Every pause ends at a
    /// point counted from the start, so that late timers do not add up.
    async fn pass(
        &self,
        stage: Stage,
        start: Instant,
        run: &dyn ModelRun,
    ) -> Result<(), ModelError> {
        let (from, to) = stage.span();
        let part = self.total * u32::from(to - from) / 100;
        let stage_start = start + self.total * u32::from(from) / 100;
        let reports = (part.as_millis() / REPORT_PAUSE.as_millis()).max(1) as u32;
        run.report(stage, 0.0);
        for report in 1..=reports {
            wait_until(stage_start + part * report / reports, run.cancelled()).await?;
            run.report(stage, f64::from(report) / f64::from(reports));
        }
        Ok(())
    }
}

async fn wait_until(moment: Instant, cancelled: &CancellationToken) -> Result<(), ModelError> {
    tokio::select! {
        biased;
        () = cancelled.cancelled() => Err(ModelError::cancelled()),
        () = sleep_until(moment) => Ok(()),
    }
}

impl Default for Simulated {
    fn default() -> Self {
        Self::new(SIMULATED_TIME)
    }
}

impl VideoModel for Simulated {
    fn card(&self) -> &ModelCard {
        &self.card
    }

    fn make<'a>(
        &'a self,
        request: &'a ClipRequest,
        run: &'a dyn ModelRun,
    ) -> BoxFuture<'a, Result<MadeClip, ModelError>> {
        Box::pin(self.run(&request.folder, run))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::Value;
    use vita_model::{ClipSpec, GenerationId, Prompt};

    use super::*;
    use crate::ModelErrorKind;

    #[derive(Default)]
    struct Recorder {
        reports: Mutex<Vec<(Stage, f64)>>,
        cancelled: CancellationToken,
        cancel_at: Option<Stage>,
    }

    impl ModelRun for Recorder {
        fn report(&self, stage: Stage, fraction: f64) {
            self.reports.lock().unwrap().push((stage, fraction));
            if self.cancel_at == Some(stage) {
                self.cancelled.cancel();
            }
        }

        fn cancelled(&self) -> &CancellationToken {
            &self.cancelled
        }

        fn checkpoint<'a>(
            &'a self,
            _name: &'static str,
        ) -> BoxFuture<'a, Result<Option<Value>, ModelError>> {
            Box::pin(async { Ok(None) })
        }

        fn save_checkpoint<'a>(
            &'a self,
            _name: &'static str,
            _value: Value,
        ) -> BoxFuture<'a, Result<(), ModelError>> {
            Box::pin(async { Ok(()) })
        }
    }

    fn request(folder: &Path) -> ClipRequest {
        ClipRequest {
            generation_id: GenerationId::from_trusted("gen_1"),
            prompt: Prompt::parse("a mountain").unwrap(),
            spec: ClipSpec {
                resolution: Resolution::P360,
                aspect_ratio: AspectRatio::Landscape,
                duration: DurationSeconds::MIN,
            },
            seed: 1,
            reference_images: Vec::new(),
            folder: folder.to_owned(),
        }
    }

    #[tokio::test]
    async fn it_passes_every_stage_in_order_and_hands_out_a_clip() {
        let folder = tempfile::tempdir().unwrap();
        let run = Recorder::default();
        let total = Duration::from_millis(500);
        let start = Instant::now();
        let made = Simulated::new(total)
            .make(&request(folder.path()), &run)
            .await
            .unwrap();
        assert!(start.elapsed() >= total);
        assert_eq!(std::fs::read(&made.video).unwrap(), SIMULATED_CLIP);
        assert_eq!(std::fs::read(&made.poster).unwrap(), SIMULATED_POSTER);
        let reports = run.reports.lock().unwrap();
        let progress: Vec<_> = reports
            .iter()
            .map(|(stage, part)| stage.progress(*part))
            .collect();
        assert!(progress.is_sorted());
        assert_eq!(reports.last(), Some(&(Stage::Uploading, 1.0)));
        for stage in Stage::ALL {
            assert!(reports.contains(&(stage, 1.0)), "{stage:?}");
        }
    }

    #[tokio::test]
    async fn a_cancelled_one_ends_at_once_and_leaves_no_files() {
        let folder = tempfile::tempdir().unwrap();
        let run = Recorder {
            cancel_at: Some(Stage::GeneratingFrames),
            ..Recorder::default()
        };
        let hour = Simulated::new(Duration::from_secs(2));
        let error = hour.make(&request(folder.path()), &run).await.unwrap_err();
        assert_eq!(error.kind(), ModelErrorKind::Cancelled);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_folder_that_is_gone_is_an_error_that_may_pass() {
        let folder = tempfile::tempdir().unwrap().path().to_owned();
        let error = Simulated::new(Duration::ZERO)
            .make(&request(&folder), &Recorder::default())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ModelErrorKind::Transient);
    }

    #[test]
    fn what_it_hands_out_is_mp4_and_jpeg() {
        assert_eq!(&SIMULATED_CLIP[4..8], b"ftyp");
        assert_eq!(&SIMULATED_POSTER[..3], [0xFF, 0xD8, 0xFF]);
    }
}
