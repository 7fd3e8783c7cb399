//! The arguments that the tools get.

use std::path::{Path, PathBuf};
use std::time::Duration;

use vita_media::clip::{clip_plan, poster_plan};
use vita_media::film::{FilmRequest, film_plan};
use vita_media::probe::{ProbedClip, probe_plan};
use vita_media::run::ToolPlan;
use vita_media::storyboard::{sheet_plan, thumbnail_plan};
use vita_model::FrameSize;

const SIZE: FrameSize = FrameSize {
    width: 1280,
    height: 720,
};

fn argv(plan: &ToolPlan) -> String {
    let args = plan
        .args
        .iter()
        .map(|arg| arg.to_string_lossy().into_owned());
    [plan.tool.to_string()]
        .into_iter()
        .chain(args)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_clip_is_encoded_with_these_arguments() {
    insta::assert_snapshot!(argv(&clip_plan(SIZE, 2, Path::new("/out/clip.mp4"))));
}

#[test]
fn a_poster_is_made_with_these_arguments() {
    insta::assert_snapshot!(argv(&poster_plan(SIZE, Path::new("/out/poster.jpg"))));
}

#[test]
fn a_file_is_probed_with_these_arguments() {
    insta::assert_snapshot!(argv(&probe_plan(Path::new("/in/upload.mp4"))));
}

#[test]
fn a_film_is_made_with_these_arguments() {
    let clip = |name: &str, audio: Option<&str>| ProbedClip {
        path: PathBuf::from(format!("/in/{name}.mp4")),
        format: "mov,mp4,m4a,3gp,3g2,mj2".to_owned(),
        duration: Duration::from_secs(5),
        size_bytes: 1_000,
        frame_size: SIZE,
        frame_rate: 24.0,
        frame_count: Some(120),
        video_codec: "h264".to_owned(),
        pixel_format: Some("yuv420p".to_owned()),
        audio_codec: audio.map(str::to_owned),
        comment: None,
    };
    let clips = [clip("one", None), clip("two", Some("aac"))];
    let plan = film_plan(&FilmRequest {
        clips: &clips,
        target: SIZE,
        crossfade: Some(Duration::from_secs(1)),
        work_dir: Path::new("/film-in-the-making"),
        out: Path::new("/out/film.mp4"),
        threads: 2,
    })
    .unwrap();
    let runs: Vec<String> = plan.segments.iter().chain([&plan.join]).map(argv).collect();
    insta::assert_snapshot!(format!("{}\n\n{}", runs.join("\n\n"), plan.list.1));
}

#[test]
fn a_storyboard_is_made_with_these_arguments() {
    let small = FrameSize {
        width: 320,
        height: 180,
    };
    let thumbnail = argv(&thumbnail_plan(Path::new("/in/poster.jpg"), small));
    let sheet = argv(&sheet_plan(SIZE, Path::new("/out/sheet.jpg")));
    insta::assert_snapshot!(format!("{thumbnail}\n\n{sheet}"));
}
