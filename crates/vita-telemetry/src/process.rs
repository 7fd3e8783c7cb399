//! What the process uses, as the kernel tells it. Linux only; every function here blocks.

use std::io;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Resource, Rlimit};
use rustix::time::ClockId;

/// What the process uses now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessUse {
    /// Memory in use, in bytes.
    pub resident_bytes: u64,
    /// Threads.
    pub threads: u64,
    /// Files and sockets that are open.
    pub open_files: u64,
    /// How many of those may be open; nothing when there is no limit.
    pub files_max: Option<u64>,
    /// Processor time used since the start.
    pub cpu_time: Duration,
}

impl ProcessUse {
    /// Asks the kernel: three small files of `/proc`.
    ///
    /// # Errors
    /// What the system says, for example that `/proc` is not there.
    pub fn read() -> io::Result<Self> {
        let status = std::fs::read_to_string("/proc/self/status")?;
        let (resident_bytes, threads) = parse_status(&status)
            .ok_or_else(|| io::Error::other("`/proc/self/status` has no memory or threads"))?;
        // The folder is open while it is read, and is one of its own entries.
        let open_files = std::fs::read_dir("/proc/self/fd")?
            .count()
            .saturating_sub(1) as u64;
        let cpu_time = rustix::time::clock_gettime(ClockId::ProcessCPUTime);
        Ok(Self {
            resident_bytes,
            threads,
            open_files,
            files_max: rustix::process::getrlimit(Resource::Nofile).current,
            cpu_time: Duration::new(cpu_time.tv_sec as u64, cpu_time.tv_nsec as u32),
        })
    }
}

/// Memory in bytes and the number of threads out of `/proc/self/status`.
fn parse_status(status: &str) -> Option<(u64, u64)> {
    let number = |name: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_ascii_whitespace().next()?.parse().ok()
    };
    // proc_pid_status(5): VmRSS is in units of 1024 bytes, though it says kB.
    Some((number("VmRSS:")? * 1024, number("Threads:")?))
}

/// Raises the number of files and sockets that the process may have open as far as it may raise it
/// by itself, and returns it. The usual 1,024 are for programs that still call select(2).
///
/// # Errors
/// What the system says. Nothing is lost then but the higher number.
pub fn raise_fd_limit() -> io::Result<u64> {
    let Rlimit { current, maximum } = rustix::process::getrlimit(Resource::Nofile);
    if current != maximum {
        let current = maximum;
        rustix::process::setrlimit(Resource::Nofile, Rlimit { current, maximum })?;
    }
    let current = rustix::process::getrlimit(Resource::Nofile).current;
    Ok(current.unwrap_or(u64::MAX))
}

/// How many bytes may still be written to the file system of `path`.
///
/// # Errors
/// What the system says.
pub fn disk_free_bytes(path: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(path)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_tells_what_this_process_uses() {
        let used = ProcessUse::read().unwrap();
        assert!(used.resident_bytes > 100_000);
        assert!(used.threads >= 1);
        assert!((3..100_000).contains(&used.open_files));
        assert!(disk_free_bytes(Path::new("/proc/self")).is_ok());
    }

    #[test]
    fn status_is_read_by_name_and_a_strange_one_is_refused() {
        let status = "Name:\tvita\nVmRSS:\t    2048 kB\nThreads:\t7\n";
        assert_eq!(parse_status(status), Some((2_097_152, 7)));
        assert_eq!(parse_status("VmRSS:\tmany kB\nThreads:\t7\n"), None);
        assert_eq!(parse_status(""), None);
    }

    #[test]
    fn the_limit_of_files_is_raised_as_far_as_it_goes() {
        let raised = raise_fd_limit().unwrap();
        let Rlimit { current, maximum } = rustix::process::getrlimit(Resource::Nofile);
        assert_eq!(current, maximum);
        assert_eq!(current.unwrap_or(u64::MAX), raised);
        assert_eq!(raise_fd_limit().unwrap(), raised);
    }
}
