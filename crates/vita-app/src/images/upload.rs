use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;
use vita_blob::{BlobError, BlobKey, BlobPrefix, StageDir};
use vita_db::{DbError, Tx};
use vita_jobs::NewJob;
use vita_media::image::{ImageError, ImageFacts};
use vita_model::{ImageId, JobId, ThumbnailStatus, Timestamp};
use vita_store::images::{self, ReferenceImage};
use vita_store::{accounts, doomed_blobs};

use super::job::MAKE_THUMBNAIL;
use crate::app::Inner;
use crate::command::Command;
use crate::housekeeping::enqueue_blob_removal;
use crate::projects::Done;
use crate::queues::IMAGES;
use crate::{App, AppError, Caller};

/// When to come back when too much is being uploaded or worked on.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Most attempts to make a thumbnail in a job; what is wrong with a picture is not tried again.
const ATTEMPTS_MAX: u32 = 3;

/// How long an upload may take from the reservation to its end: many times what two fsyncs take.
const RECEIVING_MAX: Duration = Duration::from_hours(1);

/// Where the bytes of an upload go while they come. Dropped, they are gone.
pub struct ImageUpload {
    path: PathBuf,
    stage: StageDir,
    _place: OwnedSemaphorePermit,
}

impl ImageUpload {
    /// The file to write; it is not there yet.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// When the thumbnail of an upload is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThumbnailWhen {
    /// Before the answer.
    Now,
    /// In a job.
    Later,
}

/// An upload that was accepted: from now on nothing loses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedImage {
    /// The image.
    pub image_id: ImageId,
    /// How far its thumbnail is.
    pub thumbnail: ThumbnailStatus,
    /// The job that makes its thumbnail, where one does.
    pub job_id: Option<JobId>,
}

impl App {
    /// Makes room for the bytes of an upload.
    ///
    /// # Errors
    /// [`AppError::Overloaded`] when too many come at once, [`AppError::StorageFull`].
    pub async fn begin_upload(&self) -> Result<ImageUpload, AppError> {
        let place = Arc::clone(&self.0.images.uploads).try_acquire_owned();
        let place = place.map_err(|_| AppError::Overloaded {
            retry_after: RETRY_AFTER,
        })?;
        let stage = self.0.blobs.stage().await.map_err(from_blob)?;
        Ok(ImageUpload {
            path: stage.path().join("upload"),
            stage,
            _place: place,
        })
    }

    /// Most bytes that the file of an image may have.
    pub fn image_bytes_max(&self) -> u64 {
        self.0.images.pool.limits().bytes_max
    }

    /// Keeps an upload whose file is written.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `/image` for what is no picture or too large a one;
    /// [`AppError::Conflict`] when the owner's room is used up; [`AppError::Overloaded`].
    pub async fn add_image(
        &self,
        caller: &Caller,
        upload: ImageUpload,
        when: ThumbnailWhen,
    ) -> Result<UploadedImage, AppError> {
        // A request that is sent again is not worked on again.
        if let Some(kept) = self.find_kept_outcome(caller).await? {
            return Ok(kept);
        }
        let pool = &self.0.images.pool;
        let path = upload.path.clone();
        let facts = pool.inspect(path.clone()).await.map_err(from_image)?;
        let thumbnail = match when {
            ThumbnailWhen::Later => None,
            ThumbnailWhen::Now => {
                let made = pool.make_thumbnail(path).await.map_err(from_image)?;
                Some(stage_thumbnail(upload.stage.path(), &made).await?)
            }
        };
        let image = self.reserve(caller, &upload, facts, when).await?;
        let kept = self
            .store_files(caller, &image, &upload, thumbnail.as_deref())
            .await;
        let is_kept = kept.as_ref().is_ok_and(|kept| kept.image_id == image.id);
        if !is_kept {
            // Either it failed, or another request with the same key was first.
            self.discard(caller, &image.id).await;
        }
        kept
    }

    /// Writes the row that nobody sees yet, if the owner has room for it.
    async fn reserve(
        &self,
        caller: &Caller,
        upload: &ImageUpload,
        facts: ImageFacts,
        when: ThumbnailWhen,
    ) -> Result<ReferenceImage, AppError> {
        let size = tokio::fs::metadata(&upload.path).await;
        let now = self.0.now();
        let image = ReferenceImage {
            id: self.0.new_id(now),
            owner_id: caller.user.clone(),
            format: facts.format,
            size_bytes: size.map_err(AppError::internal)?.len() as i64,
            width: facts.size.width,
            height: facts.size.height,
            thumbnail: match when {
                ThumbnailWhen::Now => ThumbnailStatus::Ready,
                ThumbnailWhen::Later => ThumbnailStatus::Processing,
            },
            thumbnail_job: None,
            failure: None,
            created_at: now,
        };
        // The outcome that is kept is that of the second transaction.
        let nameless = Caller {
            idempotency: None,
            ..caller.clone()
        };
        self.command(&nameless, image.clone(), |tx, command| {
            Box::pin(async move {
                // Two uploads at once count one after the other.
                accounts::hold_user(tx, command.owner()).await?;
                check_room(tx, command).await?;
                images::add_image(tx, &command.args).await?;
                Ok(Done)
            })
        })
        .await?;
        Ok(image)
    }

    /// Adopts the files, and then lets the image be seen.
    async fn store_files(
        &self,
        caller: &Caller,
        image: &ReferenceImage,
        upload: &ImageUpload,
        thumbnail: Option<&Path>,
    ) -> Result<UploadedImage, AppError> {
        let blobs = &self.0.blobs;
        let original = BlobKey::reference_image(&image.id, image.format);
        blobs
            .adopt(&original, &upload.path)
            .await
            .map_err(from_blob)?;
        if let Some(thumbnail) = thumbnail {
            let key = BlobKey::image_thumbnail(&image.id);
            blobs.adopt(&key, thumbnail).await.map_err(from_blob)?;
        }
        self.command(caller, image.clone(), |tx, command| {
            Box::pin(receive(tx, command))
        })
        .await
    }

