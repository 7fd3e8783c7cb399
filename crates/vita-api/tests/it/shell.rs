use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::Value;
use vita_api::ApiConfig;

use crate::api::{TestApi, request};

#[tokio::test]
async fn an_unknown_address_is_a_problem_and_a_wrong_method_names_the_right_ones() {
    let api = TestApi::new();
    for path in [
        "/api/nothing",
        "/api/v1/nothing",
        "/ws/x",
        "/health/x",
        "/nothing.txt",
    ] {
        assert_eq!(api.get(path).await.problem(), "NOT_FOUND", "{path}");
    }
    let delete = request(Method::DELETE, "/api/health")
        .body(Body::empty())
        .unwrap();
    let answer = api.send(delete).await;
    assert_eq!(answer.problem(), "METHOD_NOT_ALLOWED");
    assert_eq!(answer.header("allow"), "GET,HEAD");
    let post = request(Method::POST, "/projects/1")
        .body(Body::empty())
        .unwrap();
    assert_eq!(api.send(post).await.problem(), "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn every_answer_has_an_id_and_the_headers_that_protect_browsers() {
    let api = TestApi::new();
    for path in [
        "/api/health",
        "/",
        "/docs/",
        "/api/nothing",
        "/docs/problems",
    ] {
        let answer = api.get(path).await;
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        assert_eq!(
            policy.contains("'unsafe-inline'"),
            path.starts_with("/docs"),
            "{path}"
        );
    }
    let own_id = request(Method::GET, "/api/health").header("x-request-id", "mine-1");
    let answer = api.send(own_id.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("x-request-id"), "mine-1");
}

#[tokio::test]
async fn a_browser_that_goes_somewhere_gets_the_page_and_a_script_the_truth() {
    let api = TestApi::new();
    for path in ["/", "/projects/prj_1"] {
        let navigation = request(Method::GET, path).header("accept", "text/html,*/*;q=0.8");
        let answer = api.send(navigation.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(answer.text().contains("Vitascope"));
    }
    let script = request(Method::GET, "/assets/gone.js").header("accept", "*/*");
    assert_eq!(
        api.send(script.body(Body::empty()).unwrap())
            .await
            .problem(),
        "NOT_FOUND"
    );
    let api_page = request(Method::GET, "/api/nothing").header("accept", "text/html");
    assert_eq!(
        api.send(api_page.body(Body::empty()).unwrap())
            .await
            .problem(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn an_address_of_administrators_is_a_page_for_browsers_and_a_route_for_programs() {
    let api = TestApi::new();
    let admin = api.sign_up_admin().await;
    for path in ["/admin/queue", "/admin/performance"] {
        let navigation = request(Method::GET, path).header("accept", "text/html,*/*;q=0.8");
        let answer = api.send(navigation.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"));
    }
    let answer = api.get("/admin/queue").await;
    assert_eq!(answer.problem(), "UNAUTHENTICATED");
    assert_eq!(answer.header("vary"), "accept");
    let answer = api.ask(&admin, "GET /admin/queue", Value::Null).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/json");
    // An address that is no route's is told to programs as such.
    for call in [
        "GET /admin/nothing",
        "POST /admin/nothing",
        "GET /debug/nothing",
    ] {
        let answer = api.ask(&admin, call, Value::Null).await;
        assert_eq!(answer.problem(), "NOT_FOUND", "{call}");
    }
}

#[tokio::test]
async fn the_description_is_served_compressed_with_its_pages() {
    let api = TestApi::new();
    let json = request(Method::GET, "/api/openapi.json").header("accept-encoding", "gzip");
    let answer = api.send(json.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    let page = api.get("/docs/").await;
    assert!(page.text().contains("swagger"));
    let problems = api.get("/docs/problems").await;
    for code in vita_api::ErrorCode::ALL {
        assert!(
            problems
                .text()
                .contains(&format!("id=\"{}\"", code.as_str()))
        );
    }
}

#[tokio::test]
async fn pages_of_other_sites_may_use_the_interface_only_when_named() {
    let config = ApiConfig {
        cors_origins: vec!["https://example.com".to_owned()],
        ..ApiConfig::default()
    };
    let preflight = || {
        request(Method::OPTIONS, "/api/health")
            .header("origin", "https://example.com")
            .header("access-control-request-method", "GET")
            .body(Body::empty())
            .unwrap()
    };
    let answer = TestApi::with_config(config).send(preflight()).await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://example.com"
    );
    let answer = TestApi::new().send(preflight()).await;
    assert_eq!(answer.problem(), "METHOD_NOT_ALLOWED");
}
