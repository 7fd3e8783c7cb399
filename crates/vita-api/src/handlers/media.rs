use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, Query, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use vita_blob::{BlobError, BlobKey, BlobOwner, ByteRange, OpenBlob, Unsatisfiable};

use crate::extract::{Authenticated, MediaQuery};
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// A stored file or a part of it. Whoever has a signed address may read it, else its owner.
#[utoipa::path(
    get,
    path = "/api/media/{*key}",
    tag = "media",
    params(("key" = String, Path), MediaQuery),
    responses(
        (status = 200, content_type = "video/mp4", body = Vec<u8>),
        (status = 206, content_type = "video/mp4", body = Vec<u8>),
        (status = 304),
        (status = 416, description = "The range lies outside the file"),
    )
)]
pub(crate) async fn read_media(
    State(state): State<ApiState>,
    key: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, ApiError> {
    let not_found = || ApiError::not_found("file");
    let Path(key) = key.map_err(|_| not_found())?;
    let key = BlobKey::parse(&key).map_err(|_| not_found())?;
    let (mut parts, _) = request.into_parts();
    let query = Query::<MediaQuery>::try_from_uri(&parts.uri);
    let Query(signature) = query.unwrap_or_default();
    let is_signed = match (&signature.exp, &signature.sig) {
        (Some(exp), Some(sig)) => state.app.opens(&key, exp, sig),
        _ => false,
    };
    if !is_signed {
        let caller = Authenticated::from_request_parts(&mut parts, &state).await?;
        check_owner(&state, caller, &key).await?;
    }
    let opened = state.app.blobs().open(&key).await.map_err(failure)?;
    answer(&key, opened.ok_or_else(not_found)?, &parts.headers)
}

/// What belongs to somebody else is not found.
async fn check_owner(
    state: &ApiState,
    Authenticated(caller): Authenticated,
    key: &BlobKey,
) -> Result<(), ApiError> {
    match key.owner_part() {
        BlobOwner::Generation(id) => drop(state.app.find_generation(&caller, &id).await?),
        BlobOwner::Export(id) => drop(state.app.find_job(&caller, &id).await?),
        BlobOwner::Image(id) => drop(state.app.find_image(&caller, &id).await?),
    }
    Ok(())
}

fn answer(key: &BlobKey, blob: OpenBlob, request: &HeaderMap) -> Result<Response, ApiError> {
    let meta = blob.meta().clone();
    let etag = HeaderValue::from_str(meta.etag.as_str()).map_err(ApiError::internal)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, etag);
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(key.cache_control()),
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if text(request, &header::IF_NONE_MATCH)
        .is_some_and(|tags| meta.etag.matches_if_none_match(tags))
    {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let fits = text(request, &header::IF_RANGE).is_none_or(|tag| meta.etag.matches_if_range(tag));
    let range = text(request, &header::RANGE).filter(|_| fits);
    let part = match range
        .map(|range| ByteRange::parse(range, meta.size))
        .transpose()
    {
        Ok(part) => part.flatten(),
        Err(outside) => return Ok(not_satisfiable(outside)),
    };
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(key.content_type()),
    );
    let length = part.map_or(meta.size, ByteRange::len);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    let status = match part {
        None => StatusCode::OK,
        Some(part) => {
            let range = HeaderValue::from_str(&part.content_range(meta.size));
            headers.insert(header::CONTENT_RANGE, range.map_err(ApiError::internal)?);
            StatusCode::PARTIAL_CONTENT
        }
    };
    let body = Body::from_stream(blob.into_stream(part));
    Ok((status, headers, body).into_response())
}

fn not_satisfiable(outside: Unsatisfiable) -> Response {
    let error = ApiError::new(ErrorCode::RangeNotSatisfiable, outside.to_string());
    let mut response = error.into_response();
    if let Ok(range) = HeaderValue::from_str(&outside.content_range()) {
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    response
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn failure(error: BlobError) -> ApiError {
    match error {
        BlobError::Busy => {
            let detail = "too many files are being read; try again";
            let retry_after = std::time::Duration::from_secs(1);
            ApiError::new(ErrorCode::Overloaded, detail).with_retry_after(retry_after)
        }
        other => ApiError::internal(other),
    }
}
