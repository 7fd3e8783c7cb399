use axum::extract::Request;
use http::Uri;
use http::uri::PathAndQuery;

const VERSIONED: &str = "/api/v1/";

/// Turns `/api/v1/…` into `/api/…`: both answer the same, and everything behind this knows one.
pub(crate) fn drop_version(mut request: Request) -> Request {
    if let Some(uri) = without_version(request.uri()) {
        *request.uri_mut() = uri;
    }
    request
}

fn without_version(uri: &Uri) -> Option<Uri> {
    let path_and_query = uri.path_and_query()?.as_str();
    let rest = path_and_query.strip_prefix(VERSIONED)?;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("/api/{rest}")).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_versioned_prefix_is_dropped() {
        let check = |uri: &str, expected: Option<&str>| {
            let found = without_version(&uri.parse().unwrap());
            assert_eq!(found.map(|uri| uri.to_string()).as_deref(), expected);
        };
        check("/api/v1/projects?limit=2", Some("/api/projects?limit=2"));
        check("http://x/api/v1/health", Some("http://x/api/health"));
        check("/api/v2/projects", None);
        check("/api/v1", None);
        check("/apiv1/api/v1/x", None);
    }
}
