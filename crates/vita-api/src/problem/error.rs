use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use super::{ErrorCode, FieldProblem};

/// When to try again what is refused only for now, where nobody knows better.
const RETRY_AFTER_DEFAULT: Duration = Duration::from_secs(1);

/// Why a request was not done.
#[derive(Clone, Debug)]
pub struct ApiError {
    pub(super) code: ErrorCode,
    pub(super) detail: String,
    pub(super) fields: Vec<FieldProblem>,
    pub(super) retry_after: Option<Duration>,
    /// For the log; never for the client.
    pub(super) source: Option<Arc<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// A failure with a detail for people: lower case, no full stop.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            fields: Vec::new(),
            retry_after: None,
            source: None,
        }
    }

    /// There is no such thing, or it is somebody else's.
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("there is no such {what}"))
    }

    /// Fields of the request must change.
    pub fn invalid(fields: Vec<FieldProblem>) -> Self {
        let detail = match fields.as_slice() {
            [only] => format!("`{}`: {}", only.pointer, only.detail),
            several => format!("{} fields cannot be accepted", several.len()),
        };
        Self {
            fields,
            ..Self::new(ErrorCode::ValidationFailed, detail)
        }
    }

    /// One field of the request must change.
    pub fn invalid_field(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::invalid(vec![FieldProblem::new(pointer, code, detail)])
    }

    /// A fault of Vitascope itself; the cause goes to the log.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let detail = "something failed on the server; the log has it under this request id";
        Self {
            source: Some(Arc::from(cause.into())),
            ..Self::new(ErrorCode::Internal, detail)
        }
    }

    /// The same failure, which may be over after `retry_after`.
    pub fn with_retry_after(mut self, retry_after: Duration) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// The stable word.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The fields that must change.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.fields
    }

    /// What happened, for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        let headers = response.headers_mut();
        let passes = matches!(self.code, ErrorCode::Overloaded | ErrorCode::RateLimited);
        let retry_after = self.retry_after.or(passes.then_some(RETRY_AFTER_DEFAULT));
        if let Some(retry_after) = retry_after {
            // A client that comes back within the same second comes back too early.
            let secs = retry_after.as_secs_f64().ceil().max(1.0) as u64;
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        if self.code.status() == http::StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}
