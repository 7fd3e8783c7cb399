//! Says how many thumbnails a second the image pool makes of files, and the most memory it took.
//!
//! `cargo run --release -p vita-media --example thumbnail_rate -- threads rounds file…`
//! prints one line of JSON.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use vita_media::image::{ImagePool, ImagePoolConfig};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [threads, rounds, files @ ..] = args.as_slice() else {
        return Err("wanted: threads rounds file…".into());
    };
    let (threads, rounds): (usize, usize) = (threads.parse()?, rounds.parse()?);
    let pool = ImagePool::new(ImagePoolConfig {
        threads,
        queue_max: files.len() * rounds,
        ..ImagePoolConfig::default()
    })?;
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    let started = Instant::now();
    let mut running = Vec::new();
    for file in files.iter().cycle().take(files.len() * rounds) {
        let (pool, file) = (pool.clone(), file.clone());
        running.push(tokio::spawn(async move { pool.make_thumbnail(file).await }));
    }
    let (mut images, mut bytes) = (0_u32, 0);
    for made in running {
        bytes += made.await??.len();
        images += 1;
    }
    let seconds = started.elapsed().as_secs_f64();
    print_line(&format!(
        r#"{{"images":{images},"seconds":{seconds:.3},"perSecond":{:.2},"meanBytes":{},"peakRssKb":{}}}"#,
        f64::from(images) / seconds,
        bytes / images.max(1) as usize,
        peak_rss_kb()?,
    ));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the result of an example")]
fn print_line(line: &str) {
    println!("{line}");
}

/// The high-water mark of this process's memory, as Linux counts it.
fn peak_rss_kb() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(number.ok_or("no VmHWM in /proc/self/status")?.parse()?)
}
