use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::child_setup::{self, ChildLimits};
use super::plan::{StdinUse, StdoutUse, Tool, ToolPlan, part_path};
use super::registry::{self, SweepReport};
use super::spawner::{Spawned, Spawner};
use super::stream::FrameFeed;
use super::{pipes, verdict};
use crate::MediaError;

/// How a [`Runner`] finds the tools and what it lets them use.
#[derive(Clone, Debug)]
pub struct RunnerConfig {
    /// The ffmpeg program: a name to look up in `PATH`, or a path.
    pub ffmpeg: PathBuf,
    /// The ffprobe program: a name to look up in `PATH`, or a path.
    pub ffprobe: PathBuf,
    /// Where running children are entered, for [`Runner::sweep`]; nowhere when absent.
    pub registry_folder: Option<PathBuf>,
    /// Longest time that one run may take. Too low: long films fail on a busy machine.
    pub wall_max: Duration,
    /// The largest file that a run may write, in bytes.
    pub output_bytes_max: u64,
    /// The address space of a child, in bytes. ffmpeg maps more than it uses: encoding 1080p with
    /// two threads maps 0.5 GB and uses 0.15 GB; 2 GiB leave room to decode 4K.
    pub memory_bytes_max: u64,
}

impl Default for RunnerConfig {
    fn default() -> Self {
        Self {
            ffmpeg: PathBuf::from("ffmpeg"),
            ffprobe: PathBuf::from("ffprobe"),
            registry_folder: None,
            wall_max: Duration::from_mins(15),
            output_bytes_max: 4 << 30,
            memory_bytes_max: 2 << 30,
        }
    }
}

/// Runs [`ToolPlan`]s. Clones share one spawner thread and one registry.
///
/// It must be used inside a tokio runtime with time and I/O.
#[derive(Clone, Debug)]
pub struct Runner {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: RunnerConfig,
    /// Where programs are looked for.
    search_path: OsString,
    spawner: Spawner,
}

/// How far a run is, as the tool tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunProgress {
    /// Frames given to the tool so far, for a fed run.
    pub frames_fed: u64,
    /// True when the tool got all it is fed with.
    pub is_fed: bool,
    /// Frames that left the encoder.
    pub frames_encoded: u64,
    /// Media time that left the encoder.
    pub encoded: Duration,
}

/// What a successful run leaves.
#[derive(Debug)]
pub struct RunReport {
    /// How long it took.
    pub wall: Duration,
    /// What was captured of its standard output.
    pub stdout: Vec<u8>,
    /// The last 8 KiB of its standard error: warnings.
    pub stderr: String,
    /// Size of all outputs together.
    pub output_bytes: u64,
}

impl Runner {
    /// Makes a runner and its spawner thread.
    ///
    /// # Errors
    /// When the thread can't be started or the registry folder can't be made. A missing tool is no
    /// error here but one of each run, so that a server without ffmpeg still serves.
    pub fn new(config: RunnerConfig) -> io::Result<Self> {
        let spawner = Spawner::start(config.registry_folder.clone())?;
        Ok(Self {
            inner: Arc::new(Inner {
                search_path: search_path(),
                config,
                spawner,
            }),
        })
    }

    /// Kills the children that a dead server entered in `registry_folder` and that still run.
    ///
    /// Call it once at start, before the first run and while no other server uses the folder.
    pub fn sweep(registry_folder: &Path) -> io::Result<SweepReport> {
        registry::sweep(registry_folder)
    }

    /// Runs `plan`. `on_progress` is called a few times a second, on the caller's task.
    ///
    /// Cancel safe: when the future is dropped, the child is killed and no output is left.
    ///
    /// # Errors
    /// Every [`MediaError`] but [`MediaError::Unplannable`]; after each of them no output is left.
    pub async fn run(
        &self,
        plan: &ToolPlan,
        cancel: &CancellationToken,
        on_progress: impl FnMut(RunProgress) + Send,
    ) -> Result<RunReport, MediaError> {
        self.run_plan(plan, None, cancel, on_progress).await
    }

    /// Runs `plan` and feeds its standard input, no faster than it reads.
    ///
    /// Cancel safe like [`Self::run`]; the feed's sender learns of an end by a refused send.
    ///
    /// # Errors
    /// Like [`Self::run`], and what the feed failed with.
    pub async fn run_fed(
        &self,
        plan: &ToolPlan,
        feed: FrameFeed,
        cancel: &CancellationToken,
        on_progress: impl FnMut(RunProgress) + Send,
    ) -> Result<RunReport, MediaError> {
        self.run_plan(plan, Some(feed), cancel, on_progress).await
    }

