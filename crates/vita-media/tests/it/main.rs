//! The crate against the real ffmpeg.
#![expect(clippy::unwrap_used, reason = "a test that can't go on panics")]

mod animatic;
mod clip;
mod film;
mod hostile;
mod image;
mod plans;
mod runner;
mod storyboard;

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vita_media::animatic::{RenderPool, RenderPoolConfig};
use vita_media::probe::ProbedClip;
use vita_media::run::{Runner, RunnerConfig};
use vita_media::{MediaError, probe};
use vita_model::{AspectRatio, ClipSpec, DurationSeconds, Resolution};

fn runner() -> Runner {
    Runner::new(RunnerConfig::default()).unwrap()
}

fn pool(threads: usize) -> RenderPool {
    let clips_max = 2;
    RenderPool::new(RenderPoolConfig { threads, clips_max }).unwrap()
}

fn spec(resolution: Resolution, aspect_ratio: AspectRatio, seconds: i64) -> ClipSpec {
    ClipSpec {
        resolution,
        aspect_ratio,
        duration: DurationSeconds::new(seconds).unwrap(),
    }
}

async fn probe_clip(runner: &Runner, path: &std::path::Path) -> Result<ProbedClip, MediaError> {
    probe::probe(runner, path, &CancellationToken::new()).await
}

/// Waits until `is_met`; a test that waits longer than this has failed.
async fn wait_until(what: &str, mut is_met: impl FnMut() -> bool) {
    let met = async {
        while !is_met() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let limit = Duration::from_secs(30);
    assert!(
        tokio::time::timeout(limit, met).await.is_ok(),
        "never happened: {what}"
    );
}

fn is_alive(pid: i32) -> bool {
    // A zombie has ended; only its entry is left.
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .trim_start()
            .starts_with('Z')
    })
}
