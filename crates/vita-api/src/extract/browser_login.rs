//! The login of a browser: its refresh token lives in a cookie that no script can read.
//!
//! - The cookie goes to `/api/auth` and `/api/v1/auth` and to nothing else. A cookie has one path, so
//!   there are two of the same name, which are always written together and hold the same token; of
//!   each request exactly one of them fits.
//! - Other sites cannot use it: `SameSite=Strict` keeps the browser from sending it with their
//!   requests, and a page whose `Origin` is not this installation's is refused besides, as sites of
//!   the same domain count as the same site.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{AppendHeaders, IntoResponseParts};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};

use super::RequestOrigin;
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// The cookie's name.
const NAME: &str = "vitascope_refresh";

/// Where the cookies go.
const PATHS: [&str; 2] = ["/api/auth", "/api/v1/auth"];

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a request says about the browser that it comes from.
pub(crate) struct BrowserLogin {
    token: Option<String>,
    /// Whether the cookie may only travel encrypted.
    is_secure: bool,
    /// Whether the request can come from a page of this installation, or from no page at all.
    is_own_page: bool,
}

impl FromRequestParts<ApiState> for BrowserLogin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let own = RequestOrigin::from_request_parts(parts, state).await?;
        let is_local = own.authority.as_deref().is_some_and(is_loopback);
        Ok(Self {
            token: find_token(parts),
            is_secure: own.is_https || !is_local,
            is_own_page: is_own_page(&parts.headers, own.authority.as_deref()),
        })
    }
}

impl BrowserLogin {
    /// The refresh token that the browser keeps.
    ///
    /// # Errors
    /// `FORBIDDEN` for the page of another site.
    pub(crate) fn token(&self) -> Result<Option<&str>, ApiError> {
        if self.token.is_some() {
            self.check_page()?;
        }
        Ok(self.token.as_deref())
    }

    /// Refuses the page of another site.
    pub(crate) fn check_page(&self) -> Result<(), ApiError> {
        if self.is_own_page {
            return Ok(());
        }
        let detail = "pages of other sites may not use a login that is kept in a cookie";
        Err(ApiError::new(ErrorCode::Forbidden, detail))
    }

    /// Has the browser keep this token for so many seconds.
    pub(crate) fn keep(&self, token: &str, seconds: u64) -> impl IntoResponseParts + use<> {
        let life = Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
        self.cookies(token, life)
    }

    /// Has the browser forget its token.
    pub(crate) fn forget(&self) -> impl IntoResponseParts + use<> {
        self.cookies("", Duration::ZERO)
    }

    fn cookies(&self, token: &str, life: Duration) -> AppendHeaders<[(HeaderName, String); 2]> {
        AppendHeaders(PATHS.map(|path| {
            let cookie = Cookie::build((NAME, token))
                .path(path)
                .http_only(true)
                .same_site(SameSite::Strict)
                .secure(self.is_secure)
                .max_age(life);
            (header::SET_COOKIE, cookie.build().to_string())
        }))
    }
}

fn find_token(parts: &Parts) -> Option<String> {
    let headers = parts.headers.get_all(header::COOKIE).into_iter();
    let texts = headers.filter_map(|value| value.to_str().ok());
    let mut cookies = texts.flat_map(|text| Cookie::split_parse(text.to_owned()).flatten());
    let found = cookies.find(|cookie| cookie.name() == NAME)?;
    let token = found.value();
    (!token.is_empty()).then(|| token.to_owned())
}

/// Browsers say where a page that posts comes from; programs do not. The scheme is not compared: a
/// proxy that is not trusted may speak TLS to the page.
fn is_own_page(headers: &HeaderMap, own_authority: Option<&str>) -> bool {
    let text = |name: &HeaderName| Some(headers.get(name)?.to_str().unwrap_or_default());
    if let Some(origin) = text(&header::ORIGIN) {
        let hosts = [text(&header::HOST), own_authority];
        return hosts
            .into_iter()
            .flatten()
            .any(|host| authority(origin) == host);
    }
    text(&SEC_FETCH_SITE).is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// Host and port of an address such as `https://clips.example.com/`.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

fn is_loopback(host: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let address = name.parse::<std::net::IpAddr>();
    name == "localhost"
        || name.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::builder().uri("/api/auth/refresh");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_host_is_loopback_by_name_or_address() {
        for host in [
            "localhost",
            "localhost:3000",
            "127.0.0.1:80",
            "127.9.9.9",
            "[::1]:3000",
            "app.localhost",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "127.0.0.1.example.com",
            "10.0.0.1:3000",
            "[::2]",
            "localhost.evil",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let found = |cookie: &str| find_token(&parts(&[("cookie", cookie)]));
        assert_eq!(
            found("a=b; vitascope_refresh=vsr_x; c").as_deref(),
            Some("vsr_x")
        );
        for none in [
            "",
            "vitascope_refresh=",
            "xvitascope_refresh=y",
            ";;=;",
            "vitascope_refresh",
        ] {
            assert_eq!(found(none), None, "{none}");
        }
    }

    #[test]
    fn only_own_pages_and_programs_may_use_it() {
        let host = ("host", "clips.example.com");
        let check = |headers: &[(&str, &str)]| {
            let headers: Vec<_> = headers.iter().copied().chain([host]).collect();
            is_own_page(&parts(&headers).headers, Some("video.example.com"))
        };
        assert!(check(&[]));
        assert!(check(&[("origin", "https://clips.example.com")]));
        assert!(check(&[("origin", "https://video.example.com")]));
        assert!(check(&[("sec-fetch-site", "same-origin")]));
        for origin in [
            "https://evil.example",
            "https://evil.example.com",
            "null",
            "",
            "https://clips.example.com.evil.example",
        ] {
            assert!(!check(&[("origin", origin)]), "{origin}");
        }
        for site in ["cross-site", "same-site"] {
            assert!(!check(&[("sec-fetch-site", site)]), "{site}");
        }
    }
}
