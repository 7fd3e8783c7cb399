use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use vita_ai::{REFERENCE_IMAGES_MAX, WorkClass};
use vita_db::Tx;
use vita_jobs::{NewJob, QueueName};
use vita_model::{
    AspectRatio, ClipSpec, Credits, DurationSeconds, GenerationId, GenerationStatus, ImageId,
    Progress, ProjectId, Prompt, Resolution, SceneId,
};
use vita_store::credits::{self, Posting};
use vita_store::generations::{self, Generation};
use vita_store::scenes::{self, Scene};
use vita_store::{images, projects, read_model};

use super::job::MAKE_CLIP;
use crate::command::Command;
use crate::queues;
use crate::{App, AppError, Caller, FieldError};

/// Most attempts to make a clip: a passing fault is mended by one repetition, a lasting one is not
/// mended by many.
const ATTEMPTS_MAX: u32 = 3;

/// When somebody with too many waiting generations may try again: about as long as a clip takes.
const WAITING_RETRY_AFTER: Duration = Duration::from_secs(30);

/// Where a request names its reference images.
const POINTER: &str = "/referenceImages";

/// A clip that is asked for.
#[derive(Clone, Debug)]
pub struct GenerateIn {
    /// The scene that it is for.
    pub scene_id: SceneId,
    /// What it shows; the scene's words when none are given.
    pub prompt: Option<Prompt>,
    /// The model; the installation's default when none is given.
    pub model: Option<String>,
    /// Its size; 720p when none is given.
    pub resolution: Option<Resolution>,
    /// Its length; the scene's when none is given.
    pub duration: Option<DurationSeconds>,
    /// Its shape; 16:9 when none is given.
    pub aspect_ratio: Option<AspectRatio>,
    /// What the model's randomness starts from; a random number when none is given.
    pub seed: Option<u32>,
    /// Pictures to begin from, in order; for models that take any.
    pub reference_images: Vec<ImageId>,
}

/// A generation that was accepted: from now on nothing loses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The generation.
    pub generation_id: GenerationId,
    /// The model that makes it.
    pub model: String,
    /// The model that was asked for, where another was taken.
    pub requested_model: Option<String>,
    /// What it costs.
    pub estimated_cost: Credits,
    /// Its place in the queue, from 1.
    pub queue_position: u32,
    /// How long until it begins, estimated from how long others took; none while its queue is
    /// paused.
    pub estimated_wait_seconds: Option<u64>,
}

impl App {
    /// Asks for a clip. Generation, reservation and job are written in one transaction.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::UnknownModel`], [`AppError::Invalid`], also for images
    /// that are not the caller's or a model that takes none,
    /// [`AppError::InsufficientCredits`], [`AppError::RateLimited`] when too many wait already.
    pub async fn generate(
        &self,
        caller: &Caller,
        project: &ProjectId,
        asked: GenerateIn,
    ) -> Result<Accepted, AppError> {
        self.command(caller, (project.clone(), asked), |tx, command| {
            Box::pin(async move {
                let (project, asked) = &command.args;
                let found = projects::find_project(tx, command.owner(), project).await?;
                let project = found.ok_or(AppError::NotFound("project"))?;
                let scene = scenes::find_scene(tx, command.owner(), &asked.scene_id).await?;
                let scene = scene
                    .filter(|scene| scene.project_id == project.id)
                    .ok_or(AppError::NotFound("scene"))?;
                let wanted = resolve(command, asked, &scene)?;
                submit(tx, command, wanted).await
            })
        })
        .await
    }