    /// Removes an image that was not kept. Should that fail, it is cleared away within the hour.
    async fn discard(&self, caller: &Caller, id: &ImageId) {
        let nameless = Caller {
            idempotency: None,
            ..caller.clone()
        };
        let discarded = self.command(&nameless, id.clone(), |tx, command| {
            Box::pin(async move {
                let (id, now) = (&command.args, command.now);
                let is_deleted = images::delete_unreceived(tx, command.owner(), id).await?;
                // Its account may be gone meanwhile, and the row with it.
                if is_deleted || images::lookup_image(tx, id).await?.is_none() {
                    give_up_files(tx, &command.app, std::slice::from_ref(id), now).await?;
                }
                Ok(Done)
            })
        });
        if let Err(error) = discarded.await {
            tracing::warn!(image.id = %id, %error, "left an image behind that was not kept");
        }
    }
}

/// Refuses what the owner has no room for.
async fn check_room(tx: &mut Tx, command: &Command<ReferenceImage>) -> Result<(), AppError> {
    let config = &command.app.images.config;
    let used = images::sum_usage(tx, command.owner()).await?;
    if config.per_user_max.is_some_and(|max| used.count >= max) {
        return Err(AppError::Conflict(format!(
            "you have {} reference images, the most that one account may have; delete some first",
            used.count
        )));
    }
    let bytes = used.bytes.saturating_add(command.args.size_bytes);
    if let Some(max) = config.bytes_per_user_max.filter(|max| bytes > *max) {
        return Err(AppError::Conflict(format!(
            "with it your reference images would have more than {} MiB, the most that one account \
             may have; delete some first",
            max >> 20
        )));
    }
    Ok(())
}

/// Lets an image be seen whose files are stored.
async fn receive(
    tx: &mut Tx,
    command: &Command<ReferenceImage>,
) -> Result<UploadedImage, AppError> {
    let image = &command.args;
    let job_id: Option<JobId> =
        (image.thumbnail == ThumbnailStatus::Processing).then(|| command.new_id());
    let owner = command.owner();
    if !images::mark_received(tx, owner, &image.id, job_id.as_ref()).await? {
        let gone = "the upload took so long that its place was cleared away";
        return Err(AppError::internal(gone));
    }
    if let Some(id) = &job_id {
        let job = NewJob {
            queue: IMAGES,
            kind: MAKE_THUMBNAIL,
            owner: Some(owner.clone()),
            concurrency_key: owner.to_string(),
            priority: 0,
            run_at: command.now,
            payload: json!({ "imageId": image.id }),
            attempts_max: ATTEMPTS_MAX,
        };
        vita_jobs::enqueue(tx, id, &job, command.now).await?;
    }
    Ok(UploadedImage {
        image_id: image.id.clone(),
        thumbnail: image.thumbnail,
        job_id,
    })
}

/// Clears away at most `batch` images whose upload never ended; answers how many there were.
pub(crate) async fn clear_unreceived(
    tx: &mut Tx,
    app: &Inner,
    now: Timestamp,
    batch: u32,
) -> Result<u64, DbError> {
    let before = now.minus(RECEIVING_MAX);
    let gone = images::delete_unreceived_before(tx, before, i64::from(batch)).await?;
    if !gone.is_empty() {
        give_up_files(tx, app, &gone, now).await?;
    }
    Ok(gone.len() as u64)
}

/// Has the files of images removed.
pub(super) async fn give_up_files(
    tx: &mut Tx,
    app: &Inner,
    ids: &[ImageId],
    now: Timestamp,
) -> Result<(), DbError> {
    let prefixes: Vec<String> = ids
        .iter()
        .map(|id| BlobPrefix::image(id).to_string())
        .collect();
    doomed_blobs::doom_prefixes(tx, &prefixes, now).await?;
    enqueue_blob_removal(tx, app, now).await
}

/// Writes a thumbnail beside the file that it was made of.
pub(super) async fn stage_thumbnail(folder: &Path, bytes: &[u8]) -> Result<PathBuf, AppError> {
    let path = folder.join("thumbnail.webp");
    match tokio::fs::write(&path, bytes).await {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == std::io::ErrorKind::StorageFull => Err(AppError::StorageFull),
        Err(error) => Err(AppError::internal(error)),
    }
}

fn from_blob(error: BlobError) -> AppError {
    match error {
        BlobError::Busy => AppError::Overloaded {
            retry_after: RETRY_AFTER,
        },
        error if error.is_storage_full() => AppError::StorageFull,
        error => AppError::internal(error),
    }
}

fn from_image(error: ImageError) -> AppError {
    let code = match &error {
        ImageError::Busy => {
            return AppError::Overloaded {
                retry_after: RETRY_AFTER,
            };
        }
        ImageError::Read(_) | ImageError::Stopped => return AppError::internal(error),
        ImageError::NotRead { .. } => "NOT_AN_IMAGE",
        ImageError::FileTooLarge { .. }
        | ImageError::TooManyPixels { .. }
        | ImageError::TooMuchMemory { .. } => "TOO_LARGE",
        ImageError::Unusual(_) => "NOT_SUPPORTED",
        ImageError::Broken(_) | ImageError::TookTooLong(_) => "BROKEN",
    };
    AppError::invalid("/image", code, error.to_string())
}
