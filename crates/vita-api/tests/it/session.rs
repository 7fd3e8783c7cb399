//! The login of a browser, which keeps its refresh token in a cookie.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};
use vita_api::ApiConfig;

use crate::api::{Answer, PASSWORD, TestApi, User, request, with_json};

/// The cookie that an answer sets for `/api/auth`, as a browser would send it.
fn cookie(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").iter();
    let mut set: Vec<&str> = set.map(|value| value.to_str().unwrap()).collect();
    set.sort_unstable();
    let [unversioned, versioned] = set.as_slice() else {
        panic!("{answer:?}");
    };
    assert!(unversioned.contains("; Path=/api/auth;"), "{unversioned}");
    assert_eq!(versioned.replace("/api/v1/", "/api/"), *unversioned);
    let (pair, attributes) = unversioned.split_once("; ").unwrap();
    assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Strict"));
    pair.to_owned()
}

fn post(path: &str) -> http::request::Builder {
    request(Method::POST, path).header("host", "localhost:3000")
}

fn empty(request: http::request::Builder) -> Request<Body> {
    request.body(Body::empty()).unwrap()
}

async fn log_in(api: &TestApi) -> Answer {
    let email = json!({"email": "ann@example.com", "password": PASSWORD});
    let answer = api
        .send(with_json(post("/api/auth/register?cookie=true"), &email))
        .await;
    assert_eq!(answer.status, 201);
    answer
}