    /// Asks again for what an ended generation was to be. The repetition of a completed one starts
    /// from another random number, so that it is another take.
    ///
    /// # Errors
    /// As [`App::generate`]; [`AppError::Conflict`] while the first one is under way.
    pub async fn retry(&self, caller: &Caller, id: &GenerationId) -> Result<Accepted, AppError> {
        self.command(caller, id.clone(), |tx, command| {
            Box::pin(async move {
                let found =
                    generations::find_generation(tx, command.owner(), &command.args).await?;
                let first = found.ok_or(AppError::NotFound("generation"))?;
                if !first.status.is_final() {
                    let message = "it is still under way; cancel it first, or wait";
                    return Err(AppError::Conflict(message.to_owned()));
                }
                let reference_images = images::list_references(tx, &first.id).await?;
                let is_new_take = first.status == GenerationStatus::Completed;
                let wanted = Wanted {
                    seed: if is_new_take {
                        random_seed(command)
                    } else {
                        first.seed
                    },
                    retry_of: Some(first.id),
                    project: first.project_id,
                    scene: first.scene_id,
                    prompt: first.prompt,
                    model: find_model(command, Some(&first.model))?,
                    spec: first.spec,
                    reference_images,
                };
                submit(tx, command, wanted).await
            })
        })
        .await
    }
}

/// A clip that can be made.
pub(super) struct Wanted {
    project: ProjectId,
    scene: SceneId,
    prompt: Prompt,
    model: vita_ai::Resolved,
    spec: ClipSpec,
    seed: i64,
    reference_images: Vec<ImageId>,
    retry_of: Option<GenerationId>,
}

/// Fills in what was not said, and refuses what cannot be made.
pub(super) fn resolve<A>(
    command: &Command<A>,
    asked: &GenerateIn,
    scene: &Scene,
) -> Result<Wanted, AppError> {
    let prompt = asked.prompt.clone().unwrap_or_else(|| scene.prompt.clone());
    if prompt.as_str().is_empty() {
        return Err(AppError::invalid(
            "/prompt",
            "EMPTY",
            "say what the clip should show",
        ));
    }
    let spec = ClipSpec {
        resolution: asked.resolution.unwrap_or(Resolution::P720),
        aspect_ratio: asked.aspect_ratio.unwrap_or(AspectRatio::Landscape),
        duration: asked.duration.unwrap_or(scene.duration),
    };
    let seed = asked.seed.map_or_else(|| random_seed(command), i64::from);
    Ok(Wanted {
        project: scene.project_id.clone(),
        scene: scene.id.clone(),
        prompt,
        model: find_model(command, asked.model.as_deref())?,
        spec,
        seed,
        reference_images: asked.reference_images.clone(),
        retry_of: None,
    })
}

fn find_model<A>(
    command: &Command<A>,
    requested: Option<&str>,
) -> Result<vita_ai::Resolved, AppError> {
    let fallback = if command.app.config.mode.replaces_unknown_models() {
        vita_ai::Fallback::Allowed
    } else {
        vita_ai::Fallback::Refused
    };
    let resolved = command.app.models.resolve(requested, fallback);
    resolved.map_err(|error| AppError::UnknownModel(error.requested))
}

fn random_seed<A>(command: &Command<A>) -> i64 {
    let mut bytes = [0; 4];
    command.app.entropy.fill(&mut bytes);
    i64::from(u32::from_le_bytes(bytes))
}

pub(super) async fn submit<A>(
    tx: &mut Tx,
    command: &Command<A>,
    wanted: Wanted,
) -> Result<Accepted, AppError> {
    let (owner, now) = (command.owner(), command.now);
    let card = wanted.model.model.card();
    card.check(&wanted.spec).map_err(|error| {
        AppError::invalid(
            &format!("/{}", error.field()),
            "NOT_OFFERED",
            error.to_string(),
        )
    })?;
    take_references(tx, command, &wanted).await?;
    check_waiting(tx, command).await?;
    let cost = card.cost(&wanted.spec);
    let generation = Generation {
        id: command.new_id(),
        owner_id: owner.clone(),
        project_id: wanted.project,
        scene_id: wanted.scene,
        job_id: command.new_id(),
        status: GenerationStatus::Queued,
        progress: Progress::ZERO,
        stage: None,
        prompt: wanted.prompt,
        model: card.id.clone(),
        requested_model: wanted.model.requested.clone(),
        spec: wanted.spec,
        seed: wanted.seed,
        cost,
        has_clip: false,
        failure: None,
        retry_of: wanted.retry_of,
        created_at: now,
        updated_at: now,
        started_at: None,
        ended_at: None,
    };
    reserve(tx, command, &generation).await?;
    read_model::hold_scene(tx, &generation.scene_id).await?;
    generations::add_generation(tx, &generation).await?;
    if !wanted.reference_images.is_empty() {
        images::add_references(tx, &generation.id, &wanted.reference_images).await?;
    }
    vita_jobs::enqueue(
        tx,
        &generation.job_id,
        &job_for(&generation, card.work),
        now,
    )
    .await?;
    read_model::refresh_latest(tx, &generation.scene_id).await?;
    read_model::touch_project(tx, &generation.project_id, now).await?;
    let place = vita_jobs::queue_place(tx, &generation.job_id, now).await?;
    Ok(Accepted {
        model: generation.model,
        requested_model: generation.requested_model,
        estimated_cost: cost,
        queue_position: place.as_ref().map_or(1, |place| place.position),
        estimated_wait_seconds: place.map_or(Some(0), |place| place.estimated_wait_secs()),
        generation_id: generation.id,
    })
}

