//! The scripts, run as a person runs them, on machines that are made up: a folder of stubs is all they find in `PATH`.

mod count_tests;
mod setup;
mod verbs;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The folder that holds the workspace.
fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .expect("xtask lies in the workspace")
        .to_owned()
}

/// Lets one test run at a time. A stub that one thread has open for writing while another forks is "text file busy" for
/// as long as the child keeps the copy.
fn take_turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A command that runs a script with bash.
#[expect(
    clippy::disallowed_methods,
    reason = "these tests are about the scripts; the product starts its processes in one place"
)]
fn script_at(path: &Path) -> Command {
    let mut command = Command::new("/bin/bash");
    command.arg(path);
    command
}

/// The same for one of the project's own.
fn script(name: &str) -> Command {
    script_at(&workspace_root().join("scripts").join(name))
}

/// What a command printed, on both streams.
fn printed(output: &Output) -> String {
    let streams = [&output.stdout, &output.stderr];
    streams
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat()
}
