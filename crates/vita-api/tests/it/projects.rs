use axum::body::Body;
use http::StatusCode;
use serde_json::{Value, json};

use crate::api::{TestApi, with_json};

#[tokio::test]
async fn a_project_is_made_changed_listed_and_deleted() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let new = json!({"title": " Alps ", "description": "Snow"});
    let made = api.ask(&user, "POST /api/projects", new).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let project = made.json();
    assert_eq!(
        (&project["title"], &project["sceneCount"]),
        (&json!("Alps"), &json!(0))
    );
    assert_eq!(project["latestGeneration"], Value::Null);
    let path = format!("/api/projects/{}", project["id"].as_str().unwrap());

    let scenes = format!("POST {path}/scenes");
    let scene = api
        .ask(&user, &scenes, json!({"prompt": "Dawn"}))
        .await
        .json();
    assert_eq!(
        (&scene["position"], &scene["durationSeconds"]),
        (&json!(0), &json!(5))
    );
    api.make(
        &user,
        &scenes,
        json!({"prompt": "Noon", "position": 0, "durationSeconds": 3}),
    )
    .await;

    let list = api
        .ask(&user, "GET /api/projects?limit=1", Value::Null)
        .await
        .json();
    let listed = &list["projects"][0];
    assert_eq!(listed["scenes"][0]["prompt"], "Noon");
    assert_eq!(
        (&listed["sceneCount"], &list["nextCursor"]),
        (&json!(2), &Value::Null)
    );

    let ids = [1, 0].map(|place: usize| listed["scenes"][place]["id"].clone());
    let order = format!("POST {path}/scenes/order");
    assert_eq!(
        api.ask(&user, &order, json!({"sceneIds": ids}))
            .await
            .status,
        204
    );
    let scenes = api
        .ask(&user, &format!("GET {path}/scenes"), Value::Null)
        .await
        .json();
    assert_eq!(scenes["scenes"][0]["prompt"], "Dawn");

    assert_eq!(
        api.ask(&user, &format!("DELETE {path}"), Value::Null)
            .await
            .status,
        204
    );
    let gone = api.ask(&user, &format!("GET {path}"), Value::Null).await;
    assert_eq!(gone.problem(), "NOT_FOUND");
}

#[tokio::test]
async fn a_template_brings_its_scenes() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let templates = api
        .ask(&user, "GET /api/templates", Value::Null)
        .await
        .json();
    let template = &templates["templates"][0];
    let new = json!({"title": "Mine", "templateId": template["id"]});
    let project = api.ask(&user, "POST /api/projects", new).await.json();
    let scenes = template["scenes"].as_array().unwrap();
    assert_eq!(project["scenes"].as_array().unwrap().len(), scenes.len());
    let new = json!({"title": "Mine", "templateId": "none"});
    let refused = api
        .ask(&user, "POST /api/projects", new)
        .await
        .refused_field();
    assert_eq!(refused.0, "/templateId");
}

#[tokio::test]
async fn an_edit_of_an_old_version_is_refused_and_a_reader_is_told_of_no_change() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let id = api
        .make(&user, "POST /api/projects", json!({"title": "One"}))
        .await;
    let path = format!("/api/projects/{id}");
    let first = api.ask(&user, &format!("GET {path}"), Value::Null).await;
    let tag = first.header("etag").to_owned();

    let known = user.request("GET", &path).header("if-none-match", &tag);
    let known = api.send(known.body(Body::empty()).unwrap()).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    assert!(known.body.is_empty() && known.header("etag") == tag);

    let edit = |tag: &str, title: &str| {
        let request = user.request("PATCH", &path).header("if-match", tag);
        api.send(with_json(request, &json!({"title": title})))
    };
    let edited = edit(&tag, "Two").await;
    assert_eq!(edited.status, StatusCode::OK, "{edited:?}");
    assert_ne!(edited.header("etag"), tag);
    assert_eq!(edit(&tag, "Three").await.problem(), "STALE");
    assert_eq!(edit("nonsense", "Three").await.problem(), "STALE");
    assert_eq!(edit("*", "Four").await.json()["title"], "Four");

    // What lists derive does not stand in an editor's way.
    let tag = api
        .ask(&user, &format!("GET {path}"), Value::Null)
        .await
        .header("etag")
        .to_owned();
    api.make(
        &user,
        &format!("POST {path}/scenes"),
        json!({"prompt": "Dawn"}),
    )
    .await;
    let derived = api.ask(&user, &format!("GET {path}"), Value::Null).await;
    assert_ne!(derived.header("etag"), tag);
    assert_eq!(edit(&tag, "Five").await.status, StatusCode::OK);

    let delete = user.request("DELETE", &path).header("if-match", "\"1-x\"");
    assert_eq!(
        api.send(delete.body(Body::empty()).unwrap())
            .await
            .problem(),
        "STALE"
    );
}

#[tokio::test]
async fn one_key_makes_one_project_and_no_other_request_may_use_it() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let post = |path: &str, body: Value| {
        let request = user
            .request("POST", path)
            .header("idempotency-key", "key-1");
        api.send(with_json(request, &body))
    };
    let first = post("/api/projects", json!({"title": "One"})).await;
    let again = post("/api/v1/projects", json!({"title": "One"})).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    let other = post("/api/projects", json!({"title": "Two"})).await;
    assert_eq!(other.problem(), "IDEMPOTENCY_MISMATCH");
    let list = api
        .ask(&user, "GET /api/projects", Value::Null)
        .await
        .json();
    assert_eq!(list["projects"].as_array().unwrap().len(), 1);
    for key in ["", &"x".repeat(256), "ä"] {
        let request = user
            .request("POST", "/api/projects")
            .header("idempotency-key", key);
        let answer = api.send(with_json(request, &json!({"title": "One"}))).await;
        assert_eq!(answer.refused_field().0, "Idempotency-Key", "{key}");
    }
}

#[tokio::test]
async fn lists_ask_the_database_as_often_for_one_project_as_for_many() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let mut counts = Vec::new();
    for goal in [1, 10, 40] {
        let list = api
            .ask(&user, "GET /api/projects?limit=100", Value::Null)
            .await
            .json();
        for _ in list["projects"].as_array().unwrap().len()..goal {
            let id = api
                .make(&user, "POST /api/projects", json!({"title": "One"}))
                .await;
            let scenes = format!("POST /api/projects/{id}/scenes");
            api.make(&user, &scenes, json!({"prompt": "Dawn"})).await;
        }
        let answer = api
            .ask(&user, "GET /api/projects?limit=100", Value::Null)
            .await;
        counts.push(
            answer
                .header("server-timing")
                .rsplit('=')
                .next()
                .unwrap()
                .to_owned(),
        );
    }
    assert_eq!(counts, ["\"2 statements\""; 3]);
}

#[tokio::test]
async fn pages_follow_each_other() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    for _ in 0..3 {
        api.make(&user, "POST /api/projects", json!({"title": "One"}))
            .await;
    }
    let first = api
        .ask(&user, "GET /api/projects?limit=2&unknown=1", Value::Null)
        .await
        .json();
    let cursor = first["nextCursor"].as_str().unwrap();
    let next = format!("GET /api/projects?limit=2&cursor={cursor}");
    let next = api.ask(&user, &next, Value::Null).await.json();
    assert_eq!(first["projects"].as_array().unwrap().len(), 2);
    assert_eq!(next["projects"].as_array().unwrap().len(), 1);
    assert_eq!(next["nextCursor"], Value::Null);
}
