use std::convert::Infallible;
use std::fmt;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, header};

use super::client_addr::peer_of;
use crate::state::ApiState;

const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Where a client reached the installation, as its address bar shows it: the public URL where one is
/// set, else what a trusted proxy says, else the connection itself. It decides whether cookies can
/// be secure, and stands before paths in links that leave the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestOrigin {
    /// Whether the client speaks TLS, to us or to a proxy.
    pub(crate) is_https: bool,
    /// Host and port; none when a client of HTTP/1.0 did not say.
    pub(crate) authority: Option<String>,
}

impl FromRequestParts<ApiState> for RequestOrigin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        if let Some(origin) = state.config.public_url.as_deref().and_then(Self::of_url) {
            return Ok(origin);
        }
        let peer = peer_of(parts);
        let is_trusted = state
            .config
            .trusted_proxies
            .iter()
            .any(|one| one.contains(peer));
        Ok(Self::of_parts(parts, is_trusted))
    }
}

impl RequestOrigin {
    fn of_url(url: &str) -> Option<Self> {
        let (scheme, authority) = url.trim_end_matches('/').split_once("://")?;
        Some(Self {
            is_https: scheme.eq_ignore_ascii_case("https"),
            authority: Some(authority.to_owned()),
        })
    }

    fn of_parts(parts: &Parts, is_proxy_trusted: bool) -> Self {
        let believed = |name| last_of(&parts.headers, name).filter(|_| is_proxy_trusted);
        let forwarded = believed(X_FORWARDED_HOST).filter(|host| is_host(host));
        let host = forwarded.or_else(|| last_of(&parts.headers, header::HOST));
        // A request of HTTP/2 has its host beside the headers.
        let host = host.or_else(|| parts.uri.authority().map(Authority::as_str));
        Self {
            is_https: believed(X_FORWARDED_PROTO)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")),
            authority: host.filter(|host| is_host(host)).map(str::to_owned),
        }
    }
}

impl fmt::Display for RequestOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        let authority = self.authority.as_deref().unwrap_or("localhost");
        write!(f, "{scheme}://{authority}")
    }
}

/// What the nearest proxy said: each appends to what it was sent, if it does not replace it.
fn last_of(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let last = headers.get_all(name).into_iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next().map(str::trim)
}

/// A host with or without a port, and nothing that would make another address of it.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text
            .parse::<Authority>()
            .is_ok_and(|host| !host.as_str().contains('@') && !host.host().is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn origin(headers: &[(&'static str, &str)], is_proxy_trusted: bool) -> String {
        let mut request = http::Request::builder().uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        RequestOrigin::of_parts(&parts, is_proxy_trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_says_what_the_client_sees() {
        let headers = [
            ("host", "inner:3000"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "clips.example.com"),
        ];
        assert_eq!(origin(&headers, true), "https://clips.example.com");
        assert_eq!(origin(&headers, false), "http://inner:3000");
    }

    #[test]
    fn the_nearest_proxy_has_the_last_word_and_nonsense_counts_for_nothing() {
        let proto = |proto| origin(&[("host", "a"), ("x-forwarded-proto", proto)], true);
        assert_eq!(proto("https, http"), "http://a");
        assert_eq!(proto("http,HTTPS"), "https://a");
        assert_eq!(proto("wss"), "http://a");
        for host in ["", " ", "a b", "user@evil", "a/b", "a?b", "http://a"] {
            let headers = [("host", "own:1"), ("x-forwarded-host", host)];
            assert_eq!(origin(&headers, true), "http://own:1", "{host:?}");
        }
        assert_eq!(
            origin(&[("host", "[2001:db8::1]:80")], false),
            "http://[2001:db8::1]:80"
        );
        assert_eq!(origin(&[("host", "a/../b")], false), "http://localhost");
    }

    #[test]
    fn the_public_url_is_what_it_says() {
        let origin = RequestOrigin::of_url("https://clips.example.com:8443/").unwrap();
        assert!(origin.is_https);
        assert_eq!(origin.to_string(), "https://clips.example.com:8443");
    }

    proptest! {
        #[test]
        fn no_header_makes_more_than_a_host_of_it(host in "[ -~]{0,40}", proto in "[ -~]{0,12}") {
            let headers = [("x-forwarded-host", host.as_str()), ("x-forwarded-proto", &proto)];
            let origin = origin(&headers, true);
            let uri: http::Uri = origin.parse().unwrap();
            prop_assert!(matches!(uri.scheme_str(), Some("http" | "https")));
            prop_assert!(uri.path() == "/" && uri.query().is_none());
            prop_assert!(!origin.contains('@'));
        }
    }
}
