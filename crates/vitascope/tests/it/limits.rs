use serde_json::json;
use vita_testkit::ledger;

use crate::{CLIP_LIMIT, PROGRAM, quick_server};

#[tokio::test]
async fn a_full_database_refuses_writes_with_a_clear_error_and_still_reads() {
    let app = quick_server()
        .with("VITASCOPE_DATABASE__SIZE_MAX", "1MiB")
        .start()
        .await;
    let user = app.new_user("full").await;
    let project = user.create_project("The last one").await;
    // Each scene takes some 2 KiB, so a few hundred fill the limit.
    let prompt = "x".repeat(1_900);
    let path = format!("/api/projects/{project}/scenes");
    let mut refused = None;
    for _ in 0..600 {
        let answer = user.post(&path, &json!({ "prompt": prompt })).await;
        if answer.status != 201 {
            refused = Some(answer);
            break;
        }
        if answer.json()["position"].as_u64() == Some(199) {
            let more = user.create_project("More").await;
            return fill(&user, &more, &prompt).await;
        }
    }
    assert_storage_full(refused.as_ref());
    user.get("/api/projects").await.expect(200);
}

/// A project has room for 200 scenes, so more projects are needed.
async fn fill(user: &vita_testkit::Client, project: &str, prompt: &str) {
    let mut project = project.to_owned();
    let mut made = 0;
    let refused = loop {
        let path = format!("/api/projects/{project}/scenes");
        let answer = user.post(&path, &json!({ "prompt": prompt })).await;
        if answer.status != 201 {
            break answer;
        }
        made += 1;
        if made % 150 == 0 {
            let body = json!({ "title": "More" });
            let answer = user.post("/api/projects", &body).await;
            if answer.status != 201 {
                break answer;
            }
            answer.json()["id"]
                .as_str()
                .unwrap()
                .clone_into(&mut project);
        }
        assert!(made < 2_000, "the limit does not hold");
    };
    assert_storage_full(Some(&refused));
    let listed = user.get("/api/projects").await.expect(200);
    assert!(!listed["projects"].as_array().unwrap().is_empty());
    ledger::assert_sums(user).await;
}

fn assert_storage_full(refused: Option<&vita_testkit::Answer>) {
    let refused = refused.expect("the limit holds");
    assert_eq!(refused.status, 507, "{}", refused.text);
    assert_eq!(refused.expect_problem(507), "STORAGE_FULL");
}

#[tokio::test]
async fn without_room_for_clips_a_generation_fails_with_a_reason_and_costs_nothing() {
    let app = quick_server()
        // More than any disk has.
        .with("VITASCOPE_STORAGE__FREE_MIN", "1000000TiB")
        .start()
        .await;
    let user = app.new_user("noroom").await;
    let project = user.create_project("No room").await;
    let scene = user.create_scene(&project, "anything").await;
    let generation = user.generate_simulated(&project, &scene).await;
    let status = user.wait_for_end(&generation, CLIP_LIMIT).await;
    assert_eq!(status["status"], "failed", "{status}");
    assert_eq!(status["error"]["code"], "STORAGE_FULL", "{status}");
    assert_eq!(status["error"]["retryable"], true);
    ledger::assert_sums(&user).await;
    let refunded = ledger::count_by_generation(&user, "refund").await;
    assert_eq!(refunded, [(generation, 1)]);
}

#[tokio::test]
async fn production_mode_refuses_models_that_are_not_installed_and_closes_the_sign_up() {
    let app = vita_testkit::ServerConfig::new(PROGRAM)
        .with("VITASCOPE_MODE", "production")
        .start()
        .await;
    let nobody = app.client();
    let body = json!({ "email": "a@example.org", "password": "long enough for this" });
    let answer = nobody.post("/api/auth/register", &body).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
}
