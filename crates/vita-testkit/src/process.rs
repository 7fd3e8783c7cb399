//! Processes: the only place of this crate that starts them.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};

/// Lines of standard output that wait to be read; the program prints few.
const LINES_MAX: usize = 1024;

/// Bytes of a stream that are kept; a test that says more has gone wrong long before.
const KEPT_BYTES_MAX: usize = 32 << 20;

/// How often a process is asked whether it has ended.
const EXIT_PAUSE: Duration = Duration::from_millis(10);

/// A process whose output is gathered. Dropped, it is killed.
#[derive(Debug)]
pub struct RunningProcess {
    child: Child,
    lines: Receiver<String>,
    stderr: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

/// A process that has ended.
#[derive(Debug)]
pub struct Exited {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl RunningProcess {
    /// Starts `program`, with `variables` added to a small environment and `folder` as its working
    /// folder.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start(
        program: &Path,
        args: &[String],
        variables: &[(String, String)],
        folder: &Path,
    ) -> anyhow::Result<Self> {
        Self::start_with_input(program, args, variables, folder, "")
    }

    /// The same, with `input` on its standard input: a few words, as they wait in the pipe.
    ///
    /// # Errors
    /// When it can't be started, or takes no input.
    #[expect(
        clippy::disallowed_methods,
        reason = "tests start the program itself, and this is their one place for it"
    )]
    pub fn start_with_input(
        program: &Path,
        args: &[String],
        variables: &[(String, String)],
        folder: &Path,
        input: &str,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command
            .args(args)
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", folder)
            .envs(variables.iter().map(|(name, text)| (name, text)))
            .stdin(if input.is_empty() {
                Stdio::null()
            } else {
                Stdio::piped()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("failed to start `{}`", program.display()))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin
                .write_all(input.as_bytes())
                .context("failed to write to standard input")?;
        }
        let (sender, lines) = sync_channel(LINES_MAX);
        let stdout = child.stdout.take().context("standard output is piped")?;
        let errors = child.stderr.take().context("standard error is piped")?;
        let stderr = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&stderr);
        let readers = vec![
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            }),
            thread::spawn(move || gather(errors, &kept)),
        ];
        Ok(Self {
            child,
            lines,
            stderr,
            readers,
        })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written to standard error so far.
    pub fn stderr(&self) -> String {
        let stderr = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        stderr.clone()
    }

    /// Waits for a line of standard output that `pick` makes something of.
    ///
    /// # Errors
    /// When the process ends before, or `limit` passes; with what it wrote to standard error.
    pub fn wait_for_line<T>(
        &mut self,
        limit: Duration,
        pick: impl Fn(&str) -> Option<T>,
    ) -> anyhow::Result<T> {
        let started = Instant::now();
        loop {
            let left = limit.saturating_sub(started.elapsed());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    if let Some(found) = pick(&line) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    bail!("no such line within {limit:?}; it said:\n{}", self.stderr())
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait()?;
                    bail!("it ended ({status}) before; it said:\n{}", self.stderr())
                }
            }
        }
    }

    /// Sends a signal.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.context("the process has an id")?;
        kill_process(pid, signal).context("failed to send a signal")
    }

    /// Whether it has ended.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn has_ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// When `limit` passes; it is killed then.
    pub fn wait(mut self, limit: Duration) -> anyhow::Result<Exited> {
        let started = Instant::now();
        let mut lines = Vec::new();
        let status = loop {
            // Taken meanwhile, so that a program that prints much can go on.
            lines.extend(self.lines.try_iter());
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if started.elapsed() > limit {
                self.child.kill()?;
                bail!(
                    "it did not end within {limit:?}; it said:\n{}",
                    self.stderr()
                );
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "the system offers no wait with a limit; the limit above has a name"
            )]
            thread::sleep(EXIT_PAUSE);
        };
        lines.extend(self.lines.iter());
        for reader in self.readers.drain(..) {
            drop(reader.join());
        }
        Ok(Exited {
            status,
            stdout: lines.join("\n"),
            stderr: self.stderr(),
        })
    }
}

impl Drop for RunningProcess {
    fn drop(&mut self) {
        // Gone already is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs `program` to its end.
///
/// # Errors
/// When it can't be started, or does not end within `limit`.
pub fn run_to_end(
    program: &Path,
    args: &[&str],
    variables: &[(&str, &str)],
    folder: &Path,
    limit: Duration,
) -> anyhow::Result<Exited> {
    let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
    let variables: Vec<(String, String)> = variables
        .iter()
        .map(|&(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    RunningProcess::start(program, &args, &variables, folder)?.wait(limit)
}

fn gather(mut stream: impl Read, kept: &Mutex<String>) {
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT_BYTES_MAX {
            kept.push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
    }
}

/// The running ffmpeg and ffprobe processes whose arguments name `folder`, with their arguments: the
/// children of a server over this folder.
pub(crate) fn processes_of(folder: &Path) -> Vec<(u32, String)> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let needle = folder.as_os_str().as_encoded_bytes();
    let ids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter_map(|id| {
        let arguments = fs::read(format!("/proc/{id}/cmdline")).ok()?;
        let is_tool = arguments
            .split(|byte| *byte == 0)
            .next()
            .is_some_and(|program| program.ends_with(b"ffmpeg") || program.ends_with(b"ffprobe"));
        let names_folder = arguments.windows(needle.len()).any(|part| part == needle);
        let shown = String::from_utf8_lossy(&arguments).replace('\0', " ");
        (is_tool && names_folder).then_some((id, shown))
    })
    .collect()
}
