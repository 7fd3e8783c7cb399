use std::path::{Path, PathBuf};
use std::time::Duration;

use vita_blob::BlobKey;
use vita_db::{DbError, Tx};
use vita_jobs::{JobError, JobRun};
use vita_media::storyboard::{StoryboardFrame, StoryboardRequest, make_storyboard};
use vita_model::{
    AspectRatio, ClipSpec, DurationSeconds, FrameSize, GenerationId, Progress, ProjectId,
    Resolution, UserId,
};
use vita_store::generations::{self, Generation};
use vita_store::projects;
use vita_store::scenes::{self, Scene};

use super::export::Payload;
use super::job::from_media;
use crate::app::Inner;
use crate::generations::from_blob;

/// What the sheet is made of.
struct Material {
    title: String,
    scenes: Vec<Scene>,
    chosen: Vec<Generation>,
}

/// Makes a sheet of all scenes into `folder`.
pub(super) async fn make(
    app: &Inner,
    run: &JobRun,
    owner: &UserId,
    payload: &Payload,
    folder: &Path,
) -> Result<PathBuf, JobError> {
    let args = (owner.clone(), payload.project_id.clone());
    let read = app.db.read(args, |tx, (owner, project)| {
        Box::pin(collect(tx, owner, project))
    });
    let material: Option<Material> = read.await.map_err(JobError::from)?;
    let material = material
        .ok_or_else(|| JobError::Discard("the project has no scenes any more".to_owned()))?;
    let aspect = shape_of(&material.chosen);
    let mut frames = Vec::with_capacity(material.scenes.len());
    for scene in &material.scenes {
        frames.push(StoryboardFrame {
            picture: find_poster(app, scene).await?,
            caption: scene.prompt.as_str().to_owned(),
            duration: Duration::from_secs(scene.duration.get().into()),
        });
    }
    let request = StoryboardRequest {
        title: material.title,
        frames,
        aspect,
        out: folder.join("storyboard.jpg"),
    };
    let report = |done: f64| {
        let percent = (done.clamp(0.0, 1.0) * 99.0) as u8;
        run.report(Some("drawing"), Progress::new(percent));
    };
    let made = make_storyboard(&app.runner, &app.pool, request, run.cancelled(), report).await;
    Ok(made.map_err(|error| from_media(&error))?.picture)
}

async fn collect(
    tx: &mut Tx,
    owner: &UserId,
    project: &ProjectId,
) -> Result<Option<Material>, DbError> {
    let Some(found) = projects::find_project(tx, owner, project).await? else {
        return Ok(None);
    };
    let scenes = scenes::list_all_scenes(tx, owner, project).await?;
    let chosen = generations::list_chosen_generations(tx, owner, project).await?;
    let title = found.title.as_str().to_owned();
    Ok((!scenes.is_empty()).then_some(Material {
        title,
        scenes,
        chosen,
    }))
}

/// The shape of the pictures: that of the first chosen clip; landscape while there is none.
fn shape_of(chosen: &[Generation]) -> FrameSize {
    let spec = chosen.first().map_or(
        ClipSpec {
            resolution: Resolution::P360,
            aspect_ratio: AspectRatio::Landscape,
            duration: DurationSeconds::MIN,
        },
        |generation| generation.spec,
    );
    spec.frame_size()
}

/// The poster of the scene's chosen clip, or of its latest while none is chosen.
async fn find_poster(app: &Inner, scene: &Scene) -> Result<Option<PathBuf>, JobError> {
    let latest = scene.latest.as_ref().filter(|latest| latest.has_clip);
    let shown: Option<&GenerationId> = scene
        .selected_generation_id
        .as_ref()
        .or(latest.map(|latest| &latest.id));
    let Some(id) = shown else {
        return Ok(None);
    };
    let key = BlobKey::generation_poster(id);
    let found = app.blobs.materialise(&key).await.map_err(from_blob)?;
    Ok(found.map(|poster| poster.path().to_owned()))
}
