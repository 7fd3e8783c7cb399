//! Which children run, on disk, so that the next server can end those of a dead one.
//!
//! Every child gets a file that holds its process id, its start time in the kernel's ticks and a
//! marker that is also in its environment. A process is killed only when all three agree: a process
//! id that the kernel gave to somebody else since is never touched.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustix::process::{Pid, PidfdFlags, Signal};
use serde::{Deserialize, Serialize};

/// The variable in a child's environment that holds its marker.
pub(super) const MARKER_VARIABLE: &str = "VITASCOPE_CHILD";

/// An entry is far smaller; a larger file in the folder is not ours.
const ENTRY_BYTES_MAX: u64 = 4096;
/// Of a process's environment; our children get a small one.
const ENVIRONMENT_BYTES_MAX: u64 = 64 * 1024;

#[derive(Debug)]
pub(super) struct Registry {
    folder: PathBuf,
    marker_prefix: String,
    entered: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    pid: i32,
    start_ticks: u64,
    marker: String,
}

/// A child's entry; removed when dropped.
#[derive(Debug)]
pub(super) struct Registration {
    path: PathBuf,
}

impl Drop for Registration {
    fn drop(&mut self) {
        // A file that stays names a process that is gone, which a sweep finds out.
        drop(fs::remove_file(&self.path));
    }
}

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Children of a dead server that still ran and were killed.
    pub killed: u32,
    /// Entries of children that were gone already.
    pub stale: u32,
}

impl Registry {
    pub(super) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        let own_pid = rustix::process::getpid().as_raw_nonzero();
        let own_start = read_start_ticks(own_pid.get()).unwrap_or(0);
        Ok(Self {
            folder,
            marker_prefix: format!("{own_pid}-{own_start}"),
            entered: 0,
        })
    }

    /// A marker that no other child has.
    pub(super) fn next_marker(&mut self) -> String {
        self.entered += 1;
        format!("{}-{}", self.marker_prefix, self.entered)
    }

    pub(super) fn enter(&self, marker: &str, pid: u32) -> io::Result<Registration> {
        let pid = i32::try_from(pid).map_err(io::Error::other)?;
        let entry = Entry {
            pid,
            // A child that ended already has no start time, and needs no sweep.
            start_ticks: read_start_ticks(pid).unwrap_or(0),
            marker: marker.to_owned(),
        };
        let path = self.folder.join(format!("{marker}.json"));
        fs::write(&path, serde_json::to_vec(&entry)?)?;
        Ok(Registration { path })
    }
}

/// Kills the children that a dead server left behind, and removes all entries of `folder`.
///
/// Call it before the first run, while no other server uses the folder.
pub(super) fn sweep(folder: &Path) -> io::Result<SweepReport> {
    let mut report = SweepReport::default();
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(report),
        Err(error) => return Err(error),
    };
    for file in files {
        let path = file?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        match read_entry(&path) {
            Some(entry) if kill_if_ours(&entry) => report.killed += 1,
            _ => report.stale += 1,
        }
        fs::remove_file(&path)?;
    }
    Ok(report)
}

fn read_entry(path: &Path) -> Option<Entry> {
    let bytes = read_bounded(path, ENTRY_BYTES_MAX).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn kill_if_ours(entry: &Entry) -> bool {
    let Some(pid) = Pid::from_raw(entry.pid) else {
        return false;
    };
    // The descriptor is taken before the checks: it stays with the process that was checked, so
    // that the signal can't reach a later process with the same id.
    let Ok(process) = rustix::process::pidfd_open(pid, PidfdFlags::empty()) else {
        return false;
    };
    let is_ours = read_start_ticks(entry.pid) == Some(entry.start_ticks)
        && has_marker(entry.pid, &entry.marker);
    is_ours && rustix::process::pidfd_send_signal(&process, Signal::KILL).is_ok()
}

fn has_marker(pid: i32, marker: &str) -> bool {
    let path = PathBuf::from(format!("/proc/{pid}/environ"));
    let wanted = format!("{MARKER_VARIABLE}={marker}");
    read_bounded(&path, ENVIRONMENT_BYTES_MAX).is_ok_and(|environment| {
        environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == wanted.as_bytes())
    })
}

/// The start time of a process in clock ticks since boot, from `/proc/<pid>/stat`.
fn read_start_ticks(pid: i32) -> Option<u64> {
    let path = PathBuf::from(format!("/proc/{pid}/stat"));
    let stat = read_bounded(&path, ENTRY_BYTES_MAX).ok()?;
    parse_start_ticks(&String::from_utf8_lossy(&stat))
}

fn parse_start_ticks(stat: &str) -> Option<u64> {
    // proc(5): the second field is the name in parentheses, which may itself hold spaces and
    // parentheses; the start time is field 22, the 20th after the name.
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_ascii_whitespace().nth(19)?.parse().ok()
}

fn read_bounded(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(bytes_max)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_time_is_found_behind_a_name_with_parentheses() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 4242 9 9";
        assert_eq!(parse_start_ticks(stat), Some(4242));
        assert_eq!(parse_start_ticks("7 (x"), None);
    }

    #[test]
    fn a_process_with_the_right_id_but_another_marker_is_left_alone() {
        let pid = rustix::process::getpid().as_raw_nonzero().get();
        let entry = |start_ticks| Entry {
            pid,
            start_ticks,
            marker: "not-ours".to_owned(),
        };
        assert!(!kill_if_ours(&entry(read_start_ticks(pid).unwrap())));
        assert!(!kill_if_ours(&entry(0)));
    }

    #[test]
    fn a_sweep_removes_entries_of_processes_that_are_gone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("broken.json"), b"{").unwrap();
        let gone = Entry {
            pid: i32::MAX,
            start_ticks: 1,
            marker: "m".to_owned(),
        };
        let path = folder.path().join("gone.json");
        fs::write(&path, serde_json::to_vec(&gone).unwrap()).unwrap();
        let report = sweep(folder.path()).unwrap();
        assert_eq!(
            report,
            SweepReport {
                killed: 0,
                stale: 2
            }
        );
        assert!(!path.exists());
    }

    #[test]
    fn sweeping_a_folder_that_is_not_there_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(sweep(&folder.path().join("none")).is_ok());
    }
}
