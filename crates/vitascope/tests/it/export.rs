use serde_json::{Value, json};
use vita_testkit::Client;

use crate::{CLIP_LIMIT, probe, quick_server};

#[tokio::test]
async fn chosen_clips_become_one_film_and_the_scenes_a_sheet() {
    let app = quick_server().start().await;
    let user = app.new_user("film").await;
    let project = user.create_project("Film").await;
    // Sizes and shapes differ on purpose: the film has one.
    for (prompt, seconds, ratio) in [
        ("mountains at dawn", 1, "16:9"),
        ("a calm sea at night", 2, "9:16"),
    ] {
        let scene = user.create_scene(&project, prompt).await;
        let body = json!({
            "sceneId": scene,
            "model": "local",
            "resolution": "360p",
            "duration": seconds,
            "aspectRatio": ratio,
        });
        let generation = user.generate(&project, &body).await;
        let status = user.wait_for_end(&generation, CLIP_LIMIT).await;
        assert_eq!(status["status"], "completed", "{status}");
        let path = format!("/api/scenes/{scene}/select");
        let chosen = json!({ "generationId": generation });
        user.post(&path, &chosen).await.expect(204);
    }

    let film = export(&user, &project, &json!({ "format": "film" })).await;
    let film = user.get(film["result"]["url"].as_str().unwrap()).await;
    assert_eq!(film.header("content-type"), "video/mp4");
    let probed = probe(&film.bytes);
    assert!((probed.seconds - 3.0).abs() < 0.15, "{probed:?}");

    let faded = json!({ "format": "film", "crossfadeSeconds": 0.5 });
    let film = export(&user, &project, &faded).await;
    let film = user.get(film["result"]["url"].as_str().unwrap()).await;
    let probed = probe(&film.bytes);
    assert!((probed.seconds - 2.5).abs() < 0.15, "{probed:?}");

    let sheet = export(&user, &project, &json!({ "format": "storyboard" })).await;
    let sheet = user.get(sheet["result"]["url"].as_str().unwrap()).await;
    assert_eq!(sheet.header("content-type"), "image/jpeg");
    let probed = probe(&sheet.bytes);
    assert!(probed.width >= 300 && probed.height >= 100, "{probed:?}");
}

async fn export(user: &Client, project: &str, body: &Value) -> Value {
    let path = format!("/api/projects/{project}/export");
    let accepted = user.post(&path, body).await.expect(202);
    let job = accepted["jobId"].as_str().unwrap();
    let ended = user.wait_for_job(job, CLIP_LIMIT).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    ended
}
