//! Reference images: uploading them, their thumbnails, listing and deleting them.
//!
//! An upload loses nothing and leaves nothing, wherever the process dies:
//! 1. The bytes go into a stage, which the next start sweeps.
//! 2. One transaction reserves a place for the image: a row that nobody sees.
//! 3. The files are adopted under names that follow from the row.
//! 4. A second transaction makes the row seen, queues the job that makes the thumbnail, and keeps
//!    the outcome under the `Idempotency-Key`. Then the answer goes out.
//!
//! Rows that got no further than the second step are cleared away after an hour, with their files.

mod job;
mod manage;
mod upload;

use std::sync::Arc;

use tokio::sync::Semaphore;
use vita_media::image::{ImagePool, ImagePoolConfig};

pub use manage::ReferenceImageView;
pub use upload::{ImageUpload, ThumbnailWhen, UploadedImage};

pub(crate) use job::MakeThumbnail;
pub(crate) use upload::clear_unreceived;

/// Most uploads that are received at once; each may take a file of the largest size in the stage.
const UPLOADS_MAX: usize = 64;

/// What reference images may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImagesConfig {
    /// The threads that work on pictures.
    pub pool: ImagePoolConfig,
    /// Most images of one person; none in test mode.
    pub per_user_max: Option<i64>,
    /// Most bytes of the images of one person; none in test mode.
    pub bytes_per_user_max: Option<i64>,
}

impl Default for ImagesConfig {
    fn default() -> Self {
        Self {
            pool: ImagePoolConfig::default(),
            per_user_max: Some(500),
            bytes_per_user_max: Some(2 * 1024 * 1024 * 1024),
        }
    }
}

/// What the use cases of images share.
pub(crate) struct Images {
    pool: ImagePool,
    uploads: Arc<Semaphore>,
    config: ImagesConfig,
}

impl Images {
    pub(crate) fn new(config: ImagesConfig) -> std::io::Result<Self> {
        Ok(Self {
            pool: ImagePool::new(config.pool)?,
            uploads: Arc::new(Semaphore::new(UPLOADS_MAX)),
            config,
        })
    }
}
