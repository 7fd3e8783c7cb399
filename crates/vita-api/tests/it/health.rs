use http::StatusCode;
use serde_json::json;

use crate::api::TestApi;

#[tokio::test]
async fn health_answers_under_all_its_names() {
    let api = TestApi::new();
    for path in [
        "/api/health",
        "/api/v1/health",
        "/health",
        "/health/live",
        "/health/ready",
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.json(), json!({"status": "ok"}));
        // Only readiness looks at the database.
        let statements = if path == "/health/ready" {
            "1 statement"
        } else {
            "0 statements"
        };
        assert!(
            answer.header("server-timing").contains(statements),
            "{path}"
        );
    }
}

#[tokio::test]
async fn metrics_are_not_for_strangers() {
    let api = TestApi::new();
    assert_eq!(api.get("/metrics").await.problem(), "NOT_FOUND");
}
