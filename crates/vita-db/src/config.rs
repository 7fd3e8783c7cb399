use std::path::PathBuf;
use std::time::Duration;

/// How the embedded database is opened. Every limit can be set in the configuration.
#[derive(Clone, Debug)]
pub struct SqliteConfig {
    /// The database file. Its folder is made when missing, and locked for this process.
    pub path: PathBuf,
    /// Threads that read; each has a connection of its own. More than the cores only helps while
    /// pages come from the disk.
    pub readers: usize,
    /// Longest wait for the writer or a reader; what waits longer is told to come back.
    pub acquire_timeout: Duration,
    /// Longest time for one statement.
    pub statement_timeout: Duration,
    /// Most transactions that wait for the writer, and most that wait for a reader. It bounds
    /// memory; the acquire time-out ends the wait of each.
    pub queue_max: usize,
    /// Most transactions in one commit. It bounds how long the first of them waits for the last.
    pub group_max: usize,
    /// Most pages that the file may have; none means the file system's limit. Tests fill a "disk"
    /// with it.
    pub pages_max: Option<u32>,
}

impl SqliteConfig {
    /// The defaults for a database at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers: 4,
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            queue_max: 4_096,
            group_max: 128,
            pages_max: None,
        }
    }
}
