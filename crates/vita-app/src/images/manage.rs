use vita_blob::BlobKey;
use vita_db::{Param, ToParam};
use vita_model::{ImageId, ThumbnailStatus, UserId};
use vita_store::Page;
use vita_store::images::{self, FIND_IMAGE, ReferenceImage, read_image};

use super::upload::give_up_files;
use crate::projects::Done;
use crate::{App, AppError, Caller, PageIn};

/// An image with addresses that work now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceImageView {
    /// The image.
    pub image: ReferenceImage,
    /// Where its file is, for a while.
    pub url: String,
    /// Where its thumbnail is, for a while, once it is there.
    pub thumbnail_url: Option<String>,
}

impl App {
    /// The caller's image.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn find_image(
        &self,
        caller: &Caller,
        id: &ImageId,
    ) -> Result<ReferenceImage, AppError> {
        let key = (caller.user.clone(), id.clone());
        let found = self
            .0
            .db
            .read_point(FIND_IMAGE, key, key_params, read_image)
            .await?;
        found.ok_or(AppError::NotFound("reference image"))
    }

    /// The caller's images, latest first.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn list_images(
        &self,
        caller: &Caller,
        page: &PageIn,
    ) -> Result<Page<ReferenceImageView>, AppError> {
        let place = page.parse()?;
        let page = self
            .query(caller, place, |tx, query| {
                Box::pin(async move {
                    let (size, after) = &query.args;
                    let owner = query.owner();
                    Ok(images::list_images(tx, owner, *size, after.as_ref()).await?)
                })
            })
            .await?;
        Ok(page.map(|image| self.view_image(image)))
    }

    /// Deletes an image with its files. Clips that were made from it stay as they are.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] while a generation that waits or runs begins
    /// from it.
    pub async fn delete_image(&self, caller: &Caller, id: &ImageId) -> Result<(), AppError> {
        self.command(caller, id.clone(), |tx, command| {
            Box::pin(async move {
                let (owner, id, now) = (command.owner(), &command.args, command.now);
                let found = images::find_image(tx, owner, id).await?;
                let image = found.ok_or(AppError::NotFound("reference image"))?;
                if images::is_in_use(tx, owner, id).await? {
                    let message = "a generation that waits or runs begins from it; \
                                   cancel that one first, or wait";
                    return Err(AppError::Conflict(message.to_owned()));
                }
                images::delete_image(tx, owner, id).await?;
                if let Some(job) = &image.thumbnail_job {
                    vita_jobs::request_cancel(tx, job, now).await?;
                }
                give_up_files(tx, &command.app, std::slice::from_ref(id), now).await?;
                Ok(Done)
            })
        })
        .await
        .map(|Done| ())
    }

    /// Where the thumbnail of an image is, for a while; while it is being made, where it will be.
    pub fn thumbnail_url(&self, id: &ImageId) -> String {
        self.0.media_url(&BlobKey::image_thumbnail(id))
    }

    fn view_image(&self, image: ReferenceImage) -> ReferenceImageView {
        let is_ready = image.thumbnail == ThumbnailStatus::Ready;
        ReferenceImageView {
            url: self
                .0
                .media_url(&BlobKey::reference_image(&image.id, image.format)),
            thumbnail_url: is_ready.then(|| self.thumbnail_url(&image.id)),
            image,
        }
    }
}

fn key_params((owner, id): &(UserId, ImageId)) -> Vec<Param<'_>> {
    vec![owner.to_param(), id.to_param()]
}
