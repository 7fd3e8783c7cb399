//! Makes a clip that moves over pictures, to look at.
//!
//! `cargo run --release -p vita-media --example move_over_pictures -- folder resolution ratio seconds prompt picture…`

use std::error::Error;
use std::path::PathBuf;

use tokio_util::sync::CancellationToken;
use vita_media::animatic::{RenderPool, RenderPoolConfig};
use vita_media::clip::{AnimaticRequest, make_animatic};
use vita_media::run::{Runner, RunnerConfig};
use vita_model::{AspectRatio, ClipSpec, DurationSeconds, Resolution};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, resolution, ratio, seconds, prompt, pictures @ ..] = args.as_slice() else {
        return Err("wanted: folder resolution ratio seconds prompt picture…".into());
    };
    let request = AnimaticRequest {
        prompt: prompt.clone(),
        seed: 1,
        spec: ClipSpec {
            resolution: resolution
                .parse::<Resolution>()
                .map_err(|()| "no such resolution")?,
            aspect_ratio: ratio.parse::<AspectRatio>().map_err(|()| "no such ratio")?,
            duration: DurationSeconds::new(seconds.parse()?).ok_or("1 to 15 seconds")?,
        },
        reference_images: pictures.iter().map(PathBuf::from).collect(),
        out_dir: PathBuf::from(folder),
    };
    let runner = Runner::new(RunnerConfig::default())?;
    let pool = RenderPool::new(RenderPoolConfig::default())?;
    let cancel = CancellationToken::new();
    make_animatic(&runner, &pool, request, &cancel, |_, _| {}).await?;
    Ok(())
}
