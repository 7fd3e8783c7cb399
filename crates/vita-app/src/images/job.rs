//! The job that makes the thumbnail of an image. Its file has a name that follows from the image, so
//! that another attempt writes it anew and never twice.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use vita_blob::BlobKey;
use vita_db::{DbError, Tx};
use vita_jobs::{Job, JobEnd, JobError, JobHandler, JobRun};
use vita_media::image::ImageError;
use vita_model::{FailureCode, ImageId, ThumbnailStatus, Timestamp};
use vita_store::images::{self, ReferenceImage};

use super::upload::{give_up_files, stage_thumbnail};
use crate::AppError;
use crate::app::Inner;
use crate::generations::from_blob;

/// The kind of job that makes a thumbnail.
pub(super) const MAKE_THUMBNAIL: &str = "make_thumbnail";

/// What a job says of a picture that cannot be read.
const UNREADABLE: &str = "UNREADABLE_IMAGE";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    image_id: ImageId,
}

/// Makes thumbnails.
pub(crate) struct MakeThumbnail(pub(crate) Arc<Inner>);

impl JobHandler for MakeThumbnail {
    fn kind(&self) -> &'static str {
        MAKE_THUMBNAIL
    }

    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> {
        Box::pin(async move {
            tokio::select! {
                biased;
                () = run.cancelled().cancelled() => Err(JobError::Cancelled),
                made = self.make(run) => made,
            }
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
            let (status, failure) = match end {
                JobEnd::Completed(_) => (ThumbnailStatus::Ready, None),
                JobEnd::Failed(failure) | JobEnd::Dead(failure) => {
                    (ThumbnailStatus::Failed, Some(failure.message.as_str()))
                }
                JobEnd::Cancelled => {
                    let reason = "It was called off before the picture was looked at.";
                    (ThumbnailStatus::Failed, Some(reason))
                }
                JobEnd::Retrying { .. } | JobEnd::LeaseLost | JobEnd::HandedBack => return Ok(()),
            };
            let Ok(Payload { image_id }) = job.payload() else {
                tracing::error!(job.id = %job.id, "the payload of a job does not name an image");
                return Ok(());
            };
            if images::set_thumbnail(tx, &image_id, status, failure).await? {
                return Ok(());
            }
            // It was deleted while the thumbnail was made, and nobody will ask for that.
            give_up_files(tx, &self.0, &[image_id], now).await
        })
    }
}

impl MakeThumbnail {
    async fn make(&self, run: &JobRun) -> Result<Value, JobError> {
        let payload: Payload = run
            .payload()
            .map_err(|error| JobError::fail(FailureCode::Internal.as_str(), error.to_string()))?;
        let image: Option<ReferenceImage> = self
            .0
            .db
            .read(payload.image_id, |tx, id| {
                Box::pin(images::lookup_image(tx, id))
            })
            .await
            .map_err(JobError::from)?;
        let image = image.ok_or_else(|| JobError::Discard("the image is gone".to_owned()))?;
        let blobs = &self.0.blobs;
        let original = BlobKey::reference_image(&image.id, image.format);
        let file = blobs.materialise(&original).await.map_err(from_blob)?;
        let file =
            file.ok_or_else(|| JobError::fail(UNREADABLE, "The file of the picture is missing."))?;
        let pool = &self.0.images.pool;
        let thumbnail = pool.make_thumbnail(file.path().to_owned()).await;
        let thumbnail = thumbnail.map_err(|error| from_image(&error))?;
        let stage = blobs.stage().await.map_err(from_blob)?;
        let path = stage_thumbnail(stage.path(), &thumbnail)
            .await
            .map_err(|error| from_stage(&error))?;
        let key = BlobKey::image_thumbnail(&image.id);
        blobs.adopt(&key, &path).await.map_err(from_blob)?;
        Ok(json!({ "key": key.to_string() }))
    }
}

fn from_image(error: &ImageError) -> JobError {
    if error.is_files_fault() {
        return JobError::fail(UNREADABLE, format!("The picture cannot be used: {error}."));
    }
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "an attempt to make a thumbnail ended without one"
    );
    let message = "The thumbnail could not be made.";
    JobError::retry(FailureCode::Internal.as_str(), message)
}

fn from_stage(error: &AppError) -> JobError {
    if matches!(error, AppError::StorageFull) {
        let message = "There is no space left to store the thumbnail.";
        return JobError::retry(FailureCode::StorageFull.as_str(), message);
    }
    let message = "The thumbnail could not be stored.";
    JobError::retry(FailureCode::Internal.as_str(), message)
}
