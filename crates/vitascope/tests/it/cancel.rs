use std::time::Duration;

use serde_json::json;
use vita_testkit::{ServerConfig, ledger, wait_until};

use crate::{CLIP_LIMIT, PROGRAM};

/// Longest time until a cancelled render has let go of the processor.
const CANCEL_LIMIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn cancelling_a_render_ends_its_ffmpeg_and_returns_the_credits() {
    let app = ServerConfig::new(PROGRAM).start().await;
    let user = app.new_user("cancel").await;
    let project = user.create_project("Never mind").await;
    let scene = user
        .create_scene(&project, "a city at night in the rain")
        .await;
    let body = json!({
        "sceneId": scene,
        "model": "local",
        "resolution": "1080p",
        "duration": 15,
    });
    let generation = user.generate(&project, &body).await;
    wait_until("ffmpeg to run", CLIP_LIMIT, || async {
        (!app.tool_processes().is_empty()).then_some(())
    })
    .await;
    let path = format!("/api/generations/{generation}/cancel");
    user.post(&path, &json!({})).await.expect(202);
    let status = user.wait_for_end(&generation, CANCEL_LIMIT).await;
    assert_eq!(status["status"], "cancelled");
    wait_until("ffmpeg to end", CANCEL_LIMIT, || async {
        app.tool_processes().is_empty().then_some(())
    })
    .await;
    let code = user.post(&path, &json!({})).await.expect_problem(409);
    assert_eq!(code, "CONFLICT");
    ledger::assert_sums(&user).await;
    let refunded = ledger::count_by_generation(&user, "refund").await;
    assert_eq!(refunded, [(generation, 1)]);
}

#[tokio::test]
async fn cancelling_what_still_waits_ends_it_at_once() {
    // One place at the simulated model, and it is taken for as long as the test runs.
    let server =
        crate::server_with_simulated("5m").with("VITASCOPE_QUEUE__REMOTE_CONCURRENCY", "1");
    let app = server
        .with("VITASCOPE_SERVER__DRAIN_TIMEOUT", "1s")
        .start()
        .await;
    let user = app.new_user("waiting").await;
    let project = user.create_project("Queue").await;
    let scene = user.create_scene(&project, "anything").await;
    let running = user.generate_simulated(&project, &scene).await;
    user.wait_for_status(&running, "processing", CLIP_LIMIT)
        .await;
    let waiting = user.generate_simulated(&project, &scene).await;
    let path = format!("/api/generations/{waiting}/cancel");
    let status = user.post(&path, &json!({})).await.expect(202);
    assert_eq!(status["status"], "cancelled");
    ledger::assert_sums(&user).await;
}
