use http::StatusCode;
use serde_json::{Value, json};
use vita_api::{ApiConfig, RateLimitsConfig};

use crate::api::TestApi;

#[tokio::test]
async fn a_video_is_a_project_of_one_scene_with_its_clip() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let asked = json!({"prompt": "a calm sea\nat dusk", "resolution": "360p", "duration": 2});
    let answer = api.ask(&user, "POST /api/v1/video/create", asked).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer:?}");
    let created = answer.json();
    assert_eq!(created["status"], "queued");
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    let status = api
        .ask(&user, &format!("GET {}", text("statusUrl")), Value::Null)
        .await;
    assert_eq!(status.json()["id"], created["generationId"]);
    let path = format!("GET /api/projects/{}", text("projectId"));
    let project = api.ask(&user, &path, Value::Null).await.json();
    assert_eq!(project["title"], "a calm sea at dusk");
    assert_eq!(project["scenes"].as_array().unwrap().len(), 1);
    assert_eq!(project["scenes"][0]["id"], created["sceneId"]);
    assert_eq!(project["latestGeneration"]["id"], created["generationId"]);

    // All of it or nothing.
    let empty = api
        .ask(&user, "POST /api/video/create", json!({"prompt": " "}))
        .await;
    assert_eq!(
        empty.refused_field(),
        ("/prompt".to_owned(), "EMPTY".to_owned())
    );
    let listed = api
        .ask(&user, "GET /api/projects", Value::Null)
        .await
        .json();
    assert_eq!(listed["projects"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_video_asked_for_twice_with_one_key_is_made_once() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let request = user
            .request("POST", "/api/video/create")
            .header("idempotency-key", "one");
        let request = crate::api::with_json(request, &json!({"prompt": "Dawn"}));
        answers.push(api.send(request).await.json());
    }
    assert_eq!(answers[0], answers[1]);
    let jobs = api.ask(&user, "GET /api/jobs", Value::Null).await.json();
    assert_eq!(jobs["jobs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn jobs_are_listed_for_their_owner_the_latest_first() {
    let api = TestApi::new();
    let (user, other) = (api.sign_up().await, api.sign_up().await);
    for number in 0..3 {
        let asked = json!({"prompt": format!("Dawn {number}")});
        api.make(&user, "POST /api/video/create", asked).await;
    }
    let mut path = "GET /api/v1/jobs?limit=2".to_owned();
    let mut times = Vec::new();
    loop {
        let page = api.ask(&user, &path, Value::Null).await.json();
        for job in page["jobs"].as_array().unwrap() {
            assert_eq!(job["status"], "queued");
            times.push(job["createdAt"].as_str().unwrap().to_owned());
            let one = format!("GET /api/v1/jobs/{}", job["id"].as_str().unwrap());
            assert_eq!(api.ask(&user, &one, Value::Null).await.json(), *job);
            assert_eq!(
                api.ask(&other, &one, Value::Null).await.problem(),
                "NOT_FOUND"
            );
        }
        let Some(next) = page["nextCursor"].as_str() else {
            break;
        };
        path = format!("GET /api/v1/jobs?limit=2&cursor={next}");
    }
    assert_eq!(times.len(), 3);
    assert!(times.is_sorted_by(|a, b| a > b), "{times:?}");
    let others = api.ask(&other, "GET /api/jobs", Value::Null).await.json();
    assert_eq!(others, json!({"jobs": [], "nextCursor": null}));
}

#[tokio::test]
async fn the_service_says_how_it_is_and_what_it_takes() {
    let api = TestApi::with_config(ApiConfig {
        public_url: Some("https://clips.example.com".to_owned()),
        rate_limits: RateLimitsConfig {
            user_requests_per_minute: Some(600),
            ..RateLimitsConfig::default()
        },
        ..ApiConfig::default()
    });
    let status = api.get("/api/v1/status").await.json();
    assert_eq!(
        (&status["status"], &status["services"]["database"]),
        (&json!("ok"), &json!("ok"))
    );
    let metadata = api.get("/api/v1/metadata").await.json();
    assert_eq!(metadata["name"], "Vitascope");
    assert_eq!(metadata["url"], "https://clips.example.com");
    assert_eq!(metadata["models"], json!(["simulated"]));
    assert_eq!(metadata["limits"]["requestsPerMinute"], 600);
    assert_eq!(metadata["limits"]["uploadsPerHour"], Value::Null);
    assert_eq!(metadata["limits"]["clipSeconds"], 15);
    api.shutdown.cancel();
    assert_eq!(api.get("/api/status").await.json()["status"], "ending");
}

#[tokio::test]
async fn memory_is_told_to_administrators() {
    let api = TestApi::new();
    assert_eq!(api.get("/debug/memory").await.problem(), "UNAUTHENTICATED");
    let admin = api.sign_up_admin().await;
    let told = api
        .ask(&admin, "GET /debug/memory", Value::Null)
        .await
        .json();
    assert_eq!(
        told,
        json!({"rss": 3, "heapAllocated": 1, "heapResident": 2})
    );
}
