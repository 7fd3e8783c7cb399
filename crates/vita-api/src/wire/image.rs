use serde::Serialize;
use utoipa::ToSchema;
use vita_app::{App, ReferenceImageView, UploadedImage};
use vita_model::{ImageFormat, ImageId, JobId, ThumbnailStatus, Timestamp};
use vita_store::Page;

use super::page::NextCursor;
use super::word::{ReferenceImageFormat, ThumbnailState};

/// The field of the form in which a picture comes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form, which is read piece by piece")]
pub(crate) struct UploadReferenceForm {
    /// The file: JPEG, PNG or WebP, at most 20 MiB and 64 megapixels.
    #[schema(value_type = String, format = Binary)]
    image: Vec<u8>,
}

/// A picture that was uploaded.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadReferenceOut {
    /// Always true.
    success: bool,
    /// For `referenceImages` of a request.
    #[schema(value_type = String)]
    image_key: ImageId,
    #[schema(value_type = ThumbnailState)]
    thumbnail_status: ThumbnailStatus,
    /// Where the thumbnail is or will be: WebP of 256 by 256 pixels. Works for an hour or two.
    thumbnail_url: String,
    /// The job that makes the thumbnail, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    job_id: Option<JobId>,
}

/// A reference image.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReferenceImageOut {
    /// For `referenceImages` of a request.
    #[schema(value_type = String)]
    image_key: ImageId,
    #[schema(value_type = ReferenceImageFormat)]
    format: ImageFormat,
    size_bytes: i64,
    /// Pixels, as it is to be seen.
    width: u32,
    height: u32,
    /// Where the file is, as it was uploaded; works for an hour or two.
    image_url: String,
    #[schema(value_type = ThumbnailState)]
    thumbnail_status: ThumbnailStatus,
    /// Works for an hour or two; null until there is one.
    #[schema(required)]
    thumbnail_url: Option<String>,
    /// Why there is no thumbnail, for people.
    #[schema(required)]
    error: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A page of reference images.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReferenceImagesOut {
    reference_images: Vec<ReferenceImageOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

impl UploadReferenceOut {
    pub(crate) fn new(app: &App, uploaded: UploadedImage) -> Self {
        Self {
            success: true,
            thumbnail_url: app.thumbnail_url(&uploaded.image_id),
            image_key: uploaded.image_id,
            thumbnail_status: uploaded.thumbnail,
            job_id: uploaded.job_id,
        }
    }
}

impl From<ReferenceImageView> for ReferenceImageOut {
    fn from(view: ReferenceImageView) -> Self {
        let image = view.image;
        Self {
            image_key: image.id,
            format: image.format,
            size_bytes: image.size_bytes,
            width: image.width,
            height: image.height,
            image_url: view.url,
            thumbnail_status: image.thumbnail,
            thumbnail_url: view.thumbnail_url,
            error: image.failure,
            created_at: image.created_at,
        }
    }
}

impl From<Page<ReferenceImageView>> for ReferenceImagesOut {
    fn from(page: Page<ReferenceImageView>) -> Self {
        Self {
            reference_images: page.items.into_iter().map(Into::into).collect(),
            next_cursor: page.next.into(),
        }
    }
}
