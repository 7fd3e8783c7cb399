//! The drill of uploads: the server is killed again and again while pictures are uploaded, and in
//! the end every one that was acknowledged is there with its thumbnail, and nothing is half made.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use vita_fixtures::png_picture;
use vita_testkit::{Client, residue, wait_until};

use crate::quick_server;

const KILLS: u32 = 6;

/// Uploads that are under way at once.
const LANES: u8 = 4;

/// Longest time until a thumbnail is there once the server runs again.
const THUMBNAIL_LIMIT: Duration = Duration::from_mins(1);

#[tokio::test]
async fn killed_while_pictures_come_in_no_acknowledged_one_is_lost() {
    let mut app = quick_server().start().await;
    let mut user = app.new_user("drill-uploads").await;
    let mut acknowledged = Vec::new();
    for kill in 0..KILLS {
        let lanes = (0..LANES).map(|lane| tokio::spawn(upload_until_killed(user.clone(), lane)));
        let lanes: Vec<_> = lanes.collect();
        tokio::time::sleep(Duration::from_millis(u64::from(120 + 170 * kill))).await;
        app.kill9().await;
        for lane in lanes {
            acknowledged.extend(lane.await.unwrap());
        }
        app.restart().await;
        user = user.moved_to(app.url());
    }
    assert!(
        acknowledged.len() > 10,
        "only {} got through",
        acknowledged.len()
    );

    let listed = wait_until("all thumbnails", THUMBNAIL_LIMIT, || async {
        let path = "/api/reference-images?limit=100";
        let listed = user.list_all(path, "referenceImages").await;
        let is_ready = |image: &Value| image["thumbnailStatus"] == "ready";
        listed.iter().all(is_ready).then_some(listed)
    })
    .await;
    for key in &acknowledged {
        let image = listed
            .iter()
            .find(|image| image["imageKey"] == key.as_str());
        let image = image.unwrap_or_else(|| panic!("`{key}` was acknowledged and is lost"));
        for address in ["thumbnailUrl", "imageUrl"] {
            let file = user.get(image[address].as_str().unwrap()).await;
            assert_eq!(file.status, 200, "{image}");
        }
    }
    // A client may have missed the answer, but what is listed is whole all the same.
    assert!(listed.len() >= acknowledged.len());
    let data_dir = app.data_dir();
    wait_until("half-made files to be cleared", THUMBNAIL_LIMIT, || async {
        residue::half_made_files(&data_dir).is_empty().then_some(())
    })
    .await;
}

/// Uploads one picture after the other until there is no answer; tells the keys that were
/// acknowledged.
async fn upload_until_killed(user: Client, lane: u8) -> Vec<String> {
    let mut keys = Vec::new();
    let picture = png_picture(320, 200, lane);
    loop {
        // Both ways in turns: with the thumbnail in the answer, and in a job.
        let path = format!("/api/upload-reference?async={}", keys.len() % 2 == 0);
        let request = user.request(Method::POST, &path);
        let request = request.header("content-type", "image/png");
        match user.try_send(request.body(picture.clone())).await {
            Ok(answer) => {
                let uploaded = answer.expect(201);
                keys.push(uploaded["imageKey"].as_str().unwrap().to_owned());
            }
            Err(_) => return keys,
        }
    }
}
