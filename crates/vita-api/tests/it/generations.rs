use axum::body::Body;
use http::StatusCode;
use serde_json::{Value, json};

use crate::api::{PATIENCE, TestApi, User, request};

/// A project with a scene: their ids.
pub(crate) async fn add_scene(api: &TestApi, user: &User) -> (String, String) {
    let project = api
        .make(user, "POST /api/projects", json!({"title": "One"}))
        .await;
    let scenes = format!("POST /api/projects/{project}/scenes");
    let scene = api
        .make(
            user,
            &scenes,
            json!({"prompt": "Dawn", "durationSeconds": 1}),
        )
        .await;
    (project, scene)
}

/// A generation that waits.
pub(crate) async fn generate(api: &TestApi, user: &User) -> String {
    let (project, scene) = add_scene(api, user).await;
    let call = format!("POST /api/projects/{project}/generate");
    api.make(user, &call, json!({"sceneId": scene, "resolution": "360p"}))
        .await
}

/// Its status, once it has ended.
pub(crate) async fn ended(api: &TestApi, user: &User, id: &str) -> Value {
    let events = user.request("GET", &format!("/api/generations/{id}/events"));
    let events = api.send(events.body(Body::empty()).unwrap());
    let events = tokio::time::timeout(PATIENCE, events)
        .await
        .expect("it did not end");
    assert_eq!(events.status, StatusCode::OK, "{events:?}");
    let status = api
        .ask(
            user,
            &format!("GET /api/generations/{id}/status"),
            Value::Null,
        )
        .await;
    status.json()
}

#[tokio::test]
async fn a_clip_is_asked_for_watched_played_and_taken_again() {
    let mut api = TestApi::new();
    let user = api.sign_up().await;
    let (project, scene) = add_scene(&api, &user).await;
    let call = format!("POST /api/projects/{project}/generate");
    let asked = json!({"sceneId": scene, "resolution": "360p", "model": "other-v2", "seed": 7});
    let accepted = api.ask(&user, &call, asked).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{accepted:?}");
    let accepted = accepted.json();
    assert_eq!(
        (&accepted["status"], &accepted["queuePosition"]),
        (&json!("queued"), &json!(1))
    );
    assert_eq!(accepted["model"], "simulated");
    assert_eq!(accepted["requestedModel"], "other-v2");
    let status_url = accepted["statusUrl"].as_str().unwrap();
    let waiting = api
        .ask(&user, &format!("GET {status_url}"), Value::Null)
        .await
        .json();
    assert_eq!(
        (&waiting["status"], &waiting["progress"]),
        (&json!("queued"), &json!(0))
    );

    api.start_workers().await;
    let id = accepted["generationId"].as_str().unwrap();
    let status = ended(&api, &user, id).await;
    assert_eq!(
        (&status["status"], &status["progress"]),
        (&json!("completed"), &json!(100))
    );
    check_clip(&api, &user, &status, id).await;

    let cancel = format!("POST /api/generations/{id}/cancel");
    assert_eq!(
        api.ask(&user, &cancel, Value::Null).await.problem(),
        "CONFLICT"
    );
    let retry = format!("POST /api/generations/{id}/retry");
    let second = api.make(&user, &retry, Value::Null).await;
    ended(&api, &user, &second).await;
    let list = format!("GET /api/scenes/{scene}/generations");
    let list = api.ask(&user, &list, Value::Null).await.json();
    assert_eq!(list["generations"][0]["retryOf"], json!(id));
    let select = format!("POST /api/scenes/{scene}/select");
    assert_eq!(
        api.ask(&user, &select, json!({"generationId": second}))
            .await
            .status,
        204
    );
    let found = api
        .ask(&user, &format!("GET /api/scenes/{scene}"), Value::Null)
        .await
        .json();
    assert_eq!(found["selectedGenerationId"], json!(second));
    let dashboard = api
        .ask(&user, "GET /api/dashboard", Value::Null)
        .await
        .json();
    assert_eq!(dashboard["recentGenerations"].as_array().unwrap().len(), 2);
    assert_eq!(dashboard["credits"]["reserved"], 0);
    let ledger = api
        .ask(&user, "GET /api/credits/ledger", Value::Null)
        .await
        .json();
    assert_eq!(ledger["entries"].as_array().unwrap().len(), 5);
}

