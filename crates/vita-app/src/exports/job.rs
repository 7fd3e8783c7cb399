//! The job that makes an export. What it makes has a name that follows from the job, so that another
//! attempt writes it anew and never twice.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use vita_blob::{BlobKey, BlobPrefix, ExportFile};
use vita_db::{DbError, Tx};
use vita_jobs::{Job, JobEnd, JobError, JobFailure, JobHandler, JobRun};
use vita_media::{MediaError, MediaErrorKind};
use vita_model::{FailureCode, Progress, Timestamp};
use vita_store::doomed_blobs;

use super::export::{ExportFormat, Payload};
use super::{film, storyboard};
use crate::app::Inner;
use crate::generations::from_blob;
use crate::housekeeping::enqueue_blob_removal;
use crate::notifications::{News, notify};

/// The kind of job that makes an export.
pub(crate) const MAKE_EXPORT: &str = "make_export";

/// Makes exports.
pub(crate) struct MakeExport(pub(crate) Arc<Inner>);

impl JobHandler for MakeExport {
    fn kind(&self) -> &'static str {
        MAKE_EXPORT
    }

    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> {
        Box::pin(self.make(run))
    }

    fn ended<'a>(
        &'a self,
        tx: &'a mut Tx,
        job: &'a Job,
        end: &'a JobEnd,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(async move {
            match end {
                // Whose it was is gone, and nobody will ask for it.
                JobEnd::Completed(_) if job.owner.is_some() => self.tell(tx, job, now).await,
                JobEnd::Completed(_) | JobEnd::Failed(_) | JobEnd::Dead(_) | JobEnd::Cancelled => {
                    give_up_files(tx, &self.0, job, now).await
                }
                JobEnd::Retrying { .. } | JobEnd::LeaseLost | JobEnd::HandedBack => Ok(()),
            }
        })
    }
}

/// Has what an export made removed.
pub(crate) async fn give_up_files(
    tx: &mut Tx,
    app: &Inner,
    job: &Job,
    now: Timestamp,
) -> Result<(), DbError> {
    let prefix = BlobPrefix::export(&job.id).to_string();
    doomed_blobs::doom_prefixes(tx, &[prefix], now).await?;
    enqueue_blob_removal(tx, app, now).await
}

impl MakeExport {
    async fn make(&self, run: &JobRun) -> Result<Value, JobError> {
        let payload: Payload = run
            .payload()
            .map_err(|error| JobError::fail(FailureCode::Internal.as_str(), error.to_string()))?;
        let Some(owner) = run.job().owner.clone() else {
            return Err(JobError::Discard("the export is nobody's".to_owned()));
        };
        run.report(Some("collecting"), Progress::ZERO);
        let stage = self.0.blobs.stage().await.map_err(from_blob)?;
        let (file, made) = match payload.format {
            ExportFormat::Film => {
                let made = film::make(&self.0, run, &owner, &payload, stage.path()).await?;
                (ExportFile::Film, made)
            }
            ExportFormat::Storyboard => {
                let made = storyboard::make(&self.0, run, &owner, &payload, stage.path()).await?;
                (ExportFile::Storyboard, made)
            }
        };
        let key = BlobKey::export(&run.job().id, file);
        self.0.blobs.adopt(&key, &made).await.map_err(from_blob)?;
        Ok(json!({ "key": key.to_string() }))
    }

    async fn tell(&self, tx: &mut Tx, job: &Job, now: Timestamp) -> Result<(), DbError> {
        let (Some(owner), Ok(payload)) = (&job.owner, job.payload::<Payload>()) else {
            return Ok(());
        };
        let title = match payload.format {
            ExportFormat::Film => "Your film is ready",
            ExportFormat::Storyboard => "Your storyboard is ready",
        };
        let news = News {
            kind: "export_completed",
            title: title.to_owned(),
            body: String::new(),
            link: format!("/projects/{}?export={}", payload.project_id, job.id),
        };
        notify(tx, &self.0, owner, news, now).await
    }
}

/// Turns what ffmpeg came to into what becomes of the job.
pub(super) fn from_media(error: &MediaError) -> JobError {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "an attempt to make an export ended without one"
    );
    let retry = |code: FailureCode, message| JobError::retry(code.as_str(), message);
    let fail = |code: FailureCode, message| JobError::Fail(JobFailure::new(code.as_str(), message));
    match error.kind() {
        MediaErrorKind::Cancelled => JobError::Cancelled,
        MediaErrorKind::TimedOut => retry(FailureCode::TimedOut, "The export took too long."),
        MediaErrorKind::DiskFull => retry(
            FailureCode::StorageFull,
            "There is no space left for the export.",
        ),
        MediaErrorKind::ToolMissing => fail(
            FailureCode::RenderFailed,
            "ffmpeg is not installed on the server, so no export can be made.",
        ),
        MediaErrorKind::InputUnreadable => fail(
            FailureCode::RenderFailed,
            "A clip of the project cannot be read.",
        ),
        MediaErrorKind::Failed => retry(
            FailureCode::RenderFailed,
            "The export could not be encoded.",
        ),
    }
}
