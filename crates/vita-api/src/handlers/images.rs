use axum::Json;
use axum::extract::State;
use vita_model::ImageId;

use crate::ApiError;
use crate::answer::{Created, NoContent};
use crate::extract::{ApiPath, Command, Creator, NoBody, PageQuery, Upload, UploadQuery};
use crate::state::ApiState;
use crate::wire::image::{ReferenceImagesOut, UploadReferenceForm, UploadReferenceOut};

/// Keeps a picture for models to begin from: the field `image` of a form, or the body itself.
#[utoipa::path(
    post,
    path = "/api/upload-reference",
    tag = "reference images",
    params(UploadQuery),
    request_body(content(
        (UploadReferenceForm = "multipart/form-data"),
        (Vec<u8> = "image/*"),
    )),
    responses((status = 201, body = UploadReferenceOut))
)]
pub(crate) async fn upload_reference(
    State(state): State<ApiState>,
    upload: Upload,
) -> Result<Created<Json<UploadReferenceOut>>, ApiError> {
    let Upload { caller, file, when } = upload;
    let uploaded = state.app.add_image(&caller, file, when).await?;
    Ok(Created(Json(UploadReferenceOut::new(&state.app, uploaded))))
}

/// The caller's reference images, latest first.
#[utoipa::path(
    get,
    path = "/api/reference-images",
    tag = "reference images",
    params(PageQuery),
    responses((status = 200, body = ReferenceImagesOut))
)]
pub(crate) async fn list_reference_images(
    State(state): State<ApiState>,
    Creator(caller): Creator,
    page: PageQuery,
) -> Result<Json<ReferenceImagesOut>, ApiError> {
    let page = state.app.list_images(&caller, &page.parse()?).await?;
    Ok(Json(page.into()))
}

/// Deletes a reference image with its files; clips that were made from it stay as they are.
#[utoipa::path(
    delete,
    path = "/api/reference-images/{id}",
    tag = "reference images",
    params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 409, description = "A generation that waits or runs begins from it"),
    )
)]
pub(crate) async fn delete_reference_image(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<ImageId>,
    command: Command<NoBody>,
) -> Result<NoContent, ApiError> {
    state.app.delete_image(&command.caller, &id).await?;
    Ok(NoContent)
}
