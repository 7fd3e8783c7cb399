//! How fast animatics are made: frames a second and CPU seconds, drawing and encoding together.
//!
//! `cargo run --release -p vita-media --example render_speed -- [resolution] [seconds] [prompt]…`
//! prints one line a prompt; without prompts, one for each kind of scene.

use std::error::Error;
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use vita_media::animatic::{RenderPool, RenderPoolConfig};
use vita_media::clip::{AnimaticRequest, make_animatic};
use vita_media::run::{Runner, RunnerConfig};
use vita_model::{AspectRatio, ClipSpec, DurationSeconds, Resolution};

const PROMPTS: [&str; 8] = [
    "a serene mountain landscape at golden hour",
    "a calm lake at dawn",
    "rolling hills in spring, clouds",
    "sand dunes at sunset",
    "the open sea at night",
    "aerial shot over an autumn forest in the fog",
    "city skyline at blue hour, rain",
    "a planet in outer space",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let resolution = args.next().unwrap_or_else(|| "720p".to_owned());
    let resolution: Resolution = resolution.parse().map_err(|()| "no such resolution")?;
    let seconds: i64 = args.next().map_or(Ok(5), |text| text.parse())?;
    let mut prompts: Vec<String> = args.collect();
    if prompts.is_empty() {
        prompts = PROMPTS.map(str::to_owned).to_vec();
    }
    let spec = ClipSpec {
        resolution,
        aspect_ratio: AspectRatio::Landscape,
        duration: DurationSeconds::new(seconds).ok_or("1 to 15 seconds")?,
    };
    let runner = Runner::new(RunnerConfig::default())?;
    let pool = RenderPool::new(RenderPoolConfig::default())?;
    let folder = std::env::current_dir()?.join("target/render_speed");
    std::fs::create_dir_all(&folder)?;
    for prompt in prompts {
        let request = AnimaticRequest {
            prompt: prompt.clone(),
            seed: 1,
            spec,
            reference_images: Vec::new(),
            out_dir: folder.clone(),
        };
        let (began, cpu_before) = (Instant::now(), cpu_seconds()?);
        let cancel = CancellationToken::new();
        let clip = make_animatic(&runner, &pool, request, &cancel, |_, _| {}).await?;
        let (wall, cpu) = (began.elapsed().as_secs_f64(), cpu_seconds()? - cpu_before);
        let frames = f64::from(clip.frame_count);
        print_line(&format!(
            "{resolution} {seconds} s: wall {wall:.2} s, {:.1} frames/s, {cpu:.2} CPU-s, {:.1} CPU-ms/frame, {} kB, peak {} MB: {prompt}",
            frames / wall,
            cpu * 1e3 / frames,
            clip.size_bytes / 1000,
            peak_memory_mb()?,
        ))?;
    }
    Ok(())
}

fn print_line(line: &str) -> std::io::Result<()> {
    use std::io::Write;
    writeln!(std::io::stdout(), "{line}")
}

/// CPU time of this process and of its ended children, in seconds.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    // proc(5): fields 14 to 17 of stat are user, system, and both of waited-for children, in ticks
    // of 10 ms; after the name in parentheses they are the 12th to 15th.
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').ok_or("stat without a name")?.1;
    let ticks: u64 = fields
        .split_ascii_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Ok(ticks as f64 / 100.0)
}

/// The largest memory that this process had, in MB.
fn peak_memory_mb() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("no VmHWM")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1000)
}
