use std::fs::{self, File, TryLockError};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::Session;
use crate::{DbError, SqliteConfig};

/// The file whose lock says that a process uses the folder. The kernel frees the lock when the
/// process dies, however it dies.
const LOCK_FILE: &str = "vitascope.lock";

/// Pages of the write-ahead log after which SQLite moves them into the database: 4 MiB.
const CHECKPOINT_PAGES: u32 = 1_000;

/// Bytes of the database file that each connection maps into memory; reads from the map cost no
/// system call. It is an upper bound, not memory used.
const MAPPED_BYTES_MAX: i64 = 256 * 1024 * 1024;

/// Keeps other processes out of a data folder while it lives.
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    pub(crate) fn acquire(folder: &Path) -> Result<Self, DbError> {
        let name = folder.display();
        fs::create_dir_all(folder)
            .map_err(|error| DbError::Open(format!("cannot make the folder `{name}`: {error}")))?;
        let file = File::create(folder.join(LOCK_FILE))
            .map_err(|error| DbError::Open(format!("cannot write into `{name}`: {error}")))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(DbError::FolderLocked {
                folder: name.to_string(),
            }),
            Err(TryLockError::Error(error)) => {
                Err(DbError::Open(format!("cannot lock `{name}`: {error}")))
            }
        }
    }
}

/// Opens the connection that writes, and makes the file what it has to be.
pub(crate) fn open_writer(config: &SqliteConfig) -> Result<Connection, DbError> {
    prepare_writer(config).map_err(|error| unopened(&config.path, &error))
}

/// Opens a connection that can only read.
pub(super) fn open_reader(config: &SqliteConfig) -> Result<Session, DbError> {
    let connection = prepare_reader(config).map_err(|error| unopened(&config.path, &error))?;
    Session::new(connection, config.statement_timeout)
}

pub(super) fn unopened(path: &Path, error: &rusqlite::Error) -> DbError {
    DbError::Open(format!("cannot use `{}`: {error}", path.display()))
}

fn prepare_writer(config: &SqliteConfig) -> rusqlite::Result<Connection> {
    let connection = Connection::open(&config.path)?;
    connection.busy_timeout(config.acquire_timeout)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a commit has reached the disk when it is acknowledged, also if the power fails.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "mmap_size", MAPPED_BYTES_MAX)?;
    if let Some(pages) = config.pages_max {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    Ok(connection)
}

fn prepare_reader(config: &SqliteConfig) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&config.path, flags)?;
    connection.busy_timeout(config.acquire_timeout)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "mmap_size", MAPPED_BYTES_MAX)?;
    Ok(connection)
}
