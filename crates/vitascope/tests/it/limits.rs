use serde_json::json;
use vita_testkit::{Answer, Client, ServerConfig, ledger};

use crate::{CLIP_LIMIT, PROGRAM, quick_server};

#[tokio::test]
async fn a_full_database_refuses_writes_with_a_clear_error_and_still_reads() {
    let app = quick_server()
        .on_sqlite()
        .with("VITASCOPE_DATABASE__SIZE_MAX", "1MiB")
        .start()
        .await;
    let user = app.new_user("full").await;
    let refused = fill(&user).await.expect("the limit holds");
    assert_eq!(refused.expect_problem(507), "STORAGE_FULL");
    let listed = user.get("/api/projects").await.expect(200);
    assert!(!listed["projects"].as_array().unwrap().is_empty());
    ledger::assert_sums(&user).await;
}

/// Writes until that is refused; answers the refusal, or none after far more than the limit.
async fn fill(user: &Client) -> Option<Answer> {
    // A scene of this size takes half a page of the file, so some hundreds fill a MiB.
    let scene = json!({ "prompt": "x".repeat(1_900) });
    for number in 0..20 {
        let title = json!({ "title": format!("Project {number}") });
        let project = user.post("/api/projects", &title).await;
        if project.status != 201 {
            return Some(project);
        }
        let project = project.json();
        let path = format!("/api/projects/{}/scenes", project["id"].as_str().unwrap());
        for _ in 0..100 {
            let answer = user.post(&path, &scene).await;
            if answer.status != 201 {
                return Some(answer);
            }
        }
    }
    None
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
async fn in_production_nobody_signs_up_unless_that_is_set() {
    let app = ServerConfig::new(PROGRAM)
        .with("VITASCOPE_MODE", "production")
        .start()
        .await;
    let nobody = app.client();
    let body = json!({ "email": "a@example.org", "password": "long enough for this" });
    let answer = nobody.post("/api/auth/register", &body).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
}
