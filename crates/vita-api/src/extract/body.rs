use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http::{HeaderMap, header};
use http_body_util::BodyExt as _;

use crate::guard::Admission;
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// Reads a body to its end. One that says it is too large is refused before a byte of it is read,
/// one that turns out to be while it is read, and one that comes too slowly after the time-out.
pub(super) async fn read_body(
    state: &ApiState,
    parts: &Parts,
    body: Body,
) -> Result<Bytes, ApiError> {
    let bytes_max = state.config.json_bytes_max;
    if announced_length(&parts.headers).is_some_and(|length| length > bytes_max as u64) {
        return Err(too_large(bytes_max));
    }
    let timeout = state.config.body_timeout;
    let read = tokio::time::timeout(timeout, collect(body, bytes_max));
    let read = match parts.extensions.get::<Admission>() {
        None => read.await,
        Some(admission) => admission.wait_outside(read).await?,
    };
    read.map_err(|_| {
        let detail = format!("the body did not arrive within {} s", timeout.as_secs());
        ApiError::new(ErrorCode::RequestTimeout, detail)
    })?
}

fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

async fn collect(mut body: Body, bytes_max: usize) -> Result<Bytes, ApiError> {
    let mut collected = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let broken = |_| ApiError::new(ErrorCode::BadRequest, "the body broke off");
        let Ok(data) = frame.map_err(broken)?.into_data() else {
            continue;
        };
        if collected.len() + data.len() > bytes_max {
            return Err(too_large(bytes_max));
        }
        collected.extend_from_slice(&data);
    }
    Ok(collected.freeze())
}

fn too_large(bytes_max: usize) -> ApiError {
    let detail = format!("a JSON body has at most {bytes_max} bytes");
    ApiError::new(ErrorCode::PayloadTooLarge, detail)
}
