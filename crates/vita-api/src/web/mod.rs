//! The web app: the files of `web/dist`, part of the program.
//!
//! Files whose name holds a digest of their content never change; the page that names them is
//! asked for every time. A copy that was compressed when the app was built goes to whoever can
//! read it. Addresses within the app, which only its page knows, get that page, but only when a
//! browser goes there: a script that asks for a wrong address is told so.

mod encoding;
mod files;
mod placeholder;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, header};

use crate::layer::RouteLabel;
use crate::{ApiError, ErrorCode};
use files::{WebFile, find_file};

const INDEX: &str = "index.html";

/// Addresses below these belong to programs, so a wrong one is a failure and not a page.
const OF_PROGRAMS: [&str; 6] = ["/api", "/ws", "/metrics", "/health", "/docs", "/debug"];

/// Addresses below this are pages for browsers and routes for programs, under the same names.
const OF_BOTH: &str = "/admin";

/// Answers everything that no route took.
pub(crate) async fn serve_web(request: Request) -> Response {
    let path = request.uri().path();
    let is_page = is_read(&request) && is_navigation(&request);
    if is_of_programs(path) || (is_below(path, OF_BOTH) && !is_page) {
        return ApiError::not_found("address").into_response();
    }
    let mut response = if is_read(&request) {
        serve_file(&request, path.trim_start_matches('/'))
    } else {
        not_allowed()
    };
    response.extensions_mut().insert(RouteLabel("web"));
    response
}

/// Lies around routes whose address is also a page's: a browser that goes there gets the page, and
/// its scripts ask the route.
pub(crate) async fn show_page_to_browsers(request: Request, next: Next) -> Response {
    if !is_below(request.uri().path(), OF_BOTH) {
        return next.run(request).await;
    }
    let mut response = if is_read(&request) && is_navigation(&request) {
        serve_web(request).await
    } else {
        next.run(request).await
    };
    let accept = HeaderValue::from_static("accept");
    response.headers_mut().append(header::VARY, accept);
    response
}

fn serve_file(request: &Request, name: &str) -> Response {
    let name = if name.is_empty() { INDEX } else { name };
    let accepted = encoding::accepted(request.headers());
    if let Some(file) = find_file(name, accepted) {
        return answer(file, request);
    }
    if !is_navigation(request) {
        return ApiError::not_found("file").into_response();
    }
    match find_file(INDEX, accepted) {
        Some(file) => answer(file, request),
        None => placeholder::page(),
    }
}

fn answer(file: WebFile, request: &Request) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH);
    let headers = [
        (header::ETAG, file.etag.clone()),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static(file.cache_control),
        ),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    if known.is_some_and(|known| known.as_bytes() == file.etag.as_bytes()) {
        return (http::StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let content_type = [(
        header::CONTENT_TYPE,
        HeaderValue::from_static(file.content_type),
    )];
    let mut response = (headers, content_type, file.bytes).into_response();
    if let Some(encoding) = file.encoding {
        let encoding = HeaderValue::from_static(encoding.as_str());
        response
            .headers_mut()
            .insert(header::CONTENT_ENCODING, encoding);
    }
    response
}

fn not_allowed() -> Response {
    let mut response = ApiError::new(
        ErrorCode::MethodNotAllowed,
        "this address is only read; the interface lies below /api",
    )
    .into_response();
    let allowed = HeaderValue::from_static("GET,HEAD");
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}

fn is_of_programs(path: &str) -> bool {
    OF_PROGRAMS.iter().any(|prefix| is_below(path, prefix))
}

fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_read(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

/// Whether a browser goes to the address, rather than a script asking for it.
fn is_navigation(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    accept
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
