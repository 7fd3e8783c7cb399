//! This test binary, started again as another process.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// Names, in the child, the folder that it is to work in. Without it, what a child does is not done.
const FOLDER_VARIABLE: &str = "VITA_JOBS_TEST_CHILD_FOLDER";

/// A child process that is killed, at the latest when the test ends.
pub(crate) struct ChildTest {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl ChildTest {
    /// Starts the test called `name` alone, in a process of its own.
    #[expect(
        clippy::disallowed_methods,
        reason = "only another process can be killed"
    )]
    pub(crate) fn start(name: &str, folder: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env(FOLDER_VARIABLE, folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = process.stdout.take().unwrap();
        Self {
            process,
            lines: BufReader::new(stdout).lines(),
        }
    }

    /// What follows `prefix` in the next line that begins with it; nothing once the child has ended.
    pub(crate) fn next_after(&mut self, prefix: &str) -> Option<String> {
        for line in self.lines.by_ref() {
            if let Some(rest) = line.unwrap().strip_prefix(prefix) {
                return Some(rest.to_owned());
            }
        }
        None
    }

    /// Kills the process with SIGKILL; what it had printed can still be read.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for ChildTest {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The folder to work in, if this process is a child.
#[expect(
    clippy::disallowed_methods,
    reason = "the test harness leaves no other way to hand a child its folder"
)]
pub(crate) fn folder_of_child() -> Option<std::path::PathBuf> {
    std::env::var_os(FOLDER_VARIABLE).map(Into::into)
}
