//! A child's three standard streams, driven together until it ends.

use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::watch;

use super::plan::{StdoutUse, ToolPlan};
use super::runner::RunProgress;
use super::stream::FrameFeed;
use crate::MediaError;

/// What is kept of a tool's standard error: its end, where the reason stands.
const STDERR_BYTES_KEPT: usize = 8 * 1024;
/// A progress line has some dozen bytes.
const PROGRESS_LINE_BYTES_MAX: u64 = 4 * 1024;

/// How a child ended and what it said.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}

/// Feeds the child, reads what it says and waits for its end.
pub(super) async fn drive(
    child: &mut Child,
    plan: &ToolPlan,
    feed: Option<FrameFeed>,
    on_progress: impl FnMut(RunProgress) + Send,
) -> Result<Ended, MediaError> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (progress, seen) = watch::channel(RunProgress::default());
    let talk = async {
        let fed = feed_stdin(stdin, feed, &progress);
        let read = read_stdout(stdout, plan.stdout, &progress);
        let tail = read_tail(stderr);
        // The first error ends all three; dropping them closes the pipes.
        let ((), stdout, stderr) = tokio::try_join!(fed, read, tail)?;
        drop(progress);
        Ok::<_, MediaError>((stdout, stderr))
    };
    let (talked, ()) = tokio::join!(talk_to_end(talk), report(seen, on_progress));
    let (stdout, stderr) = talked?;
    let status = child
        .wait()
        .await
        .map_err(MediaError::io("wait for", Path::new(plan.tool.as_str())))?;
    Ok(Ended {
        status,
        stdout,
        stderr,
    })
}

/// Runs `talk` and drops it at its end, so that the progress channel that it owns closes.
async fn talk_to_end<T>(talk: impl Future<Output = T>) -> T {
    talk.await
}

async fn report(
    mut seen: watch::Receiver<RunProgress>,
    mut on_progress: impl FnMut(RunProgress) + Send,
) {
    while seen.changed().await.is_ok() {
        let now = *seen.borrow_and_update();
        on_progress(now);
    }
}

async fn feed_stdin(
    stdin: Option<ChildStdin>,
    feed: Option<FrameFeed>,
    progress: &watch::Sender<RunProgress>,
) -> Result<(), MediaError> {
    let (Some(mut stdin), Some(mut feed)) = (stdin, feed) else {
        return Ok(());
    };
    while let Some(bytes) = feed.next().await? {
        match stdin.write_all(&bytes).await {
            Ok(()) => {}
            // The tool gave up; its exit status and words say why.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(MediaError::io("write to", Path::new("stdin"))(error)),
        }
        feed.give_back(bytes);
        progress.send_modify(|progress| progress.frames_fed += 1);
    }
    progress.send_modify(|progress| progress.is_fed = true);
    Ok(())
}

async fn read_stdout(
    stdout: Option<ChildStdout>,
    stdout_use: StdoutUse,
    progress: &watch::Sender<RunProgress>,
) -> Result<Vec<u8>, MediaError> {
    let Some(stdout) = stdout else {
        return Ok(Vec::new());
    };
    let failed = MediaError::io("read from", Path::new("stdout"));
    match stdout_use {
        StdoutUse::Progress => read_progress(stdout, progress)
            .await
            .map(|()| Vec::new())
            .map_err(failed),
        StdoutUse::Captured { bytes_max } => {
            let mut bytes = Vec::new();
            // One byte more than allowed tells too much from just enough.
            let mut bounded = stdout.take(bytes_max as u64 + 1);
            bounded.read_to_end(&mut bytes).await.map_err(failed)?;
            if bytes.len() > bytes_max {
                return Err(MediaError::OutputTooLarge {
                    path: "stdout".into(),
                    limit_bytes: bytes_max as u64,
                });
            }
            Ok(bytes)
        }
    }
}

async fn read_progress(
    stdout: ChildStdout,
    progress: &watch::Sender<RunProgress>,
) -> io::Result<()> {
    let mut lines = BufReader::new(stdout);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut bounded = (&mut lines).take(PROGRESS_LINE_BYTES_MAX);
        if bounded.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line);
        match text.trim().split_once('=') {
            Some(("frame", count)) => {
                if let Ok(count) = count.trim().parse() {
                    progress.send_modify(|progress| progress.frames_encoded = count);
                }
            }
            Some(("out_time_us", micros)) => {
                // `N/A` before the first frame, and negative while the encoder fills its delay.
                if let Ok(micros) = micros.trim().parse() {
                    let encoded = Duration::from_micros(micros);
                    progress.send_modify(|progress| progress.encoded = encoded);
                }
            }
            _ => {}
        }
    }
}

async fn read_tail(stderr: Option<ChildStderr>) -> Result<String, MediaError> {
    let Some(mut stderr) = stderr else {
        return Ok(String::new());
    };
    let mut tail = Vec::new();
    let mut chunk = [0; 1024];
    loop {
        let read = stderr
            .read(&mut chunk)
            .await
            .map_err(MediaError::io("read from", Path::new("stderr")))?;
        if read == 0 {
            return Ok(String::from_utf8_lossy(&tail).trim().to_owned());
        }
        tail.extend_from_slice(&chunk[..read]);
        let surplus = tail.len().saturating_sub(STDERR_BYTES_KEPT);
        tail.drain(..surplus);
    }
}
