use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// What a reader has already, told by `If-None-Match`.
pub(super) struct Known(Option<HeaderValue>);

impl Known {
    pub(super) fn of(request: &Request) -> Self {
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let known = request.headers().get(header::IF_NONE_MATCH);
        Self(known.filter(|_| is_read).cloned())
    }

    /// Answers 304 where the answer is what is known.
    pub(super) fn apply(self, response: Response) -> Response {
        let Some(known) = self.0.filter(|_| response.status() == StatusCode::OK) else {
            return response;
        };
        if !is_known(response.headers(), known.as_bytes()) {
            return response;
        }
        let (mut parts, _) = response.into_parts();
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        Response::from_parts(parts, Body::empty())
    }
}

/// Compared weakly, as RFC 9110 §13.1.2 wants.
fn is_known(headers: &HeaderMap, known: &[u8]) -> bool {
    let (Some(tag), Ok(known)) = (headers.get(header::ETAG), std::str::from_utf8(known)) else {
        return false;
    };
    let tag = tag.as_bytes();
    known
        .split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one).as_bytes() == tag)
}
