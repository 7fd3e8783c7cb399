//! Draws single frames of prompts as JPEG files, to look at.
//!
//! `cargo run --release -p vita-media --example render_stills -- folder resolution ratio share prompt…`
//! where `share` (0 to 1) says which frame of a clip of five seconds.

use std::error::Error;
use std::path::PathBuf;

use tokio_util::sync::CancellationToken;
use vita_media::animatic::{Animatic, AnimaticPlan};
use vita_media::clip::poster_plan;
use vita_media::run::{Runner, RunnerConfig, frame_feed};
use vita_model::{AspectRatio, ClipSpec, DurationSeconds, Resolution};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, resolution, ratio, share, prompts @ ..] = args.as_slice() else {
        return Err("wanted: folder resolution ratio share prompt…".into());
    };
    let spec = ClipSpec {
        resolution: resolution
            .parse::<Resolution>()
            .map_err(|()| "no such resolution")?,
        aspect_ratio: ratio.parse::<AspectRatio>().map_err(|()| "no such ratio")?,
        duration: DurationSeconds::new(5).ok_or("five seconds")?,
    };
    let share: f64 = share.parse()?;
    let runner = Runner::new(RunnerConfig::default())?;
    for (number, prompt) in prompts.iter().enumerate() {
        let plan = AnimaticPlan::parse(prompt, number as u64 + 1);
        let mut animatic = Animatic::prepare(&plan, spec);
        let mut frame = Vec::new();
        let index = (share * f64::from(animatic.frame_count() - 1)) as u32;
        animatic.draw(index, &mut frame);
        let path = PathBuf::from(folder).join(format!("{number:02}.jpg"));
        let poster = poster_plan(spec.frame_size(), &path);
        let (frames, feed) = frame_feed();
        let send = async {
            frames.send(frame).await;
            frames.finish(Ok(())).await;
        };
        let cancel = CancellationToken::new();
        let ((), made) = tokio::join!(send, runner.run_fed(&poster, feed, &cancel, |_| {}));
        made?;
    }
    Ok(())
}
