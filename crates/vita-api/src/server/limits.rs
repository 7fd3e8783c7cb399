use std::time::Duration;

use rustix::process::{Resource, getrlimit};

/// Most open connections unless the descriptors are fewer.
const CONNECTIONS_MAX: usize = 20_000;

/// How the server treats connections.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Most open connections; more wait in the kernel's queue.
    pub connections_max: usize,
    /// Longest time that the head of a request may take to arrive, and that a connection may be
    /// idle. Too low: reused connections are closed under the client; too high: idle clients hold
    /// connections.
    pub header_timeout: Duration,
    /// Longest time that open requests are waited for at the end.
    pub drain_timeout: Duration,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            connections_max: connections_max_default(),
            header_timeout: Duration::from_secs(10),
            drain_timeout: Duration::from_secs(20),
        }
    }
}

/// 20,000, or half of what the limit on descriptors allows: the other half is for files, the
/// database and ffmpeg's pipes.
pub fn connections_max_default() -> usize {
    let descriptors = getrlimit(Resource::Nofile).current;
    let half = descriptors.map_or(CONNECTIONS_MAX, |all| {
        usize::try_from(all / 2).unwrap_or(CONNECTIONS_MAX)
    });
    CONNECTIONS_MAX.min(half).max(1)
}
