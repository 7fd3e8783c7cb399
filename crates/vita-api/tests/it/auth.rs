use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::json;

use crate::api::{TestApi, request, with_json};

#[tokio::test]
async fn an_account_is_made_used_and_left() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let me = api.ask(&user, "GET /api/me", json!(null)).await.json();
    assert_eq!(
        (&me["email"], &me["role"]),
        (&json!("user0@example.com"), &json!("creator"))
    );
    let renamed = api
        .ask(&user, "PATCH /api/v1/me", json!({"name": "Ann"}))
        .await
        .json();
    assert_eq!(renamed["name"], "Ann");

    let credentials = json!({"email": "USER0@example.com", "password": "correct horse"});
    let login = request(Method::POST, "/api/auth/login");
    let login = api.send(with_json(login, &credentials)).await;
    assert_eq!(login.status, StatusCode::OK);
    assert_eq!(login.json()["user"]["id"], me["id"]);
    assert!(login.json()["expiresIn"].as_u64().unwrap() > 0);

    let refresh = |token: &str| {
        let request = request(Method::POST, "/api/auth/refresh");
        api.send(with_json(request, &json!({"refreshToken": token})))
    };
    let renewed = refresh(&user.refresh_token).await;
    assert_eq!(renewed.status, StatusCode::OK, "{renewed:?}");
    let again = refresh(&user.refresh_token).await;
    assert_eq!(again.json()["refreshToken"], renewed.json()["refreshToken"]);
    let stranger = refresh("vsr_x").await;
    assert_eq!(stranger.problem(), "UNAUTHENTICATED");
    assert_eq!(stranger.header("www-authenticate"), "Bearer");
    assert_eq!(
        api.ask(&user, "POST /api/auth/logout", json!(null))
            .await
            .status,
        204
    );
    // Its access token is worth nothing either.
    let gone = api.ask(&user, "GET /api/me", json!(null)).await;
    assert_eq!(gone.problem(), "TOKEN_EXPIRED");
}

#[tokio::test]
async fn wrong_credentials_are_told_apart_only_where_that_tells_nothing() {
    let api = TestApi::new();
    api.sign_up().await;
    let login = |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        api.send(with_json(request(Method::POST, "/api/auth/login"), &body))
    };
    assert_eq!(
        login("user0@example.com", "wrong").await.problem(),
        "INVALID_CREDENTIALS"
    );
    assert_eq!(
        login("nobody@example.com", "wrong").await.problem(),
        "INVALID_CREDENTIALS"
    );
    let taken = json!({"email": "user0@example.com", "password": "correct horse"});
    let taken = with_json(request(Method::POST, "/api/auth/register"), &taken);
    assert_eq!(api.send(taken).await.problem(), "CONFLICT");
    let bad = json!({"email": "x", "password": "short"});
    let bad = api
        .send(with_json(request(Method::POST, "/api/auth/register"), &bad))
        .await;
    assert_eq!(bad.json()["errors"][0]["pointer"], "/email");
    assert_eq!(bad.json()["errors"][1]["pointer"], "/password");
}

#[tokio::test]
async fn an_expired_token_is_told_from_a_wrong_one() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    api.clock.advance(std::time::Duration::from_hours(1));
    assert_eq!(
        api.ask(&user, "GET /api/me", json!(null)).await.problem(),
        "TOKEN_EXPIRED"
    );
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Basic x",
        "Bearer x",
        "Bearer a.b.c",
    ] {
        let me = request(Method::GET, "/api/me").header("authorization", header);
        let answer = api.send(me.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.problem(), "UNAUTHENTICATED", "{header:?}");
    }
}
