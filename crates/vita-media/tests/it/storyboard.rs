use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vita_media::storyboard::{StoryboardFrame, StoryboardRequest, make_storyboard};
use vita_model::FrameSize;

use super::{pool, runner};

#[tokio::test]
async fn a_sheet_shows_every_scene_also_those_without_a_picture() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let red = vita_fixtures::make_picture(&at("red.jpg"), (320, 180), "red");
    let tall = vita_fixtures::make_picture(&at("tall.jpg"), (90, 160), "blue");
    std::fs::write(at("broken.jpg"), b"no picture").unwrap();
    let frame = |picture, caption: &str| StoryboardFrame {
        picture,
        caption: caption.to_owned(),
        duration: Duration::from_secs(5),
    };
    let frames = vec![
        frame(
            Some(red),
            "The harbour at dawn; gulls, and a boat that comes in slowly",
        ),
        frame(Some(tall), "漢字 🎬"),
        frame(None, ""),
        frame(Some(at("broken.jpg")), "x"),
        frame(Some(at("missing.jpg")), "y"),
    ];
    let request = StoryboardRequest {
        title: "The fishers of Ålesund".to_owned(),
        frames,
        aspect: FrameSize {
            width: 1280,
            height: 720,
        },
        out: at("sheet.jpg"),
    };
    let mut seen = Vec::new();
    let cancel = CancellationToken::new();
    let made = make_storyboard(&runner(), &pool(2), request, &cancel, |share| {
        seen.push(share);
    })
    .await
    .unwrap();
    let bytes = std::fs::read(&made.picture).unwrap();
    assert!(bytes.starts_with(&[0xFF, 0xD8, 0xFF]));
    assert_eq!(bytes.len() as u64, made.size_bytes);
    assert_eq!(made.frame_size.width, 1920);
    assert!(seen.is_sorted() && seen.last() == Some(&1.0), "{seen:?}");
}
