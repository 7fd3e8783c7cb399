use serde_json::json;

use crate::{CLIP_LIMIT, probe, quick_server};

#[tokio::test]
async fn a_prompt_becomes_a_clip_that_plays() {
    let app = quick_server().start().await;
    let user = app.new_user("story").await;
    let project = user.create_project("From a prompt to a clip").await;
    let prompt = "a serene mountain landscape at golden hour";
    let scene = user.create_scene(&project, prompt).await;

    let body = json!({
        "sceneId": scene,
        "model": "local",
        "resolution": "360p",
        "duration": 1,
        "seed": 7,
    });
    let path = format!("/api/projects/{project}/generate");
    let accepted = user.post(&path, &body).await.expect(202);
    assert_eq!(accepted["status"], "queued");
    assert!(accepted["estimatedCost"].as_i64().unwrap() > 0);
    let generation = accepted["generationId"].as_str().unwrap();
    assert_eq!(
        accepted["statusUrl"],
        format!("/api/generations/{generation}/status")
    );

    let status = user.wait_for_end(generation, CLIP_LIMIT).await;
    assert_eq!(status["status"], "completed", "{status}");
    assert_eq!(status["progress"], 100);
    assert!(status["error"].is_null());

    let clip = user.get(status["videoUrl"].as_str().unwrap()).await;
    clip_is_playable(&clip, 640, 360);
    let poster = user.get(status["thumbnailUrl"].as_str().unwrap()).await;
    assert_eq!(poster.header("content-type"), "image/jpeg");
    assert_eq!(probe(&poster.bytes).width, 640);

    let projects = user.get("/api/projects").await.expect(200);
    let listed = &projects["projects"][0];
    assert_eq!(listed["sceneCount"], 1);
    assert_eq!(listed["totalCost"], accepted["estimatedCost"]);
    assert_eq!(listed["latestGeneration"]["status"], "completed");
    vita_testkit::ledger::assert_sums(&user).await;
}

fn clip_is_playable(clip: &vita_testkit::Answer, width: u64, height: u64) {
    assert_eq!(clip.status, 200, "{}", clip.text);
    assert_eq!(clip.header("content-type"), "video/mp4");
    assert_eq!(clip.header("accept-ranges"), "bytes");
    let probed = probe(&clip.bytes);
    assert_eq!((probed.width, probed.height), (width, height), "{probed:?}");
    assert_eq!(probed.codec, "h264");
    assert!((probed.seconds - 1.0).abs() < 0.1, "{probed:?}");
}

#[tokio::test]
async fn a_player_gets_the_part_of_the_clip_that_it_asks_for() {
    let app = quick_server().start().await;
    let user = app.new_user("ranges").await;
    let project = user.create_project("Ranges").await;
    let scene = user.create_scene(&project, "anything").await;
    let generation = user.generate_simulated(&project, &scene).await;
    let status = user.wait_for_end(&generation, CLIP_LIMIT).await;
    let url = status["videoUrl"].as_str().unwrap();
    let whole = user.get(url).await;
    let request = user.request(reqwest::Method::GET, url);
    let part = user.send(request.header("range", "bytes=4-11")).await;
    assert_eq!(part.status, 206);
    assert_eq!(part.bytes, whole.bytes[4..12]);
    let size = whole.bytes.len();
    assert_eq!(part.header("content-range"), format!("bytes 4-11/{size}"));
    let request = user.request(reqwest::Method::GET, url);
    let again = request.header("if-none-match", whole.header("etag"));
    assert_eq!(user.send(again).await.status, 304);
}

#[tokio::test]
async fn a_generation_can_be_tried_again_and_one_of_two_chosen() {
    let app = quick_server().start().await;
    let user = app.new_user("retry").await;
    let project = user.create_project("Two takes").await;
    let scene = user.create_scene(&project, "anything").await;
    let first = user.generate_simulated(&project, &scene).await;
    user.wait_for_end(&first, CLIP_LIMIT).await;
    let path = format!("/api/generations/{first}/retry");
    let retried = user.post(&path, &json!({})).await.expect(202);
    let second = retried["generationId"].as_str().unwrap();
    assert_ne!(second, first);
    user.wait_for_end(second, CLIP_LIMIT).await;

    let path = format!("/api/scenes/{scene}/generations");
    let generations = user.get(&path).await.expect(200);
    assert_eq!(generations["generations"].as_array().unwrap().len(), 2);
    for chosen in [&first, second] {
        let path = format!("/api/scenes/{scene}/select");
        let body = json!({ "generationId": chosen });
        user.post(&path, &body).await.expect(204);
        let path = format!("/api/projects/{project}/scenes");
        let scenes = user.get(&path).await.expect(200);
        assert_eq!(scenes["scenes"][0]["selectedGenerationId"], *chosen);
    }
    vita_testkit::ledger::assert_sums(&user).await;
}

#[tokio::test]
async fn generating_twice_with_one_key_returns_the_same_generation() {
    let app = quick_server().start().await;
    let user = app.new_user("idempotent").await;
    let project = user.create_project("Once").await;
    let scene = user.create_scene(&project, "anything").await;
    let path = format!("/api/projects/{project}/generate");
    let generate = |duration: u32| {
        let body = json!({ "sceneId": scene, "resolution": "360p", "duration": duration });
        let request = user.request(reqwest::Method::POST, &path).json(&body);
        user.send(request.header("idempotency-key", "key-1"))
    };
    let first = generate(1).await.expect(202);
    let again = generate(1).await.expect(202);
    assert_eq!(first["generationId"], again["generationId"]);
    let other = generate(2).await.expect_problem(422);
    assert_eq!(other, "IDEMPOTENCY_MISMATCH");
    let reserved = vita_testkit::ledger::count_by_generation(&user, "reserve").await;
    assert_eq!(reserved.len(), 1);
    let generation = first["generationId"].as_str().unwrap();
    user.wait_for_end(generation, CLIP_LIMIT).await;
}