/// Takes the reference images for the generation, or says which cannot be taken.
async fn take_references<A>(
    tx: &mut Tx,
    command: &Command<A>,
    wanted: &Wanted,
) -> Result<(), AppError> {
    let ids = wanted.reference_images.as_slice();
    if ids.is_empty() {
        return Ok(());
    }
    let card = wanted.model.model.card();
    if !card.takes_reference_images() {
        let detail = format!("the model `{}` takes no reference images", card.id);
        return Err(AppError::invalid(POINTER, "NOT_OFFERED", detail));
    }
    if ids.len() > REFERENCE_IMAGES_MAX {
        let detail = format!("a clip has at most {REFERENCE_IMAGES_MAX} reference images");
        return Err(AppError::invalid(POINTER, "TOO_MANY", detail));
    }
    let taken = images::take_images(tx, command.owner(), ids, command.now).await?;
    let missing = ids.iter().enumerate().filter(|(_, id)| !taken.contains(id));
    let refused = missing.map(|(place, id)| {
        let detail = format!("you have no reference image `{id}` that can be used");
        FieldError::new(format!("{POINTER}/{place}"), "UNKNOWN_IMAGE", detail)
    });
    let refused: Vec<FieldError> = refused.collect();
    match (refused.is_empty(), &wanted.retry_of) {
        (true, _) => Ok(()),
        (false, None) => Err(AppError::Invalid(refused)),
        (false, Some(_)) => Err(AppError::Conflict(
            "a reference image of it was deleted; ask for a new clip instead".to_owned(),
        )),
    }
}

/// Sets aside what the generation costs, or says what is missing.
async fn reserve<A>(
    tx: &mut Tx,
    command: &Command<A>,
    generation: &Generation,
) -> Result<(), AppError> {
    let entry = command.new_id();
    let posting = Posting {
        owner: command.owner(),
        entry: &entry,
        at: command.now,
    };
    if credits::reserve(tx, posting, &generation.id, generation.cost).await? {
        return Ok(());
    }
    let balance = credits::find_balance(tx, command.owner()).await?.balance;
    Err(AppError::InsufficientCredits {
        needed: generation.cost,
        balance,
    })
}

async fn check_waiting<A>(tx: &mut Tx, command: &Command<A>) -> Result<(), AppError> {
    let Some(max) = command.app.config.limits.waiting_max else {
        return Ok(());
    };
    let open = generations::count_open_generations(tx, command.owner()).await?;
    if open.queued < max {
        return Ok(());
    }
    Err(AppError::RateLimited {
        limit: format!("you have {max} generations waiting, the most that one account may have"),
        retry_after: WAITING_RETRY_AFTER,
    })
}

fn job_for(generation: &Generation, class: WorkClass) -> NewJob {
    let queue: QueueName = match class {
        WorkClass::Cpu => queues::RENDER,
        WorkClass::Remote => queues::MODELS,
    };
    NewJob {
        queue,
        kind: MAKE_CLIP,
        owner: Some(generation.owner_id.clone()),
        concurrency_key: generation.owner_id.to_string(),
        priority: 0,
        run_at: generation.created_at,
        payload: json!({ "generationId": generation.id }),
        attempts_max: ATTEMPTS_MAX,
    }
}
