use std::path::{Path, PathBuf};
use std::time::Duration;

use vita_blob::BlobKey;
use vita_jobs::{JobError, JobRun};
use vita_media::film::{FilmRequest, film_plan, make_film};
use vita_media::probe::{ProbedClip, probe};
use vita_model::{FrameSize, Progress, UserId};
use vita_store::generations::{self, Generation};

use super::export::Payload;
use super::job::from_media;
use crate::app::Inner;
use crate::generations::from_blob;

/// The part of the work, in percent, until all clips have been looked at.
const COLLECTED: u8 = 5;

/// Makes a film of the chosen clips into `folder`.
pub(super) async fn make(
    app: &Inner,
    run: &JobRun,
    owner: &UserId,
    payload: &Payload,
    folder: &Path,
) -> Result<PathBuf, JobError> {
    let args = (owner.clone(), payload.project_id.clone());
    let chosen: Vec<Generation> = app
        .db
        .read(args, |tx, (owner, project)| {
            Box::pin(generations::list_chosen_generations(tx, owner, project))
        })
        .await
        .map_err(JobError::from)?;
    let mut clips = Vec::with_capacity(chosen.len());
    for generation in &chosen {
        clips.push(open_clip(app, run, generation).await?);
    }
    let Some(target) = clips
        .iter()
        .map(|clip| clip.frame_size)
        .max_by_key(|size| pixels(*size))
    else {
        return Err(JobError::Discard(
            "the project has no chosen clips any more".to_owned(),
        ));
    };
    let out = folder.join("film.mp4");
    let request = FilmRequest {
        clips: &clips,
        target,
        crossfade: payload.crossfade_ms.map(Duration::from_millis),
        work_dir: folder,
        out: &out,
        threads: app.config.encoder_threads,
    };
    let plan = film_plan(&request).map_err(|error| from_media(&error))?;
    let report = |done: f64| {
        let part = f64::from(100 - COLLECTED) * done.clamp(0.0, 1.0);
        run.report(
            Some("encoding"),
            Progress::new((COLLECTED + part as u8).min(99)),
        );
    };
    make_film(&app.runner, &plan, run.cancelled(), report)
        .await
        .map_err(|error| from_media(&error))?;
    Ok(out)
}

async fn open_clip(
    app: &Inner,
    run: &JobRun,
    generation: &Generation,
) -> Result<ProbedClip, JobError> {
    let key = BlobKey::generation_clip(&generation.id);
    let found = app.blobs.materialise(&key).await.map_err(from_blob)?;
    let clip = found
        .ok_or_else(|| JobError::fail("RENDER_FAILED", "The file of a chosen clip is missing."))?;
    probe(&app.runner, clip.path(), run.cancelled())
        .await
        .map_err(|error| from_media(&error))
}

fn pixels(size: FrameSize) -> u64 {
    u64::from(size.width) * u64::from(size.height)
}
