use std::time::{Duration, Instant};

use axum::response::{IntoResponse, Response};
use axum::{Json, body::Body};
use http::{HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::seldom::Seldom;
use super::{ApiError, ErrorCode};

/// The media type of failures (RFC 9457).
const PROBLEM_JSON: &str = "application/problem+json";

/// Where the codes are described.
const TYPE_BASE: &str = "/docs/problems#";

/// Requests that were refused for lack of capacity.
static OVERLOADS: Seldom = Seldom::new(Duration::from_secs(1));

/// A failure, as `application/problem+json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Where the code is described.
    #[serde(rename = "type")]
    #[schema(example = "/docs/problems#NOT_FOUND")]
    pub kind: String,
    /// What the code means; the same for every occurrence.
    #[schema(example = "There is no such thing")]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 404)]
    pub status: u16,
    /// What happened, for people.
    #[schema(example = "there is no such project")]
    pub detail: String,
    /// The stable word to act on.
    #[schema(example = "NOT_FOUND")]
    pub code: &'static str,
    /// The request's id, also in the header `X-Request-Id` and in the server's log.
    pub request_id: String,
    /// The fields that must change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
}

/// Something wrong with one field of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// A JSON Pointer (RFC 6901) into the body, or the name of a query parameter or header.
    #[schema(example = "/title")]
    pub pointer: String,
    /// A stable word.
    #[schema(example = "TOO_LONG")]
    pub code: &'static str,
    /// What to change, for people.
    pub detail: String,
}

impl FieldProblem {
    /// Something wrong with the field at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }
}

/// Gives a failed response the body that every failure has, and logs it if it is ours to mend. The
/// response's other headers stay.
pub(crate) fn render_failure(response: Response, request_id: &str) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let error = parts.extensions.remove::<ApiError>().unwrap_or_else(|| {
        let code = ErrorCode::of_status(status);
        ApiError::new(code, code.spec().title.to_lowercase())
    });
    log_failure(&error, request_id);
    let spec = error.code.spec();
    let problem = Problem {
        kind: format!("{TYPE_BASE}{}", spec.word),
        title: spec.title,
        status: status.as_u16(),
        detail: error.detail,
        code: spec.word,
        request_id: request_id.to_owned(),
        errors: error.fields,
    };
    let body = Json(problem).into_response().into_body();
    for stale in [
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::ETAG,
    ] {
        parts.headers.remove(stale);
    }
    let problem_json = HeaderValue::from_static(PROBLEM_JSON);
    parts.headers.insert(header::CONTENT_TYPE, problem_json);
    let no_store = HeaderValue::from_static("no-store");
    parts.headers.insert(header::CACHE_CONTROL, no_store);
    Response::from_parts(parts, Body::new(body))
}

/// The one place where a failure is logged, with the whole chain of its causes.
fn log_failure(error: &ApiError, request_id: &str) {
    let code = error.code.as_str();
    if !error.code.status().is_server_error() {
        tracing::debug!(request.id = request_id, code, "refused a request");
        return;
    }
    let mut causes = String::new();
    let mut next = error
        .source
        .as_deref()
        .map(|source| source as &dyn std::error::Error);
    while let Some(cause) = next {
        if !causes.is_empty() {
            causes.push_str(": ");
        }
        causes.push_str(&cause.to_string());
        next = cause.source();
    }
    if error.code == ErrorCode::Overloaded {
        if let Some(count) = OVERLOADS.note(Instant::now()) {
            tracing::warn!(
                request.id = request_id,
                code,
                causes,
                count,
                "refused requests for lack of capacity"
            );
        }
    } else {
        tracing::error!(request.id = request_id, code, causes, "failed a request");
    }
}
