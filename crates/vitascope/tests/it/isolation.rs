use reqwest::Method;
use serde_json::{Value, json};

use crate::{CLIP_LIMIT, quick_server};

#[tokio::test]
async fn two_users_do_not_see_each_other() {
    let app = quick_server().start().await;
    let (owner, other) = (app.new_user("first").await, app.new_user("second").await);
    let project = owner.create_project("Mine").await;
    let scene = owner.create_scene(&project, "anything").await;
    let generation = owner.generate_simulated(&project, &scene).await;
    owner.wait_for_end(&generation, CLIP_LIMIT).await;

    let projects = other.get("/api/projects").await.expect(200);
    assert_eq!(projects["projects"], json!([]));
    let cases = requests_for(&project, &scene, &generation);
    for (method, path, body) in cases {
        let request = other.request(method.clone(), &path);
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = other.send(request).await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
    }
    owner
        .get(&format!("/api/projects/{project}"))
        .await
        .expect(200);
}

/// A request, with a body where it takes one.
type Request = (Method, String, Option<Value>);

/// Everything that one can ask of a project, its scene and its generation.
fn requests_for(project: &str, scene: &str, generation: &str) -> Vec<Request> {
    let generate = json!({ "sceneId": scene });
    vec![
        (Method::GET, format!("/api/projects/{project}"), None),
        (Method::GET, format!("/api/projects/{project}/scenes"), None),
        (
            Method::PATCH,
            format!("/api/projects/{project}"),
            Some(json!({ "title": "x" })),
        ),
        (Method::DELETE, format!("/api/projects/{project}"), None),
        (
            Method::POST,
            format!("/api/projects/{project}/generate"),
            Some(generate),
        ),
        (Method::DELETE, format!("/api/scenes/{scene}"), None),
        (
            Method::GET,
            format!("/api/scenes/{scene}/generations"),
            None,
        ),
        (Method::GET, format!("/api/generations/{generation}"), None),
        (
            Method::GET,
            format!("/api/generations/{generation}/status"),
            None,
        ),
        (
            Method::GET,
            format!("/api/generations/{generation}/events"),
            None,
        ),
        (
            Method::POST,
            format!("/api/generations/{generation}/cancel"),
            Some(json!({})),
        ),
        (
            Method::POST,
            format!("/api/generations/{generation}/retry"),
            Some(json!({})),
        ),
        (
            Method::GET,
            format!("/api/v1/media/generations/{generation}/clip.mp4"),
            None,
        ),
    ]
}

#[tokio::test]
async fn without_a_credential_nothing_is_shown() {
    let app = quick_server().start().await;
    let nobody = app.client();
    for path in [
        "/api/projects",
        "/api/dashboard",
        "/api/me",
        "/api/credits/ledger",
    ] {
        let code = nobody.get(path).await.expect_problem(401);
        assert_eq!(code, "UNAUTHENTICATED", "{path}");
    }
    nobody.get("/api/health").await.expect(200);
}