    async fn run_plan(
        &self,
        plan: &ToolPlan,
        feed: Option<FrameFeed>,
        cancel: &CancellationToken,
        on_progress: impl FnMut(RunProgress) + Send,
    ) -> Result<RunReport, MediaError> {
        if cancel.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        let began = Instant::now();
        let parts = Parts::of(plan);
        let mut running = Running(self.spawn(plan).await?);
        let limit = plan
            .wall_max
            .unwrap_or(self.inner.config.wall_max)
            .min(self.inner.config.wall_max);
        let ended = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(MediaError::Cancelled),
            () = tokio::time::sleep(limit) => Err(MediaError::TimedOut { tool: plan.tool, limit }),
            ended = pipes::drive(&mut running.0.child, plan, feed, on_progress) => ended,
        };
        let ended = match ended {
            Ok(ended) => ended,
            Err(error) => {
                running.kill_and_reap().await;
                return Err(error);
            }
        };
        verdict::judge(plan, &ended, self.inner.config.output_bytes_max)?;
        let output_bytes = parts.publish()?;
        Ok(RunReport {
            wall: began.elapsed(),
            stdout: ended.stdout,
            stderr: ended.stderr,
            output_bytes,
        })
    }

    async fn spawn(&self, plan: &ToolPlan) -> Result<Spawned, MediaError> {
        let config = &self.inner.config;
        let program = match plan.tool {
            Tool::Ffmpeg => &config.ffmpeg,
            Tool::Ffprobe => &config.ffprobe,
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that starts processes"
        )]
        let mut command = Command::new(program);
        command.args(&plan.args);
        command
            // It reads what strangers made, and needs none of this process's secrets. Neither must it
            // write a log file for every run because somebody set `FFREPORT`.
            .env_clear()
            .env("PATH", &self.inner.search_path)
            .env("LC_ALL", "C")
            .env("AV_LOG_FORCE_NOCOLOR", "1")
            .stdin(match plan.stdin {
                StdinUse::Null => Stdio::null(),
                StdinUse::Fed => Stdio::piped(),
            })
            .stdout(match plan.stdout {
                StdoutUse::Captured { bytes_max: 0 } => Stdio::null(),
                _ => Stdio::piped(),
            })
            .stderr(Stdio::piped());
        let limits = ChildLimits {
            memory_bytes: config.memory_bytes_max,
            output_bytes: config.output_bytes_max,
        };
        child_setup::confine(&mut command, limits);
        self.inner.spawner.spawn(command).await.map_err(|source| {
            if source.kind() == io::ErrorKind::NotFound {
                let program = program.display().to_string();
                return MediaError::ToolMissing { program };
            }
            MediaError::io("start", program)(source)
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "where programs are is the system's to say, not the configuration's"
)]
fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

/// A child that does not outlive this value.
struct Running(Spawned);

impl Running {
    /// Ends the child and waits until the kernel confirms it.
    async fn kill_and_reap(&mut self) {
        kill_group(&self.0.child);
        // SIGKILL ends a process that is not stuck in the kernel within milliseconds; one that is
        // stuck must not hold the caller.
        let reaped = tokio::time::timeout(REAP_WAIT_MAX, self.0.child.wait());
        if reaped.await.is_err() {
            tracing::warn!("a killed media process has not ended yet");
        }
    }
}

/// How long a cancelled run waits for its killed child.
const REAP_WAIT_MAX: Duration = Duration::from_secs(5);

impl Drop for Running {
    fn drop(&mut self) {
        kill_group(&self.0.child);
    }
}

fn kill_group(child: &Child) {
    // `id` is there only until the child was reaped: the group can't be somebody else's.
    let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    if let Some(pid) = pid {
        let _ = rustix::process::kill_process_group(pid, Signal::KILL);
    }
}

/// The temporary files of a run, removed when dropped.
struct Parts<'plan> {
    outputs: &'plan [PathBuf],
}

impl<'plan> Parts<'plan> {
    fn of(plan: &'plan ToolPlan) -> Self {
        Self {
            outputs: &plan.outputs,
        }
    }

    /// Gives the outputs their names and returns their size together, in bytes.
    fn publish(&self) -> Result<u64, MediaError> {
        let mut bytes = 0;
        for output in self.outputs {
            let part = part_path(output);
            let made = fs::metadata(&part).map_err(MediaError::io("find the output", &part))?;
            fs::rename(&part, output).map_err(MediaError::io("rename the output to", output))?;
            bytes += made.len();
        }
        Ok(bytes)
    }
}

impl Drop for Parts<'_> {
    fn drop(&mut self) {
        for output in self.outputs {
            drop(fs::remove_file(part_path(output)));
        }
    }
}
