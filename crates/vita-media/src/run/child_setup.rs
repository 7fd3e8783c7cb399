//! What a child does between fork and exec.
//!
//! This is the crate's only unsafe code: the closure runs in a copy of a process with many threads,
//! where only async-signal-safe calls are sound. All it makes are plain system calls on values that
//! were computed before the fork; it takes no lock and allocates nothing.
#![expect(
    unsafe_code,
    reason = "limits must be set in the child before it becomes the tool"
)]

use std::io;

use rustix::process::{Resource, Rlimit, Signal};
use tokio::process::Command;

/// The lowest priority: people who wait for an answer come before every render.
pub(crate) const NICENESS: i32 = 19;

/// What a child may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChildLimits {
    /// Address space, in bytes.
    pub(super) memory_bytes: u64,
    /// The largest file that it may write, in bytes.
    pub(super) output_bytes: u64,
}

/// Makes `command` start its child in a process group of its own, at the lowest priority, within
/// `limits`, and bound to the life of the thread that spawns it.
pub(super) fn confine(command: &mut Command, limits: ChildLimits) {
    let parent = rustix::process::getpid();
    command.process_group(0);
    // SAFETY: only async-signal-safe system calls, see the head of this module.
    unsafe {
        command.pre_exec(move || {
            rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
            // The parent may have died before the signal was set: then nobody would send it.
            if rustix::process::getppid() != Some(parent) {
                return Err(io::Error::from(rustix::io::Errno::SRCH));
            }
            rustix::process::setpriority_process(None, NICENESS)?;
            let limit = |value| Rlimit {
                current: Some(value),
                maximum: Some(value),
            };
            rustix::process::setrlimit(Resource::As, limit(limits.memory_bytes))?;
            rustix::process::setrlimit(Resource::Fsize, limit(limits.output_bytes))?;
            rustix::process::setrlimit(Resource::Core, limit(0))?;
            Ok(())
        });
    }
}
