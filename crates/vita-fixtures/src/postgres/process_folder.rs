//! A folder with processes in it, which all vanish when the test process ends, in whatever way.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::installed::{User, command};

/// Waits until its standard input ends, which it does when the test process does: only that holds the
/// other end. Then it kills whoever names the folder in its command line and removes the folder.
///
/// The name goes to grep through a pipe, so that grep does not find itself.
const WATCHER: &str = r#"
trap '' HUP INT TERM
cat >/dev/null
rounds=0
while [ "$rounds" -lt 500 ]; do
    found=$(printf '%s\n' "$WATCHED_NAME" | grep -laF -f - /proc/[0-9]*/cmdline 2>/dev/null)
    [ -n "$found" ] || break
    for entry in $found; do
        entry=${entry#/proc/}
        kill -KILL "${entry%/cmdline}" 2>/dev/null
    done
    rounds=$((rounds + 1))
    sleep 0.02
done
rm -rf -- "$WATCHED_FOLDER"
"#;

/// The folder. Dropped, its processes are killed and it is removed.
#[derive(Debug)]
pub(super) struct ProcessFolder {
    path: PathBuf,
    name: String,
    watcher: Child,
}

impl ProcessFolder {
    /// Makes the folder, for whoever runs servers.
    pub(super) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("vita-pg-").tempdir();
        let path = folder.expect("the system has room for a folder").keep();
        if let Some(User { uid, gid }) = User::instead_of_root() {
            chown(&path, Some(uid), Some(gid)).expect("root may give a folder away");
        }
        let name = path.file_name().and_then(OsStr::to_str);
        let name = name.expect("tempfile makes plain names").to_owned();
        let watcher = command(Path::new("sh"))
            .args(["-c", WATCHER])
            .env("WATCHED_NAME", &name)
            .env("WATCHED_FOLDER", &path)
            .stdin(Stdio::piped())
            // Whoever waits for the end of the test's own output does not wait for the watcher.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("every system has a shell");
        Self {
            path,
            name,
            watcher,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder's own name, which is in the command line of its processes and in no other.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Sends a signal to every process that names the folder; says how many there were.
    pub(super) fn signal(&self, signal: Signal) -> usize {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let named = ids.filter(|id| {
            let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            let name = self.name.as_bytes();
            line.windows(name.len()).any(|part| part == name)
        });
        named
            .filter_map(Pid::from_raw)
            .filter(|pid| kill_process(*pid, signal).is_ok())
            .count()
    }
}

impl Drop for ProcessFolder {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        // Nothing can be done about a watcher that was killed.
        let _ = self.watcher.wait();
    }
}