/// Plays it as a player does: by the signed address alone, in parts.
async fn check_clip(api: &TestApi, user: &User, status: &Value, id: &str) {
    let url = status["videoUrl"].as_str().unwrap();
    let whole = api.get(url).await;
    assert_eq!(
        (whole.status, whole.header("content-type")),
        (StatusCode::OK, "video/mp4")
    );
    assert_eq!(whole.header("content-length"), whole.body.len().to_string());
    assert!(whole.header("cache-control").contains("immutable"));
    assert_eq!(whole.header("content-encoding"), "");
    let get = |name: &str, value: &str| {
        let request = request(http::Method::GET, url).header(name, value);
        api.send(
            request
                .header("accept-encoding", "gzip")
                .body(Body::empty())
                .unwrap(),
        )
    };
    let part = get("range", "bytes=4-7").await;
    assert_eq!(
        (part.status, part.body.as_slice()),
        (StatusCode::PARTIAL_CONTENT, &b"ftyp"[..])
    );
    assert_eq!(
        part.header("content-range"),
        format!("bytes 4-7/{}", whole.body.len())
    );
    let outside = get("range", "bytes=99999999-").await;
    assert_eq!(outside.problem(), "RANGE_NOT_SATISFIABLE");
    assert_eq!(
        outside.header("content-range"),
        format!("bytes */{}", whole.body.len())
    );
    assert_eq!(
        get("if-none-match", whole.header("etag")).await.status,
        StatusCode::NOT_MODIFIED
    );
    let head = request(http::Method::HEAD, url)
        .body(Body::empty())
        .unwrap();
    let head = api.send(head).await;
    assert_eq!(
        head.header("content-length"),
        whole.header("content-length")
    );
    assert!(head.body.is_empty());

    let poster = api.get(status["thumbnailUrl"].as_str().unwrap()).await;
    assert_eq!(poster.header("content-type"), "image/jpeg");
    let plain = format!("GET /api/media/generations/{id}/clip.mp4");
    assert_eq!(
        api.ask(user, &plain, Value::Null).await.status,
        StatusCode::OK
    );
    let stranger = api.sign_up().await;
    assert_eq!(
        api.ask(&stranger, &plain, Value::Null).await.problem(),
        "NOT_FOUND"
    );
    let forged = url.replace("sig=", "sig=A");
    assert_eq!(api.get(&forged).await.problem(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_waiting_clip_is_called_off_and_its_credits_come_back() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let id = generate(&api, &user).await;
    let credits = async || {
        api.ask(&user, "GET /api/dashboard", Value::Null)
            .await
            .json()["credits"]
            .clone()
    };
    assert_eq!(credits().await["reserved"], 1);
    let cancelled = api
        .ask(
            &user,
            &format!("POST /api/generations/{id}/cancel"),
            Value::Null,
        )
        .await;
    assert_eq!(cancelled.status, StatusCode::ACCEPTED);
    assert_eq!(cancelled.json()["status"], "cancelled");
    assert_eq!(credits().await, json!({"balance": 10_000, "reserved": 0}));
}

#[tokio::test]
async fn what_no_model_makes_is_refused_by_its_field() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let (project, scene) = add_scene(&api, &user).await;
    let call = format!("POST /api/projects/{project}/generate");
    for (field, value, code) in [
        ("resolution", json!("999p"), "WRONG_TYPE"),
        ("duration", json!(16), "WRONG_TYPE"),
        ("duration", json!(1.5), "WRONG_TYPE"),
        ("aspectRatio", json!("4:3"), "WRONG_TYPE"),
        ("seed", json!(-1), "WRONG_TYPE"),
        ("prompt", json!("x".repeat(2_001)), "TOO_LONG"),
        ("prompt", json!("a\u{0}b"), "CONTROL_CHARACTER"),
        ("promt", json!("a"), "UNKNOWN_FIELD"),
    ] {
        let body = json!({"sceneId": scene, field: value});
        let refused = api.ask(&user, &call, body).await.refused_field();
        assert_eq!(refused, (format!("/{field}"), code.to_owned()));
    }
    let no_pictures = json!({"sceneId": scene, "referenceImages": []});
    assert_eq!(
        api.ask(&user, &call, no_pictures).await.status,
        StatusCode::ACCEPTED
    );
}

#[tokio::test]
async fn a_storyboard_is_a_job_whose_end_can_be_watched() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let (project, _) = add_scene(&api, &user).await;
    let call = format!("POST /api/projects/{project}/export");
    let film = api.ask(&user, &call, json!({"format": "film"})).await;
    assert_eq!(film.problem(), "CONFLICT");
    let fade = api
        .ask(
            &user,
            &call,
            json!({"format": "film", "crossfadeSeconds": 99}),
        )
        .await;
    assert_eq!(fade.refused_field().0, "/crossfadeSeconds");
    let id = api
        .make(&user, &call, json!({"format": "storyboard"}))
        .await;
    let job = api
        .ask(&user, &format!("GET /api/jobs/{id}"), Value::Null)
        .await
        .json();
    assert_eq!(
        (&job["status"], &job["result"]),
        (&json!("queued"), &Value::Null)
    );
}
