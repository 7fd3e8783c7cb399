use std::time::Duration;

use axum::body::HttpBody as _;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Query, Request};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use http::header;
use http::request::Parts;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;
use utoipa::IntoParams;
use vita_app::{Caller, Idempotency, ImageUpload, ThumbnailWhen};

use super::caller::Creator;
use super::command::idempotency_key;
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// What a form may have besides the file itself: boundaries, names, other small fields.
const FORM_BYTES_MAX: u64 = 64 * 1024;

/// The name of the form's field that holds the file.
const FIELD: &str = "image";

/// How the thumbnail of an upload is made.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// Whether the thumbnail is made in a job, after the answer.
    #[serde(rename = "async")]
    #[param(value_type = Option<bool>)]
    is_async: Option<String>,
}

/// The file of an upload, written to where it can be kept from: the field `image` of a form, or the
/// body itself. Nothing of it is read for a stranger, and never more than a piece is in memory.
pub(crate) struct Upload {
    /// Who sends it, with the key under which the outcome is kept, if they sent one.
    pub(crate) caller: Caller,
    /// The file.
    pub(crate) file: ImageUpload,
    /// When its thumbnail is made.
    pub(crate) when: ThumbnailWhen,
}

impl FromRequest<ApiState> for Upload {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Creator(mut caller) = Creator::from_request_parts(&mut parts, state).await?;
        let key = idempotency_key(&parts.headers)?;
        let when = read_query(&parts)?;
        let max = state.app.image_bytes_max();
        let is_form = is_form(&parts)?;
        let room = if is_form { FORM_BYTES_MAX } else { 0 };
        if body.size_hint().lower() > max + room {
            return Err(too_large(max));
        }
        let file = state.app.begin_upload().await?;
        let mut receiver = Receiver::create(&file, state, max).await?;
        let receiving = async {
            if is_form {
                let request = Request::from_parts(parts.clone(), body);
                receive_form(request, state, &mut receiver, max + room).await
            } else {
                receiver
                    .receive(body.into_data_stream().map_err(broken))
                    .await
            }
        };
        let limit = state.config.upload_timeout;
        tokio::time::timeout(limit, receiving)
            .await
            .map_err(|_| too_slow(limit))??;
        let digest = receiver.finish().await?;
        caller.idempotency = key.map(|key| Idempotency {
            key,
            fingerprint: fingerprint(&parts, when, &digest),
        });
        Ok(Self { caller, file, when })
    }
}

fn read_query(parts: &Parts) -> Result<ThumbnailWhen, ApiError> {
    let wrong = || ApiError::invalid_field("async", "WRONG_TYPE", "must be `true` or `false`");
    let Query(query) = Query::<UploadQuery>::try_from_uri(&parts.uri).map_err(|_| wrong())?;
    match query.is_async.as_deref() {
        None | Some("false") => Ok(ThumbnailWhen::Now),
        Some("true") => Ok(ThumbnailWhen::Later),
        Some(_) => Err(wrong()),
    }
}

/// Whether the body is a form; else it is the file. What a client says of the file's type does not
/// matter, but a body that is meant as JSON or text is told so.
fn is_form(parts: &Parts) -> Result<bool, ApiError> {
    let given = parts.headers.get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok());
    let essence = given.unwrap_or_default().split(';').next();
    let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "multipart/form-data" => Ok(true),
        "" | "application/octet-stream" => Ok(false),
        image if image.starts_with("image/") => Ok(false),
        _ => {
            let detail = "send the picture as the field `image` of `multipart/form-data`, or as the \
                          body with a type such as `image/jpeg`";
            Err(ApiError::new(ErrorCode::UnsupportedMediaType, detail))
        }
    }
}

