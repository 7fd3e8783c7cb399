use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");

/// What the pages of the web app may load: their own files, clips, and previews that they make
/// themselves. Nothing may frame them, and nothing runs that did not come as a file from here.
const PAGE_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
     style-src 'self'; script-src 'self'; connect-src 'self' ws: wss:; object-src 'none'; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The same for the page that shows the interface, which writes styles into its elements.
const DOCS_POLICY: &str = "default-src 'self'; img-src 'self' data:; style-src 'self' \
     'unsafe-inline'; script-src 'self'; connect-src 'self'; object-src 'none'; frame-ancestors \
     'none'; base-uri 'none'; form-action 'self'";

/// Adds what keeps a browser from being turned against its user. A header that is there stays.
pub(super) fn add_security_headers(headers: &mut HeaderMap) {
    let rules = [
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    ];
    for (name, value) in rules {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

/// Sets the looser policy of the documentation's pages.
pub(crate) async fn with_docs_security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = HeaderValue::from_static(DOCS_POLICY);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
