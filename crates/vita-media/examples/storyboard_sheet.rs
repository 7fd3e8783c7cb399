//! Makes a storyboard sheet of JPEG files, to look at.
//!
//! `cargo run -p vita-media --example storyboard_sheet -- sheet.jpg title picture=caption…`

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vita_media::animatic::{RenderPool, RenderPoolConfig};
use vita_media::run::{Runner, RunnerConfig};
use vita_media::storyboard::{StoryboardFrame, StoryboardRequest, make_storyboard};
use vita_model::FrameSize;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [out, title, scenes @ ..] = args.as_slice() else {
        return Err("wanted: sheet.jpg title picture=caption…".into());
    };
    let frames = scenes.iter().map(|scene| {
        let (picture, caption) = scene.split_once('=').unwrap_or(("", scene));
        StoryboardFrame {
            picture: (!picture.is_empty()).then(|| PathBuf::from(picture)),
            caption: caption.to_owned(),
            duration: Duration::from_secs(5),
        }
    });
    let request = StoryboardRequest {
        title: title.clone(),
        frames: frames.collect(),
        aspect: FrameSize {
            width: 1280,
            height: 720,
        },
        out: PathBuf::from(out),
    };
    let runner = Runner::new(RunnerConfig::default())?;
    let pool = RenderPool::new(RenderPoolConfig::default())?;
    make_storyboard(&runner, &pool, request, &CancellationToken::new(), |_| {}).await?;
    Ok(())
}