/// Receives the field `image`; other fields are passed over.
async fn receive_form(
    mut request: Request,
    state: &ApiState,
    receiver: &mut Receiver,
    body_max: u64,
) -> Result<(), ApiError> {
    DefaultBodyLimit::max(usize::try_from(body_max).unwrap_or(usize::MAX)).apply(&mut request);
    let malformed = |detail: String| ApiError::new(ErrorCode::BadRequest, detail);
    let mut form = Multipart::from_request(request, state)
        .await
        .map_err(|error| malformed(error.body_text()))?;
    let mut is_found = false;
    loop {
        let next = receiver.within_pause(form.next_field()).await?;
        let Some(field) = next.map_err(|error| from_form(&error, receiver.max))? else {
            break;
        };
        let is_image = field.name() == Some(FIELD);
        let max = receiver.max;
        let pieces = field.map_err(move |error| from_form(&error, max));
        if is_image && !is_found {
            is_found = true;
            receiver.receive(pieces).await?;
        } else {
            receiver.pass_over(pieces).await?;
        }
    }
    if is_found {
        return Ok(());
    }
    let detail = "send the picture in the field `image` of the form";
    Err(ApiError::invalid_field("/image", "REQUIRED", detail))
}

/// Writes a file while it comes, counts it and computes its digest.
struct Receiver {
    file: File,
    digest: Sha256,
    bytes: u64,
    max: u64,
    /// Longest time in which nothing comes.
    pause_max: Duration,
}

impl Receiver {
    async fn create(upload: &ImageUpload, state: &ApiState, max: u64) -> Result<Self, ApiError> {
        Ok(Self {
            file: File::create_new(upload.path()).await.map_err(from_disk)?,
            digest: Sha256::new(),
            bytes: 0,
            max,
            pause_max: state.config.body_timeout,
        })
    }

    async fn receive(
        &mut self,
        pieces: impl Stream<Item = Result<Bytes, ApiError>>,
    ) -> Result<(), ApiError> {
        let mut pieces = std::pin::pin!(pieces);
        while let Some(piece) = self.within_pause(pieces.next()).await? {
            let piece = piece?;
            self.bytes += piece.len() as u64;
            if self.bytes > self.max {
                return Err(too_large(self.max));
            }
            self.digest.update(&piece);
            self.file.write_all(&piece).await.map_err(from_disk)?;
        }
        Ok(())
    }

    async fn pass_over(
        &self,
        pieces: impl Stream<Item = Result<Bytes, ApiError>>,
    ) -> Result<(), ApiError> {
        let mut pieces = std::pin::pin!(pieces);
        while let Some(piece) = self.within_pause(pieces.next()).await? {
            piece?;
        }
        Ok(())
    }

    /// What `next` gives, unless the client falls silent.
    async fn within_pause<T>(&self, next: impl Future<Output = T>) -> Result<T, ApiError> {
        tokio::time::timeout_at(Instant::now() + self.pause_max, next)
            .await
            .map_err(|_| too_slow(self.pause_max))
    }

    /// The digest of the whole, once it is written.
    async fn finish(mut self) -> Result<[u8; 32], ApiError> {
        self.file.flush().await.map_err(from_disk)?;
        if self.bytes == 0 {
            return Err(ApiError::invalid_field(
                "/image",
                "EMPTY",
                "the file is empty",
            ));
        }
        Ok(self.digest.finalize().into())
    }
}

/// What makes two uploads the same: method, path, the picture, and when its thumbnail is made. The
/// form around it has another boundary every time.
fn fingerprint(parts: &Parts, when: ThumbnailWhen, digest: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update([0]);
    hash.update(parts.uri.path());
    hash.update([0, u8::from(when == ThumbnailWhen::Later)]);
    hash.update(digest);
    hash.finalize().into()
}

fn too_large(max: u64) -> ApiError {
    let detail = format!("a picture has at most {max} bytes");
    ApiError::new(ErrorCode::PayloadTooLarge, detail)
}

fn too_slow(limit: Duration) -> ApiError {
    let detail = format!("the picture did not arrive within {} s", limit.as_secs());
    ApiError::new(ErrorCode::RequestTimeout, detail)
}

fn broken(_: axum::Error) -> ApiError {
    ApiError::new(ErrorCode::BadRequest, "the body broke off")
}

fn from_form(error: &axum::extract::multipart::MultipartError, max: u64) -> ApiError {
    if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(max);
    }
    ApiError::new(
        ErrorCode::BadRequest,
        format!("the form cannot be read: {}", error.body_text()),
    )
}

fn from_disk(error: std::io::Error) -> ApiError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return vita_app::AppError::StorageFull.into();
    }
    ApiError::internal(error)
}
