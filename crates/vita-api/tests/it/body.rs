use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream;
use http::Method;
use vita_api::ApiConfig;

use crate::api::{Answer, TestApi, request};

async fn log_in(api: &TestApi, body: Body) -> Answer {
    let request =
        request(Method::POST, "/api/auth/login").header("content-type", "application/json");
    api.send(request.body(body).unwrap()).await
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let api = TestApi::with_config(ApiConfig {
        body_timeout: Duration::from_millis(20),
        ..ApiConfig::default()
    });
    let never = stream::pending::<Result<Bytes, std::io::Error>>();
    assert_eq!(
        log_in(&api, Body::from_stream(never)).await.problem(),
        "REQUEST_TIMEOUT"
    );
}

#[tokio::test]
async fn a_body_that_does_not_end_is_refused_at_the_limit() {
    let api = TestApi::new();
    let piece = Bytes::from_static(&[b' '; 4_096]);
    let endless = stream::repeat_with(move || Ok::<_, std::io::Error>(piece.clone()));
    assert_eq!(
        log_in(&api, Body::from_stream(endless)).await.problem(),
        "PAYLOAD_TOO_LARGE"
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_is_the_clients_fault() {
    let api = TestApi::new();
    let broken = stream::iter([Ok("{"), Err(std::io::Error::other("gone"))]);
    assert_eq!(
        log_in(&api, Body::from_stream(broken)).await.problem(),
        "BAD_REQUEST"
    );
}
