use http::{HeaderMap, header};

use crate::extract::RequestOrigin;
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// Lets a page open a socket only when it comes from here or from a site that is named in the
/// configuration: browsers do not ask before they open one, and a page may hold a token that it
/// should not have. Programs send no `Origin`.
pub(crate) fn check_origin(
    state: &ApiState,
    own: &RequestOrigin,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    // The scheme is not compared: a proxy that is not trusted may speak TLS to the page.
    let hosts = [host, own.authority.as_deref()];
    let config = &state.config;
    let is_named = config.cors_origins.iter().chain(&config.public_url);
    let mut named = is_named.map(|url| url.trim_end_matches('/'));
    if hosts
        .iter()
        .flatten()
        .any(|host| authority(origin) == Some(host))
        || named.any(|one| one == origin)
    {
        return Ok(());
    }
    let detail = "pages of this site may not open sockets here";
    Err(ApiError::new(ErrorCode::Forbidden, detail))
}

/// Host and port of an origin.
fn authority(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, authority)| authority)
}
