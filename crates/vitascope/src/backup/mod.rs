//! Backups of an embedded installation: one tar archive with the database, the stored files and the
//! secrets of one moment.
//!
//! Invariants:
//! - An archive is whole or is not there: it is written under another name, and its last entry
//!   holds a digest of all others.
//! - The database in it refers to no file that is not in it: files are copied first, then the
//!   database as it is at one moment, then the files that came meanwhile.
//! - Nothing of an archive is used before all of it was read and found right, and names in it are
//!   only those that this program writes.

mod archive;
mod entry;
mod restore;
mod source;
mod write;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use indicatif::HumanBytes;

pub(crate) use self::restore::{WhatIsThere, restore};
pub(crate) use self::write::{Target, back_up};

/// Where the parts of an installation lie.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The data folder.
    pub(crate) data_dir: PathBuf,
    /// The database file.
    pub(crate) database: PathBuf,
    /// The folder of stored files.
    pub(crate) files: PathBuf,
    /// The folder of secrets.
    pub(crate) secrets: PathBuf,
}

/// How far it is, and whether it is to stop; shared with whoever waits for it.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Bytes that were copied or read.
    pub(crate) bytes: AtomicU64,
    /// Files that were copied or read.
    pub(crate) files: AtomicU64,
    stop: Arc<AtomicBool>,
}

impl Progress {
    /// Has it end as soon as it can.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// How far it is, for a person.
    pub(crate) fn shown(&self) -> String {
        let files = self.files.load(Ordering::Relaxed);
        let bytes = HumanBytes(self.bytes.load(Ordering::Relaxed));
        format!("{files} files, {bytes}")
    }

    fn check(&self) -> Result<(), BackupError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(BackupError::Stopped);
        }
        Ok(())
    }

    fn count_bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn count_file(&self) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }
}

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackupError {
    /// Somebody asked it to stop.
    #[error("stopped")]
    Stopped,
    /// Something could not be read or written.
    #[error("failed to {action} `{}`", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The database did not do it.
    #[error("failed to copy the database")]
    Database(#[from] vita_db::DbError),
    /// The archive is not whole, or none of this program's.
    #[error("the archive cannot be used: {0}")]
    Archive(String),
    /// The archive was made by a later version.
    #[error(
        "the archive was made by vitascope {version}, whose schema ({migration}) is newer than this \
         program's; restore it with that version or a later one"
    )]
    Newer { version: String, migration: String },
    /// There is something where it should go.
    #[error(
        "`{}` is not empty; add `--force` to move aside what is there, or name another folder \
         with `--data-dir`",
        .0.display()
    )]
    NotEmpty(PathBuf),
}

impl BackupError {
    fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}
