use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, header};

/// Answers 304 to a reader who has the object already, told by `If-None-Match`.
pub(crate) async fn answer_not_modified(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let Some(known) = known.filter(|_| is_read && response.status() == StatusCode::OK) else {
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
