//! Where an answer leads next, as browsers and Go's client read it. Pure.

use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE, COOKIE,
    LOCATION, REFERER, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::error::WireError;
use crate::target::Target;

/// The next request of a redirect.
#[derive(Debug)]
pub(crate) struct Next {
    pub(crate) method: Method,
    pub(crate) target: Target,
    pub(crate) keeps_body: bool,
}

/// Reads an answer; nothing when it leads nowhere.
pub(crate) fn next(
    status: StatusCode,
    headers: &HeaderMap,
    method: &Method,
    from: &Target,
) -> Option<Result<Next, WireError>> {
    let keeps_body = match status.as_u16() {
        301..=303 => false,
        307 | 308 => true,
        _ => return None,
    };
    let location = headers.get(LOCATION)?;
    let method = if keeps_body || *method == Method::HEAD {
        method.clone()
    } else {
        Method::GET
    };
    // Locations outside ASCII are against the rules and yet common.
    let location = String::from_utf8_lossy(location.as_bytes());
    Some(from.join(&location).map(|target| Next {
        method,
        target,
        keeps_body,
    }))
}

/// Takes from the headers what must not go along to the next hop, and tells it where from.
pub(crate) fn carry_headers(headers: &mut HeaderMap, from: &Target, next: &Next) {
    if !stays_within(&from.origin().host, &next.target.origin().host) {
        for name in [AUTHORIZATION, COOKIE, WWW_AUTHENTICATE] {
            headers.remove(name);
        }
    }
    if !next.keeps_body {
        for name in [
            CONTENT_TYPE,
            CONTENT_ENCODING,
            CONTENT_LANGUAGE,
            CONTENT_LOCATION,
        ] {
            headers.remove(name);
        }
    }
    let mut referer = from.url().clone();
    referer.set_fragment(None);
    // RFC 9110 §10.1.3: what was secret stays so.
    let told = next.target.origin().tls || !from.origin().tls;
    match HeaderValue::from_str(referer.as_str()) {
        Ok(value) if told => headers.insert(REFERER, value),
        _ => headers.remove(REFERER),
    };
}

/// The same host or one below it, as Go's client trusts.
fn stays_within(from: &str, to: &str) -> bool {
    from == to
        || to
            .strip_suffix(from)
            .is_some_and(|front| front.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, location: &str, method: &Method) -> Option<Next> {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location.parse().unwrap());
        let from = Target::parse("http://a.test/x").unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        next(status, &headers, method, &from).map(Result::unwrap)
    }

    #[test]
    fn methods_change_as_browsers_change_them() {
        for (status, method, becomes, keeps_body) in [
            (301, Method::POST, Method::GET, false),
            (302, Method::PUT, Method::GET, false),
            (303, Method::HEAD, Method::HEAD, false),
            (303, Method::DELETE, Method::GET, false),
            (307, Method::POST, Method::POST, true),
            (308, Method::PATCH, Method::PATCH, true),
        ] {
            let next = read(status, "/y", &method).unwrap();
            assert_eq!(
                (next.method, next.keeps_body),
                (becomes, keeps_body),
                "{status}"
            );
            assert_eq!(next.target.as_str(), "http://a.test/y");
        }
        assert!(read(304, "/y", &Method::GET).is_none());
        assert!(read(200, "/y", &Method::GET).is_none());
    }

    #[test]
    fn secrets_stay_with_the_host_that_they_are_for() {
        let carried = |to: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_static("secret"));
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            let from = Target::parse("https://a.test/x?y#z").unwrap();
            let next = Next {
                method: Method::GET,
                target: Target::parse(to).unwrap(),
                keeps_body: false,
            };
            carry_headers(&mut headers, &from, &next);
            assert!(!headers.contains_key(CONTENT_TYPE));
            (
                headers.contains_key(AUTHORIZATION),
                headers.get(REFERER).cloned(),
            )
        };
        assert!(carried("https://a.test/").0);
        assert!(carried("https://sub.a.test/").0);
        assert_eq!(
            carried("https://nota.test/"),
            (false, Some(HeaderValue::from_static("https://a.test/x?y")))
        );
        assert_eq!(carried("http://a.test/"), (true, None));
    }
}
