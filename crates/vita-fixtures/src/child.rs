//! A test's own program, started again as another process, to be killed.

use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Names, in the child, the folder that it is to work in. Without it, what a child does is not done.
const FOLDER_VARIABLE: &str = "VITA_TEST_CHILD_FOLDER";

/// A child process that is killed, at the latest when the test ends.
pub struct ChildTest {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl ChildTest {
    /// Starts the test called `name` alone, in a process of its own.
    ///
    /// # Panics
    /// When the process cannot be started.
    #[expect(
        clippy::disallowed_methods,
        reason = "only another process can be killed, or kept out of a folder"
    )]
    pub fn start(name: &str, folder: &Path) -> Self {
        let program = std::env::current_exe().expect("a running program has a path");
        let mut process = Command::new(program)
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env(FOLDER_VARIABLE, folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a program that runs can be started again");
        let stdout = process.stdout.take().expect("its output was asked for");
        Self {
            process,
            lines: BufReader::new(stdout).lines(),
        }
    }

    /// What follows `prefix` in the next line that begins with it; nothing once the child has ended.
    ///
    /// # Panics
    /// When the child prints what is no text.
    pub fn next_after(&mut self, prefix: &str) -> Option<String> {
        for line in self.lines.by_ref() {
            let line = line.expect("tests print text");
            if let Some(rest) = line.strip_prefix(prefix) {
                return Some(rest.to_owned());
            }
        }
        None
    }

    /// Kills the process with SIGKILL; what it had printed can still be read.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for ChildTest {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The folder to work in, if this process is a child.
#[expect(
    clippy::disallowed_methods,
    reason = "the test harness leaves no other way to hand a child its folder"
)]
pub fn folder_of_child() -> Option<PathBuf> {
    std::env::var_os(FOLDER_VARIABLE).map(Into::into)
}
