use serde_json::{Value, json};

use crate::api::{TestApi, User};

#[tokio::test]
async fn a_key_is_made_used_and_deleted() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let made = api
        .ask(&user, "POST /api/keys", json!({"name": "nightly export"}))
        .await;
    assert_eq!(
        (made.status.as_u16(), made.header("cache-control")),
        (201, "no-store")
    );
    let made = made.json();
    assert_eq!(made["scopes"], json!(["read", "write"]));
    let key = User {
        token: made["secret"].as_str().unwrap().to_owned(),
        refresh_token: String::new(),
    };
    let project = api
        .make(
            &key,
            "POST /api/v1/projects",
            json!({"title": "By a script"}),
        )
        .await;
    let found = api
        .ask(&user, &format!("GET /api/projects/{project}"), Value::Null)
        .await;
    assert_eq!(found.json()["title"], "By a script");
    let listed = api.ask(&user, "GET /api/keys", Value::Null).await.json();
    assert_eq!(listed["keys"][0]["id"], made["id"]);
    assert!(!listed.to_string().contains("vsk_"));
    let delete = format!("DELETE /api/keys/{}", made["id"].as_str().unwrap());
    assert_eq!(api.ask(&user, &delete, Value::Null).await.status, 204);
    let gone = api.ask(&key, "GET /api/me", Value::Null).await;
    assert_eq!(gone.problem(), "UNAUTHENTICATED");
    assert_eq!(
        api.ask(&user, &delete, Value::Null).await.problem(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn what_a_key_cannot_be_is_told_with_its_place() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    for (body, expected) in [
        (json!({}), ("/name", "REQUIRED")),
        (json!({"name": ""}), ("/name", "EMPTY")),
        (json!({"name": "x".repeat(101)}), ("/name", "TOO_LONG")),
        (json!({"name": "a\u{0}b"}), ("/name", "CONTROL_CHARACTER")),
        (json!({"name": "x", "scopes": []}), ("/scopes", "EMPTY")),
        (
            json!({"name": "x", "scopes": ["admin"]}),
            ("/scopes", "NOT_ALLOWED"),
        ),
        (
            json!({"name": "x", "scopes": ["all"]}),
            ("/scopes/0", "WRONG_TYPE"),
        ),
        (
            json!({"name": "x", "expiresAt": "2020-01-01T00:00:00Z"}),
            ("/expiresAt", "OUT_OF_RANGE"),
        ),
        (
            json!({"name": "x", "expiresAt": "tomorrow"}),
            ("/expiresAt", "WRONG_TYPE"),
        ),
    ] {
        let (pointer, code) = api.ask(&user, "POST /api/keys", body).await.refused_field();
        assert_eq!((pointer.as_str(), code.as_str()), expected);
    }
}

#[tokio::test]
async fn a_key_does_not_repeat_its_secret() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let make = || {
        let request = user
            .request("POST", "/api/keys")
            .header("idempotency-key", "once");
        api.send(crate::api::with_json(request, &json!({"name": "x"})))
    };
    let (first, second) = (make().await.json(), make().await.json());
    assert_ne!(first["secret"], second["secret"]);
}

#[tokio::test]
async fn an_account_has_a_hundred_keys_at_most() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    for _ in 0..100 {
        api.add_key(&user, &["read"]).await;
    }
    let more = api.ask(&user, "POST /api/keys", json!({"name": "x"})).await;
    assert_eq!(more.problem(), "CONFLICT");
}
