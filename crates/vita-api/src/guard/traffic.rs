use axum::extract::{MatchedPath, Request};
use http::Method;

/// What a request is to the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Traffic {
    /// Health, metrics, documentation, the web app's files, and addresses that are none. They cost
    /// next to nothing and are needed when all else is refused: never counted, never shed.
    Free,
    /// What administrators do, and how the service is: counted, and never shed, as whoever mends an overload needs it.
    Operations,
    /// Stored files, of which a page shows dozens: counted by themselves, and bounded by the threads
    /// that read files, which refuse by themselves.
    Media,
    /// What hashes a password: counted, and bounded by the queue of the threads that hash, so that
    /// a storm of logins holds no place that others need.
    Passwords,
    /// Bodies of any length: counted, once more among the uploads, and not shed by places, which a
    /// slow line would hold for minutes.
    Uploads,
    /// Everything else: counted, and shed.
    Ordinary,
}

impl Traffic {
    /// What a request is, by the pattern of its route.
    pub(crate) fn of(request: &Request) -> Self {
        match request.extensions().get::<MatchedPath>() {
            None => Self::Free,
            Some(route) => Self::of_route(request.method(), route.as_str()),
        }
    }

    fn of_route(method: &Method, route: &str) -> Self {
        let is_below = |prefix: &str| {
            let rest = route.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if [
            "/health",
            "/api/health",
            "/metrics",
            "/docs",
            "/api/openapi.json",
        ]
        .into_iter()
        .any(is_below)
        {
            Self::Free
        } else if ["/admin", "/api/admin", "/debug", "/api/status"]
            .into_iter()
            .any(is_below)
        {
            Self::Operations
        } else if is_below("/api/media") {
            Self::Media
        } else if ["/api/auth/login", "/api/auth/register", "/api/me/password"].contains(&route)
            || (route == "/api/me" && *method == Method::DELETE)
        {
            Self::Passwords
        } else if (is_below("/api/uploads") || is_below("/api/upload-reference"))
            && matches!(*method, Method::POST | Method::PUT | Method::PATCH)
        {
            Self::Uploads
        } else {
            Self::Ordinary
        }
    }

    /// Whether its requests wait for a place.
    pub(crate) const fn is_gated(self) -> bool {
        matches!(self, Self::Ordinary)
    }

    /// Whether its requests are counted.
    pub(crate) const fn is_counted(self) -> bool {
        !matches!(self, Self::Free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_route_decides() {
        let check = |method: Method, route: &str, expected: Traffic| {
            assert_eq!(Traffic::of_route(&method, route), expected, "{route}");
        };
        for free in [
            "/health",
            "/health/ready",
            "/api/health",
            "/metrics",
            "/docs/{*rest}",
        ] {
            check(Method::GET, free, Traffic::Free);
        }
        check(Method::GET, "/healthy", Traffic::Ordinary);
        check(Method::GET, "/admin/cache/stats", Traffic::Operations);
        check(Method::GET, "/debug/memory", Traffic::Operations);
        check(Method::GET, "/api/media/{*key}", Traffic::Media);
        check(Method::POST, "/api/auth/login", Traffic::Passwords);
        check(Method::POST, "/api/auth/refresh", Traffic::Ordinary);
        check(Method::DELETE, "/api/me", Traffic::Passwords);
        check(Method::GET, "/api/me", Traffic::Ordinary);
        check(Method::POST, "/api/upload-reference", Traffic::Uploads);
        check(Method::PATCH, "/api/uploads/{id}", Traffic::Uploads);
        check(Method::GET, "/api/uploads/{id}/result", Traffic::Ordinary);
        check(Method::GET, "/ws", Traffic::Ordinary);
    }
}