#[tokio::test]
async fn a_browser_never_sees_its_refresh_token() {
    let api = TestApi::new();
    let registered = log_in(&api).await;
    assert_eq!(registered.header("cache-control"), "no-store");
    assert!(registered.json().get("refreshToken").is_none());
    let first = cookie(&registered);
    let credentials = json!({"email": "ann@example.com", "password": PASSWORD});
    let login = with_json(post("/api/auth/login?cookie=true"), &credentials);
    let login = api.send(login).await;
    assert!(login.json().get("refreshToken").is_none());
    assert_ne!(cookie(&login), first);

    // Without a body, with an empty one, and below the other address.
    let renewed = api
        .send(empty(post("/api/auth/refresh").header("cookie", &first)))
        .await;
    assert!(renewed.json().get("refreshToken").is_none());
    let second = cookie(&renewed);
    assert_ne!(second, first);
    let versioned = post("/api/v1/auth/refresh").header("cookie", format!("a=b; {second}"));
    let third = cookie(&api.send(with_json(versioned, &json!({}))).await);

    let user = User {
        token: renewed.json()["token"].as_str().unwrap().to_owned(),
        refresh_token: String::new(),
    };
    assert_eq!(api.ask(&user, "GET /api/me", Value::Null).await.status, 200);
    let left = api
        .send(empty(post("/api/auth/logout").header("cookie", &third)))
        .await;
    assert_eq!(
        (left.status.as_u16(), cookie(&left)),
        (204, "vitascope_refresh=".to_owned())
    );
    let ended = api.ask(&user, "GET /api/me", Value::Null).await;
    assert_eq!(ended.problem(), "TOKEN_EXPIRED");
    let worthless = api
        .send(empty(post("/api/auth/refresh").header("cookie", &third)))
        .await;
    assert_eq!(worthless.problem(), "UNAUTHENTICATED");
    assert_eq!(cookie(&worthless), "vitascope_refresh=");
    let nothing = api.send(empty(post("/api/auth/refresh"))).await;
    assert_eq!(nothing.problem(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn two_tabs_with_one_cookie_both_stay_signed_in() {
    let api = TestApi::new();
    let first = cookie(&log_in(&api).await);
    let renew = || api.send(empty(post("/api/auth/refresh").header("cookie", &first)));
    let (here, there) = tokio::join!(renew(), renew());
    assert_eq!(cookie(&here), cookie(&there));
    let next = post("/api/auth/refresh").header("cookie", cookie(&here));
    assert_eq!(api.send(empty(next)).await.status, 200);
}

#[tokio::test]
async fn pages_of_other_sites_cannot_use_the_cookie() {
    let api = TestApi::with_config(ApiConfig {
        cors_origins: vec!["https://other.example.com".to_owned()],
        ..ApiConfig::default()
    });
    let kept = cookie(&log_in(&api).await);
    for path in ["/api/auth/refresh", "/api/auth/logout"] {
        for (name, value) in [
            ("origin", "https://evil.example"),
            // It may use the interface, but not somebody's cookie.
            ("origin", "https://other.example.com"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let forged = post(path).header("cookie", &kept).header(name, value);
            let refused = api.send(empty(forged)).await;
            assert_eq!(refused.problem(), "FORBIDDEN", "{path} {value}");
        }
    }
    let credentials = json!({"email": "ann@example.com", "password": PASSWORD});
    let forged = post("/api/auth/login?cookie=true").header("origin", "https://evil.example");
    let refused = api.send(with_json(forged, &credentials)).await;
    assert_eq!(refused.problem(), "FORBIDDEN");
    let own = post("/api/auth/refresh")
        .header("cookie", &kept)
        .header("origin", "http://localhost:3000");
    assert_eq!(api.send(empty(own)).await.status, 200);
}

#[tokio::test]
async fn the_cookie_travels_encrypted_but_on_this_machine() {
    let is_secure = async |public_url: Option<&str>, host: &str| {
        let api = TestApi::with_config(ApiConfig {
            public_url: public_url.map(str::to_owned),
            ..ApiConfig::default()
        });
        let credentials = json!({"email": "ann@example.com", "password": PASSWORD});
        let login = request(Method::POST, "/api/auth/register?cookie=true").header("host", host);
        let answer = api.send(with_json(login, &credentials)).await;
        answer.header("set-cookie").contains("; Secure")
    };
    assert!(!is_secure(None, "127.0.0.1:3000").await);
    assert!(is_secure(None, "192.168.0.7:3000").await);
    assert!(is_secure(Some("https://clips.example.com"), "localhost").await);
    assert!(is_secure(Some("http://clips.example.com"), "localhost").await);
    assert!(!is_secure(Some("http://localhost:3000"), "localhost:3000").await);
}

#[tokio::test]
async fn a_token_in_the_body_counts_before_the_cookie() {
    let api = TestApi::new();
    let kept = cookie(&log_in(&api).await);
    let user = api.sign_up().await;
    let refresh = post("/api/auth/refresh").header("cookie", &kept);
    let body = json!({"refreshToken": user.refresh_token});
    let answer = api.send(with_json(refresh, &body)).await;
    assert!(answer.json()["refreshToken"].is_string());
    assert!(answer.headers.get("set-cookie").is_none());
    assert_eq!(answer.json()["user"]["email"], "user0@example.com");
}

#[tokio::test]
async fn somebody_lists_ends_and_protects_their_logins() {
    let api = TestApi::new();
    let here = api.sign_up().await;
    let credentials = json!({"email": "user0@example.com", "password": PASSWORD});
    let login = post("/api/auth/login").header("user-agent", "a browser");
    let there = api.send(with_json(login, &credentials)).await.json();
    let there = User {
        token: there["token"].as_str().unwrap().to_owned(),
        refresh_token: there["refreshToken"].as_str().unwrap().to_owned(),
    };
    let listed = api
        .ask(&here, "GET /api/me/logins", Value::Null)
        .await
        .json();
    let logins = listed["logins"].as_array().unwrap();
    assert_eq!(logins.len(), 2);
    assert_eq!(
        (&logins[0]["userAgent"], &logins[0]["current"]),
        (&json!("a browser"), &json!(false))
    );
    assert_eq!(logins[1]["current"], true);
    let end = format!(
        "DELETE /api/me/logins/{}",
        logins[0]["id"].as_str().unwrap()
    );
    assert_eq!(api.ask(&here, &end, Value::Null).await.status, 204);
    assert_eq!(
        api.ask(&here, &end, Value::Null).await.problem(),
        "NOT_FOUND"
    );
    let ended = api.ask(&there, "GET /api/me", Value::Null).await;
    assert_eq!(ended.problem(), "TOKEN_EXPIRED");

    let wrong = json!({"currentPassword": "wrong", "newPassword": "another horse"});
    let wrong = api.ask(&here, "POST /api/me/password", wrong).await;
    assert_eq!(wrong.problem(), "INVALID_CREDENTIALS");
    let right = json!({"currentPassword": PASSWORD, "newPassword": "another horse"});
    let right = api.ask(&here, "POST /api/me/password", right).await;
    assert_eq!(right.status, 204);
    let old = api
        .send(with_json(post("/api/auth/login"), &credentials))
        .await;
    assert_eq!(old.problem(), "INVALID_CREDENTIALS");
    assert_eq!(
        api.ask(&here, "DELETE /api/me/logins", Value::Null)
            .await
            .status,
        204
    );
    assert_eq!(api.ask(&here, "GET /api/me", Value::Null).await.status, 200);
}
