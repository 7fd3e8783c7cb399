use http::StatusCode;
use serde_json::{Value, json};

use crate::api::{TestApi, User};
use crate::generations::generate;

#[tokio::test]
async fn queues_are_listed_paused_and_resumed() {
    let mut api = TestApi::new();
    let admin = api.sign_up_admin().await;
    for call in [
        "POST /admin/queue/models/pause",
        "POST /admin/queue/models/resume",
        "GET /admin/queue/models/jobs",
        "POST /admin/queue/no%20name/pause",
    ] {
        let answer = api.ask(&admin, call, Value::Null).await;
        assert_eq!(
            answer.problem(),
            "NOT_FOUND",
            "{call}: no worker made it known"
        );
    }
    api.start_workers().await;
    let user = api.sign_up().await;
    let paused = api
        .ask(&admin, "POST /admin/queue/models/pause", Value::Null)
        .await;
    assert_eq!(paused.status, StatusCode::OK, "{paused:?}");
    let paused = paused.json();
    assert_eq!(
        (&paused["name"], &paused["paused"]),
        (&json!("models"), &json!(true))
    );
    let generation = generate(&api, &user).await;

    let queues = api
        .ask(&admin, "GET /admin/queue", Value::Null)
        .await
        .json();
    let queues = queues["queues"].as_array().unwrap();
    let models = queues
        .iter()
        .find(|queue| queue["name"] == "models")
        .unwrap();
    assert_eq!(models["counts"]["queued"], 1);
    assert_eq!(models["estimatedWaitSeconds"], Value::Null);
    assert!(models["oldestWaitingSince"].is_string());
    assert_eq!(
        queues
            .iter()
            .filter(|queue| queue["paused"] == true)
            .count(),
        1
    );

    let call = format!("GET /api/generations/{generation}/status");
    let status = api.ask(&user, &call, Value::Null).await.json();
    assert_eq!(
        (&status["status"], &status["queuePaused"]),
        (&json!("queued"), &json!(true))
    );
    assert_eq!(status["queuePosition"], 1);
    assert_eq!(status.get("estimatedWaitSeconds"), Some(&Value::Null));
    let resumed = api
        .ask(&admin, "POST /admin/queue/models/resume", Value::Null)
        .await;
    assert_eq!(resumed.json()["paused"], false);
}

#[tokio::test]
async fn jobs_are_listed_by_state_and_inspected() {
    let mut api = TestApi::new();
    let (admin, user) = (api.sign_up_admin().await, api.sign_up().await);
    api.start_workers().await;
    api.ask(&admin, "POST /admin/queue/models/pause", Value::Null)
        .await;
    for _ in 0..3 {
        generate(&api, &user).await;
    }
    let seen = list_all(&api, &admin).await;
    assert_eq!(seen.len(), 3);
    let job = seen[2]["id"].as_str().unwrap();
    let raise = format!("POST /admin/jobs/{job}/priority");
    let raised = api.ask(&admin, &raise, json!({"priority": 5})).await;
    assert_eq!(
        (raised.status, &raised.json()["priority"]),
        (StatusCode::OK, &json!(5))
    );
    let call = "GET /admin/queue/models/jobs?limit=1";
    let first = api.ask(&admin, call, Value::Null).await.json();
    assert_eq!(first["jobs"][0]["id"], job);
    let refused = api.ask(&admin, &raise, json!({"priority": 101})).await;
    assert_eq!(
        refused.refused_field(),
        ("/priority".to_owned(), "OUT_OF_RANGE".to_owned())
    );

    let inspected = api
        .ask(&admin, &format!("GET /admin/jobs/{job}"), Value::Null)
        .await
        .json();
    assert!(
        inspected["payload"]["generationId"].is_string(),
        "{inspected}"
    );
    assert_eq!(inspected["kind"], "make_clip");
    assert_eq!(
        (&inspected["attemptHistory"], &inspected["steps"]),
        (&json!([]), &json!([]))
    );
    let refused = api
        .ask(
            &admin,
            "GET /admin/queue/models/jobs?state=lost",
            Value::Null,
        )
        .await;
    assert_eq!(
        refused.refused_field(),
        ("state".to_owned(), "UNKNOWN".to_owned())
    );
    for state in ["running", "completed", "failed", "cancelled", "dead"] {
        let call = format!("GET /admin/queue/models/jobs?state={state}&cursor=5.job_x");
        let page = api.ask(&admin, &call, Value::Null).await.json();
        assert_eq!(page, json!({"jobs": [], "nextCursor": null}), "{state}");
    }
    let foreign = "GET /admin/queue/models/jobs?state=queued&cursor=5.job_x";
    let page = api.ask(&admin, foreign, Value::Null).await;
    assert_eq!(page.status, StatusCode::OK);
}

/// The jobs that wait for models, in pages of two.
async fn list_all(api: &TestApi, admin: &User) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut query = "limit=2".to_owned();
    loop {
        let call = format!("GET /admin/queue/models/jobs?{query}");
        let page = api.ask(admin, &call, Value::Null).await.json();
        seen.extend(page["jobs"].as_array().unwrap().clone());
        let Some(next) = page["nextCursor"].as_str() else {
            return seen;
        };
        query = format!("limit=2&state=queued&cursor={next}");
    }
}

#[tokio::test]
async fn a_job_is_called_off_once_and_what_has_not_failed_is_not_requeued() {
    let mut api = TestApi::new();
    let (admin, user) = (api.sign_up_admin().await, api.sign_up().await);
    api.start_workers().await;
    api.ask(&admin, "POST /admin/queue/models/pause", Value::Null)
        .await;
    let generation = generate(&api, &user).await;
    let listed = api
        .ask(&admin, "GET /admin/queue/models/jobs", Value::Null)
        .await
        .json();
    let job = listed["jobs"][0]["id"].as_str().unwrap();
    let requeue = format!("POST /admin/jobs/{job}/requeue");
    assert_eq!(
        api.ask(&admin, &requeue, Value::Null).await.problem(),
        "CONFLICT"
    );
    let cancel = format!("POST /admin/jobs/{job}/cancel");
    let keyed = || {
        let request = admin.request("POST", &format!("/admin/jobs/{job}/cancel"));
        let request = request.header("idempotency-key", "once");
        request.body(axum::body::Body::empty()).unwrap()
    };
    let cancelled = api.send(keyed()).await;
    assert_eq!(cancelled.status, StatusCode::ACCEPTED, "{cancelled:?}");
    assert_eq!(cancelled.json()["status"], "cancelled");
    // The same request again is the same cancel, another is a conflict.
    assert_eq!(api.send(keyed()).await.status, StatusCode::ACCEPTED);
    assert_eq!(
        api.ask(&admin, &cancel, Value::Null).await.problem(),
        "CONFLICT"
    );
    let call = format!("GET /api/generations/{generation}/status");
    let status = api.ask(&user, &call, Value::Null).await.json();
    assert_eq!(status["status"], "cancelled");
    let ledger = api
        .ask(&user, "GET /api/credits/ledger", Value::Null)
        .await
        .json();
    assert_eq!(ledger["entries"][0]["kind"], "refund");
}
