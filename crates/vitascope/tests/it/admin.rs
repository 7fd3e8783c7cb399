use serde_json::{Value, json};
use vita_testkit::{Client, ledger, wait_until};

use crate::{CLIP_LIMIT, quick_server, server_with_simulated};

async fn queue(admin: &Client, name: &str) -> Value {
    let queues = admin.get("/admin/queue").await.expect(200);
    let queues = queues["queues"].as_array().unwrap();
    let found = queues.iter().find(|queue| queue["name"] == name);
    found.unwrap().clone()
}

#[tokio::test]
async fn the_first_administrator_sees_every_queue_and_others_do_not() {
    let (app, admin) = quick_server().start_with_admin().await;
    let answer = admin.get("/admin/queue").await;
    assert_eq!(answer.statement_count(), 1);
    let queues = answer.expect(200);
    let queues = queues["queues"].as_array().unwrap();
    let names: Vec<&str> = queues
        .iter()
        .filter_map(|queue| queue["name"].as_str())
        .collect();
    assert_eq!(
        names,
        ["export", "housekeeping", "images", "models", "render"]
    );
    let user = app.new_user("curious").await;
    let answer = user.get("/admin/queue").await;
    assert_eq!(answer.expect_problem(404), "NOT_FOUND");
}

#[tokio::test]
async fn a_pause_survives_kill_9_and_what_waited_is_made_after_it() {
    let server = server_with_simulated("300ms").with("VITASCOPE_QUEUE__REMOTE_CONCURRENCY", "1");
    let (mut app, admin) = server.start_with_admin().await;
    let user = app.new_user("patient").await;
    let project = user.create_project("Paused").await;
    let scene = user.create_scene(&project, "anything").await;
    let running = user.generate_simulated(&project, &scene).await;
    user.wait_for_status(&running, "processing", CLIP_LIMIT)
        .await;
    let paused = admin.post("/admin/queue/models/pause", &json!({})).await;
    assert_eq!(paused.expect(200)["paused"], true);
    let waiting = user.generate_simulated(&project, &scene).await;
    // What ran when the pause came goes on to its end.
    let ended = user.wait_for_end(&running, CLIP_LIMIT).await;
    assert_eq!(ended["status"], "completed");

    app.kill9().await;
    app.restart().await;
    let (user, admin) = (user.moved_to(app.url()), admin.moved_to(app.url()));
    let found = queue(&admin, "models").await;
    assert_eq!(
        (&found["paused"], &found["counts"]["queued"]),
        (&json!(true), &json!(1))
    );
    let status = user.status(&waiting).await;
    assert_eq!(
        (&status["status"], &status["queuePaused"]),
        (&json!("queued"), &json!(true))
    );
    wait_until("the metrics to tell", CLIP_LIMIT, || async {
        let metrics = app.metrics().await;
        metrics
            .contains("vitascope_job_paused_queues{queue=\"models\"} 1")
            .then_some(())
    })
    .await;

    let resumed = admin.post("/admin/queue/models/resume", &json!({})).await;
    assert_eq!(resumed.expect(200)["paused"], false);
    let ended = user.wait_for_end(&waiting, CLIP_LIMIT).await;
    assert_eq!(ended["status"], "completed");
    ledger::assert_sums(&user).await;
}
