//! The job that makes a clip: the model makes it into a private folder, the store adopts it, and the
//! generation is completed in the transaction that ends the job.
//!
//! Wherever the process dies, the next attempt finds its way: the stored files have names that
//! follow from the generation, so they are written anew and never twice, and files of a generation
//! that was given up are removed by name.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use vita_ai::{ClipRequest, MadeClip, ModelError, ModelErrorKind, ModelRun, VideoModel, WorkClass};
use vita_blob::{BlobError, BlobKey, LocalBlob};
use vita_db::{DbError, Tx};
use vita_jobs::{Job, JobEnd, JobError, JobFailure, JobHandler, JobRun};
use vita_model::{
    FailureCode, GenerationFailure, GenerationId, GenerationStatus, Progress, Stage, Timestamp,
};
use vita_store::generations::{self, Generation};
use vita_store::images;

use super::lifecycle::{Change, ChangeError};
use crate::app::Inner;

/// The kind of job that makes a clip.
pub(crate) const MAKE_CLIP: &str = "make_clip";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    generation_id: GenerationId,
}

/// Makes clips.
pub(crate) struct MakeClip(pub(crate) Arc<Inner>);

impl JobHandler for MakeClip {
    fn kind(&self) -> &'static str {
        MAKE_CLIP
    }

    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> {
        Box::pin(self.make(run))
    }

    fn started<'a>(
        &'a self,
        tx: &'a mut Tx,
        job: &'a Job,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(async move {
            let Some(generation) = lookup(tx, job).await? else {
                return Ok(());
            };
            let mut change = Change {
                tx,
                app: &self.0,
                now,
            };
            tolerate(change.begin(generation).await)
        })
    }

    fn progressed<'a>(
        &'a self,
        tx: &'a mut Tx,
        job: &'a Job,
        stage: Option<&'a str>,
        progress: Progress,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(async move {
            let Some(generation) = lookup(tx, job).await? else {
                return Ok(());
            };
            let stage = stage.and_then(|stage| stage.parse::<Stage>().ok());
            let mut change = Change {
                tx,
                app: &self.0,
                now,
            };
            tolerate(change.advance(generation, stage, progress).await)
        })
    }

    fn ended<'a>(
        &'a self,
        tx: &'a mut Tx,
        job: &'a Job,
        end: &'a JobEnd,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(async move {
            let generation = lookup(tx, job).await?;
            let mut change = Change {
                tx,
                app: &self.0,
                now,
            };
            match (generation, job.payload::<Payload>()) {
                (Some(generation), _) => conclude(&mut change, generation, end).await,
                // It was deleted while it was made, and its files may be newer than their removal.
                (None, Ok(payload)) => change.doom_files_of(&payload.generation_id).await,
                (None, Err(_)) => Ok(()),
            }
        })
    }
}

/// Gives the generation the end that its job had.
async fn conclude(
    change: &mut Change<'_>,
    generation: Generation,
    end: &JobEnd,
) -> Result<(), DbError> {
    if generation.status.is_final() {
        // It was cancelled while the last frames were made, and nobody will ask for them.
        if generation.status != GenerationStatus::Completed {
            return tolerate(change.doom_files(&generation).await);
        }
        return Ok(());
    }
    tolerate(match end {
        JobEnd::Completed(_) => change.complete(generation).await,
        JobEnd::Retrying { .. } | JobEnd::LeaseLost | JobEnd::HandedBack => {
            change.requeue(generation).await
        }
        JobEnd::Failed(failure) | JobEnd::Dead(failure) => {
            change
                .fail(generation, to_generation_failure(failure))
                .await
        }
        JobEnd::Cancelled => match change.cancel(generation).await {
            Ok(cancelled) => change.doom_files(&cancelled).await,
            Err(error) => Err(error),
        },
    })
}

/// A generation that was cancelled or deleted meanwhile takes no more changes from its job; that is
/// no fault of the job's.
fn tolerate(changed: Result<(), ChangeError>) -> Result<(), DbError> {
    match changed {
        Ok(()) | Err(ChangeError::Illegal(_)) => Ok(()),
        Err(ChangeError::Db(error)) => Err(error),
    }
}

/// The generation that a job makes, unless it was deleted.
pub(super) async fn lookup(tx: &mut Tx, job: &Job) -> Result<Option<Generation>, DbError> {
    let Ok(payload) = job.payload::<Payload>() else {
        tracing::error!(job.id = %job.id, "the payload of a job does not name a generation");
        return Ok(None);
    };
    generations::lookup_generation(tx, &payload.generation_id).await
}

fn to_generation_failure(failure: &JobFailure) -> GenerationFailure {
    let code = failure.code.parse().unwrap_or(FailureCode::Internal);
    GenerationFailure::new(code, failure.message.clone())
}

impl MakeClip {
    async fn make(&self, run: &JobRun) -> Result<Value, JobError> {
        let payload: Payload = run
            .payload()
            .map_err(|error| JobError::fail(FailureCode::Internal.as_str(), error.to_string()))?;
        let generation: Option<Generation> = self
            .0
            .db
            .read(payload.generation_id, |tx, id| {
                Box::pin(generations::lookup_generation(tx, id))
            })
            .await
            .map_err(JobError::from)?;
        let generation = generation
            .filter(|generation| !generation.status.is_final())
            .ok_or_else(|| JobError::Discard("the generation is gone".to_owned()))?;
        let model = self.find_model(&generation)?;
        let stage = self.0.blobs.stage().await.map_err(from_blob)?;
        let pictures = self.open_references(&generation.id).await?;
        let request = ClipRequest {
            generation_id: generation.id.clone(),
            prompt: generation.prompt.clone(),
            spec: generation.spec,
            seed: u64::try_from(generation.seed).unwrap_or(0),
            reference_images: pictures.iter().map(|file| file.path().to_owned()).collect(),
            folder: stage.path().to_owned(),
        };
        let made = make_in_time(model.as_ref(), &request, run)
            .await
            .map_err(|error| {
                tracing::warn!(
                    generation.id = %generation.id,
                    error = &error as &dyn std::error::Error,
                    "an attempt to make a clip ended without one"
                );
                from_model(&error, model.card().work)
            })?;
        self.keep(run, &generation.id, &made).await?;
        Ok(json!({}))
    }

