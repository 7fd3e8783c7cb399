//! Files that people could send.

use std::path::Path;

use tokio_util::sync::CancellationToken;
use vita_fixtures::ClipRecipe;
use vita_media::MediaErrorKind;
use vita_media::film::{FilmRequest, film_plan, make_film};
use vita_model::FrameSize;

use super::{probe_clip, runner};

async fn check_unreadable(path: &Path) {
    let error = probe_clip(&runner(), path).await.unwrap_err();
    assert_eq!(
        error.kind(),
        MediaErrorKind::InputUnreadable,
        "{}: {error}",
        path.display()
    );
}

#[tokio::test]
async fn files_that_are_no_videos_are_refused_as_such() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let good = vita_fixtures::make_clip(&at("good.mp4"), ClipRecipe::default());
    std::fs::write(at("empty.mp4"), b"").unwrap();
    std::fs::write(at("text.mp4"), b"not a video".repeat(1000)).unwrap();
    let list = format!("ffconcat version 1.0\nfile '{}'\n", good.display());
    std::fs::write(at("list.mp4"), list).unwrap();
    check_unreadable(&at("empty.mp4")).await;
    check_unreadable(&at("text.mp4")).await;
    check_unreadable(&at("list.mp4")).await;
    check_unreadable(&vita_fixtures::make_disguised_playlist(
        &at("evil.mp4"),
        &good,
    ))
    .await;
    check_unreadable(&vita_fixtures::cut_off(&good, &at("short.mp4"), 0.05)).await;
    check_unreadable(&vita_fixtures::make_picture(
        &at("picture.mp4"),
        (64, 64),
        "red",
    ))
    .await;
    let missing = probe_clip(&runner(), &at("missing.mp4")).await;
    assert!(missing.is_err());
}

#[tokio::test]
async fn a_clip_that_vanished_fails_the_film_and_leaves_nothing() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let runner = runner();
    let good = vita_fixtures::make_clip(&at("good.mp4"), ClipRecipe::default());
    let good = probe_clip(&runner, &good).await.unwrap();
    std::fs::write(at("empty.mp4"), b"").unwrap();
    let mut bad = good.clone();
    bad.path = at("empty.mp4");
    let clips = [good, bad];
    let plan = film_plan(&FilmRequest {
        clips: &clips,
        target: FrameSize {
            width: 320,
            height: 180,
        },
        crossfade: None,
        work_dir: folder.path(),
        out: &at("film.mp4"),
        threads: 1,
    })
    .unwrap();
    let error = make_film(&runner, &plan, &CancellationToken::new(), |_| {})
        .await
        .unwrap_err();
    assert_eq!(error.kind(), MediaErrorKind::InputUnreadable, "{error}");
    assert!(error.to_string().contains("empty.mp4"), "{error}");
    let mut left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["empty.mp4", "good.mp4"]);
}
