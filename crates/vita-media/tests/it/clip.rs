use std::sync::Mutex;

use tokio_util::sync::CancellationToken;
use vita_media::MediaError;
use vita_media::clip::{AnimaticRequest, make_animatic};
use vita_model::{AspectRatio, Resolution, Stage};

use super::{pool, probe_clip, runner, spec, wait_until};

fn request(folder: &std::path::Path, seconds: i64) -> AnimaticRequest {
    AnimaticRequest {
        prompt: "a serene mountain landscape at golden hour".to_owned(),
        seed: 7,
        spec: spec(Resolution::P360, AspectRatio::Landscape, seconds),
        reference_images: Vec::new(),
        out_dir: folder.to_owned(),
    }
}

#[tokio::test]
async fn a_clip_is_what_was_asked_for() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let seen = Mutex::new(Vec::new());
    let (runner, cancel) = (runner(), CancellationToken::new());
    let on_progress = |stage: Stage, fraction: f64| seen.lock().unwrap().push((stage, fraction));
    let made = make_animatic(
        &runner,
        &pool(2),
        request(folder.path(), 1),
        &cancel,
        on_progress,
    )
    .await
    .unwrap();

    let probed = probe_clip(&runner, &made.video).await.unwrap();
    assert_eq!(probed.frame_count, Some(24));
    assert_eq!(
        (probed.frame_size.width, probed.frame_size.height),
        (640, 360)
    );
    assert_eq!(probed.video_codec, "h264");
    assert_eq!(probed.pixel_format.as_deref(), Some("yuv420p"));
    assert_eq!(probed.comment.as_deref(), Some("animatic, procedural"));
    assert_eq!(probed.audio_codec, None);
    assert!((probed.duration.as_secs_f64() - 1.0).abs() < 0.001);
    assert_eq!(
        made.size_bytes,
        std::fs::metadata(&made.video).unwrap().len()
    );

    let video = std::fs::read(&made.video).unwrap();
    let find = |name: &[u8]| video.windows(4).position(|part| part == name).unwrap();
    assert!(
        find(b"moov") < find(b"mdat"),
        "playing would wait for the whole file"
    );
    let poster = std::fs::read(&made.poster).unwrap();
    assert!(poster.starts_with(&[0xFF, 0xD8, 0xFF]) && poster.len() > 2_000);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");

    let seen = seen.into_inner().unwrap();
    let whole: Vec<u8> = seen
        .iter()
        .map(|(stage, share)| stage.progress(*share).get())
        .collect();
    assert!(whole.is_sorted(), "progress went back: {seen:?}");
    assert!(
        seen.iter()
            .filter(|(stage, _)| *stage == Stage::GeneratingFrames)
            .count()
            >= 10
    );
    assert_eq!(seen.last(), Some(&(Stage::Encoding, 1.0)));
}

#[tokio::test]
async fn cancelling_leaves_no_process_and_no_file() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pids = tempfile::tempdir().unwrap();
    let runner = runner::runner_with_registry(pids.path());
    let cancel = CancellationToken::new();
    let mut ffmpeg = None;
    let made = make_animatic(
        &runner,
        &pool(2),
        request(folder.path(), 15),
        &cancel,
        |_, share| {
            // In the middle: some frames are encoded, many are not.
            if ffmpeg.is_none() && share > 0.02 && share < 0.9 {
                ffmpeg = runner::registered_pid(pids.path());
                if ffmpeg.is_some() {
                    cancel.cancel();
                }
            }
        },
    )
    .await;
    assert!(matches!(made, Err(MediaError::Cancelled)), "{made:?}");
    let ffmpeg = ffmpeg.expect("ffmpeg was entered in the registry");
    assert!(!super::is_alive(ffmpeg));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(pids.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn dropping_the_work_ends_it() {
    if !vita_fixtures::has_ffmpeg() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pids = tempfile::tempdir().unwrap();
    let runner = runner::runner_with_registry(pids.path());
    let cancel = CancellationToken::new();
    let pool = pool(2);
    let work = make_animatic(
        &runner,
        &pool,
        request(folder.path(), 15),
        &cancel,
        |_, _| {},
    );
    let mut ffmpeg = None;
    tokio::select! {
        made = work => panic!("it was too fast: {made:?}"),
        () = wait_until("ffmpeg runs", || {
            ffmpeg = runner::registered_pid(pids.path());
            ffmpeg.is_some()
        }) => {}
    }
    let ffmpeg = ffmpeg.unwrap();
    wait_until("ffmpeg ended", || !super::is_alive(ffmpeg)).await;
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
