//! What the tests speak through; only this file builds the router.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use vita_api::{ApiConfig, ApiParts, router};
use vita_model::{SystemClock, SystemEntropy};

/// A router for one test.
pub(crate) struct TestApi {
    router: Router,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl TestApi {
    pub(crate) fn new() -> Self {
        Self::with_config(ApiConfig::default())
    }

    pub(crate) fn with_config(config: ApiConfig) -> Self {
        let router = router(ApiParts {
            metrics_text: Arc::new(|| "# none\n".to_owned()),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            shutdown: CancellationToken::new(),
            config,
        });
        Self { router }
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path).body(Body::empty()).unwrap())
            .await
    }
}

pub(crate) fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path)
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// Checks that this is a failure as all of them are, and returns its code.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["requestId"], self.header("x-request-id"));
        let code = problem["code"].as_str().unwrap();
        assert_eq!(problem["type"], format!("/docs/problems#{code}"));
        let known = vita_api::ErrorCode::ALL
            .iter()
            .find(|known| known.as_str() == code);
        assert_eq!(known.unwrap().status(), self.status);
        assert!(!problem["detail"].as_str().unwrap().is_empty());
        code.to_owned()
    }
}