    fn find_model(&self, generation: &Generation) -> Result<Arc<dyn VideoModel>, JobError> {
        self.0
            .models
            .find(&generation.model)
            .cloned()
            .ok_or_else(|| {
                let message = format!("The model {} is not installed any more.", generation.model);
                JobError::fail(FailureCode::ProviderFailed.as_str(), message)
            })
    }

    /// The files of the reference images, for as long as the answer lives. None of them can be
    /// deleted by its owner while the generation is under way; but an account can, with all.
    async fn open_references(&self, id: &GenerationId) -> Result<Vec<LocalBlob>, JobError> {
        let listed = self.0.db.read(id.clone(), |tx, id| {
            Box::pin(images::list_reference_files(tx, id))
        });
        let mut files = Vec::new();
        for (image, format) in listed.await.map_err(JobError::from)? {
            let file = match format {
                Some(format) => {
                    let key = BlobKey::reference_image(&image, format);
                    self.0.blobs.materialise(&key).await.map_err(from_blob)?
                }
                None => None,
            };
            let missing = || {
                let message = "A reference image is not there any more.";
                JobError::fail(FailureCode::Internal.as_str(), message)
            };
            files.push(file.ok_or_else(missing)?);
        }
        Ok(files)
    }

    async fn keep(&self, run: &JobRun, id: &GenerationId, made: &MadeClip) -> Result<(), JobError> {
        run.report(
            Some(Stage::Uploading.as_str()),
            Stage::Uploading.progress(0.0),
        );
        let blobs = &self.0.blobs;
        let clip = BlobKey::generation_clip(id);
        blobs.adopt(&clip, &made.video).await.map_err(from_blob)?;
        let poster = BlobKey::generation_poster(id);
        blobs
            .adopt(&poster, &made.poster)
            .await
            .map_err(from_blob)?;
        Ok(())
    }
}

/// Has the model make the clip, within the time that its card allows.
async fn make_in_time(
    model: &dyn VideoModel,
    request: &ClipRequest,
    run: &JobRun,
) -> Result<MadeClip, ModelError> {
    let limit = model.card().time_limit;
    let reporter = Reporter(run);
    let made = tokio::time::timeout(limit, model.make(request, &reporter)).await;
    made.unwrap_or_else(|_| {
        let message = format!("The clip took longer than {} s.", limit.as_secs());
        Err(ModelError::new(ModelErrorKind::TimedOut, message))
    })
}

/// Lets a model report to the job that it works for.
struct Reporter<'a>(&'a JobRun);

impl ModelRun for Reporter<'_> {
    fn report(&self, stage: Stage, fraction: f64) {
        self.0
            .report(Some(stage.as_str()), stage.progress(fraction));
    }

    fn cancelled(&self) -> &CancellationToken {
        self.0.cancelled()
    }

    fn checkpoint<'a>(
        &'a self,
        name: &'static str,
    ) -> BoxFuture<'a, Result<Option<Value>, ModelError>> {
        Box::pin(async move { self.0.lookup_step(name).await.map_err(from_db) })
    }

    fn save_checkpoint<'a>(
        &'a self,
        name: &'static str,
        value: Value,
    ) -> BoxFuture<'a, Result<(), ModelError>> {
        Box::pin(async move {
            self.0
                .save_step(name, value)
                .await
                .map_err(|error| into_model_error(&error))
        })
    }
}

fn from_db(error: DbError) -> ModelError {
    let message = "The state of the generation could not be read.";
    ModelError::new(ModelErrorKind::Transient, message).with_source(error)
}

fn into_model_error(error: &JobError) -> ModelError {
    let kind = match error {
        JobError::LeaseLost => ModelErrorKind::Interrupted,
        JobError::Cancelled => ModelErrorKind::Cancelled,
        _ => ModelErrorKind::Transient,
    };
    ModelError::new(kind, error.to_string())
}

/// Turns the end of a model's attempt into what becomes of the job.
fn from_model(error: &ModelError, work: WorkClass) -> JobError {
    let code = error
        .kind()
        .failure_code(work)
        .unwrap_or(FailureCode::Internal);
    let failure = JobFailure::new(code.as_str(), error.message());
    match error.kind() {
        ModelErrorKind::Cancelled => JobError::Cancelled,
        ModelErrorKind::Interrupted => JobError::LeaseLost,
        kind if kind.is_retryable() => JobError::Retry {
            failure,
            after: error.retry_after(),
        },
        _ => JobError::Fail(failure),
    }
}

/// Turns what the store came to into what becomes of the job: the cause goes to the log, and people
/// get a sentence.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub(crate) fn from_blob(error: BlobError) -> JobError {
    tracing::warn!(
        error = &error as &dyn std::error::Error,
        "a job could not use the stored files"
    );
    if error.is_storage_full() {
        JobError::retry(
            FailureCode::StorageFull.as_str(),
            "There is no space left to store the files.",
        )
    } else {
        JobError::retry(
            FailureCode::Internal.as_str(),
            "The files could not be stored or read.",
        )
    }
}
