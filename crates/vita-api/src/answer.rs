//! Answers whose status stands in the handler's return type.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::ApiError;

/// Bytes of the digest in an `ETag`: 64 bits tell two states of one object apart.
const DIGEST_BYTES: usize = 8;

/// 201: it is there now.
pub(crate) struct Created<T>(pub(crate) T);

/// 202: it will be done, and nothing loses it any more.
pub(crate) struct Accepted<T>(pub(crate) T);

/// 204: done, and there is nothing to say.
pub(crate) struct NoContent;

/// An object with its `ETag`.
///
/// The tag is `"<version>-<digest>"`. The version counts what the owner changed, and `If-Match`
/// compares it alone; the digest is of the whole body, so that `If-None-Match` notices everything.
pub(crate) struct Tagged<T> {
    /// Counts what the owner changed.
    pub(crate) version: i64,
    /// The object.
    pub(crate) value: T,
}

impl<T: IntoResponse> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        with_status(StatusCode::CREATED, self.0)
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        with_status(StatusCode::ACCEPTED, Json(self.0))
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let body = match serde_json::to_vec(&self.value) {
            Ok(body) => body,
            Err(error) => return ApiError::internal(error).into_response(),
        };
        let tag = tag(self.version, &body);
        let json = HeaderValue::from_static("application/json");
        let headers = [
            (header::CONTENT_TYPE, json),
            (header::ETAG, tag),
            // Kept only to be asked about again: it is somebody's, and it changes.
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            ),
        ];
        (headers, body).into_response()
    }
}

/// Keeps a failure's own status.
fn with_status(status: StatusCode, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

fn tag(version: i64, body: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(body);
    let digest = digest.iter().take(DIGEST_BYTES);
    let digest = digest.fold(0_u64, |all, &byte| (all << 8) | u64::from(byte));
    HeaderValue::from_str(&format!("\"{version}-{digest:016x}\""))
        .expect("digits, letters and quotes can stand in a header")
}

/// The version in a tag of ours; nothing for another.
pub(crate) fn version_of_tag(tag: &str) -> Option<i64> {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    let (version, _) = inner.split_once('-')?;
    version.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_version() {
        let tag = tag(12, b"{}");
        assert_eq!(version_of_tag(tag.to_str().unwrap()), Some(12));
        assert_eq!(version_of_tag("W/\"3-abc\""), Some(3));
        for bad in ["", "\"\"", "12-a", "\"x-a\"", "\"12\"", "*"] {
            assert_eq!(version_of_tag(bad), None, "{bad}");
        }
    }
}
