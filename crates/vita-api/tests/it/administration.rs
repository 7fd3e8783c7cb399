use serde_json::{Value, json};

use crate::api::TestApi;

#[tokio::test]
async fn an_administrator_finds_changes_and_keeps_out_accounts() {
    let api = TestApi::new();
    let admin = api.sign_up_admin().await;
    let user = api.sign_up().await;
    let me = api.ask(&user, "GET /api/me", Value::Null).await.json();
    let found = api
        .ask(
            &admin,
            "GET /api/admin/users?email=USER1&limit=1",
            Value::Null,
        )
        .await
        .json();
    assert_eq!(found["users"][0]["id"], me["id"]);
    assert_eq!(found["users"][0]["balance"], 10_000);
    assert_eq!(found["nextCursor"], Value::Null);

    let patch = format!("PATCH /api/admin/users/{}", me["id"].as_str().unwrap());
    let richer = api
        .ask(&admin, &patch, json!({"credits": 500}))
        .await
        .json();
    assert_eq!(richer["balance"], 10_500);
    let ledger = api
        .ask(&user, "GET /api/credits/ledger", Value::Null)
        .await
        .json();
    let last = &ledger["entries"][0];
    assert_eq!(
        (&last["kind"], &last["amount"]),
        (&json!("grant"), &json!(500))
    );
    let poorer = api.ask(&admin, &patch, json!({"credits": -20_000})).await;
    assert_eq!(poorer.problem(), "CONFLICT");

    let out = api
        .ask(&admin, &patch, json!({"disabled": true}))
        .await
        .json();
    assert_eq!(out["disabled"], true);
    let refused = api.ask(&user, "GET /api/me", Value::Null).await;
    assert_eq!(refused.problem(), "TOKEN_EXPIRED");

    let log = api
        .ask(&admin, "GET /api/admin/audit", Value::Null)
        .await
        .json();
    let acts = log["entries"].as_array().unwrap();
    assert_eq!(acts.len(), 3, "{log}");
    assert_eq!(acts[0]["action"], "user.update");
    assert_eq!(acts[0]["subjectId"], me["id"]);
    assert_eq!(acts[0]["detail"]["disabled"], true);
    assert_eq!(
        (&acts[2]["action"], &acts[2]["actorId"]),
        (&json!("admin.create"), &Value::Null)
    );
}

#[tokio::test]
async fn a_change_that_is_repeated_with_its_key_happens_once() {
    let api = TestApi::new();
    let admin = api.sign_up_admin().await;
    let user = api.sign_up().await;
    let me = api.ask(&user, "GET /api/me", Value::Null).await.json();
    let path = format!("/api/admin/users/{}", me["id"].as_str().unwrap());
    for _ in 0..3 {
        let request = admin
            .request("PATCH", &path)
            .header("idempotency-key", "once");
        let answer = api
            .send(crate::api::with_json(request, &json!({"credits": 5})))
            .await;
        assert_eq!(answer.json()["balance"], 10_005);
    }
}

#[tokio::test]
async fn the_last_administrator_is_told_why_they_stay() {
    let api = TestApi::new();
    let admin = api.sign_up_admin().await;
    let me = api.ask(&admin, "GET /api/me", Value::Null).await.json();
    let patch = format!("PATCH /api/admin/users/{}", me["id"].as_str().unwrap());
    for change in [json!({"role": "creator"}), json!({"disabled": true})] {
        let refused = api.ask(&admin, &patch, change).await;
        assert_eq!(refused.problem(), "CONFLICT");
        assert!(refused.text().contains("last administrator"));
    }
}

#[tokio::test]
async fn the_metrics_are_for_this_machine_and_for_administrators() {
    let api = TestApi::new();
    let admin = api.sign_up_admin().await;
    let user = api.sign_up().await;
    let key = api.add_key(&admin, &["admin"]).await;
    let weak = api.add_key(&admin, &["read"]).await;
    for (who, expected) in [(&admin, 200), (&key, 200), (&user, 404), (&weak, 404)] {
        let answer = api.ask(who, "GET /metrics", Value::Null).await;
        assert_eq!(answer.status.as_u16(), expected);
    }
    assert_eq!(api.get("/metrics").await.status, 404);
}
