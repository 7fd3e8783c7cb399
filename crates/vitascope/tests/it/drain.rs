use std::time::{Duration, Instant};

use serde_json::json;
use vita_testkit::ledger;

use crate::{CLIP_LIMIT, server_with_simulated};

#[tokio::test]
async fn sigterm_lets_requests_end_and_hands_jobs_back_within_the_limit() {
    let mut app = server_with_simulated("3s")
        .with("VITASCOPE_SERVER__DRAIN_TIMEOUT", "4s")
        .with("VITASCOPE_QUEUE__REMOTE_CONCURRENCY", "4")
        .start()
        .await;
    let user = app.new_user("drain").await;
    let project = user.create_project("Drain").await;
    let scene = user.create_scene(&project, "anything").await;
    let mut generations = Vec::new();
    for _ in 0..12 {
        generations.push(user.generate_simulated(&project, &scene).await);
    }
    let local = user.generate_local(&project, &scene).await;
    generations.push(local);
    user.wait_for_status(&generations[0], "processing", CLIP_LIMIT)
        .await;

    // Requests that are under way while it ends: each is answered, or refused as a connection.
    let (count, mut counted) = tokio::sync::watch::channel(0);
    let asking = tokio::spawn({
        let user = user.clone();
        async move {
            while let Ok(answer) = {
                let request = user.request(reqwest::Method::GET, "/api/projects");
                user.try_send(request).await
            } {
                assert!(
                    answer.status == 200 || answer.status == 503,
                    "{}",
                    answer.text
                );
                count.send_modify(|answered| *answered += 1);
            }
        }
    });
    counted.wait_for(|answered| *answered > 10).await.unwrap();
    let asked = Instant::now();
    let exited = app.terminate().await;
    let took = asked.elapsed();
    assert!(exited.status.success(), "{}", exited.status);
    assert!(took < Duration::from_secs(8), "it took {took:?}");
    asking.await.unwrap();

    app.set("VITASCOPE_MODELS__SIMULATED__DURATION", "50ms");
    app.restart().await;
    let user = user.moved_to(app.url());
    for generation in &generations {
        let status = user.wait_for_end(generation, CLIP_LIMIT).await;
        assert_eq!(status["status"], "completed", "{status}");
    }
    ledger::assert_sums(&user).await;
    let settled = ledger::count_by_generation(&user, "settle").await;
    assert_eq!(settled.len(), generations.len());
    assert!(settled.iter().all(|(_, times)| *times == 1), "{settled:?}");
}

#[tokio::test]
async fn a_second_signal_ends_at_once_and_nothing_is_lost() {
    let mut app = server_with_simulated("5m")
        .with("VITASCOPE_SERVER__DRAIN_TIMEOUT", "5m")
        .start()
        .await;
    let user = app.new_user("impatient").await;
    let project = user.create_project("Impatient").await;
    let scene = user.create_scene(&project, "anything").await;
    let generation = user.generate_simulated(&project, &scene).await;
    user.wait_for_status(&generation, "processing", CLIP_LIMIT)
        .await;
    app.signal(vita_testkit::Signal::TERM);
    vita_testkit::wait_until("the server to say that it ends", CLIP_LIMIT, || async {
        app.stderr()
            .contains("a second signal ends at once")
            .then_some(())
    })
    .await;
    app.signal(vita_testkit::Signal::INT);
    let exited = app.wait_for_end().await;
    assert_eq!(exited.status.code(), Some(130));

    app.set("VITASCOPE_MODELS__SIMULATED__DURATION", "50ms");
    app.restart().await;
    let user = user.moved_to(app.url());
    let status = user.wait_for_end(&generation, CLIP_LIMIT).await;
    assert_eq!(status["status"], "completed");
    user.post("/api/projects", &json!({ "title": "after" }))
        .await
        .expect(201);
}
