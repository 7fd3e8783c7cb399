use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use vita_db::SqliteFile;
use vita_model::Timestamp;

use super::archive::{Head, copy_all, open, read_archive};
use super::entry::Entry;
use super::write::sync_parent;
use super::{BackupError, Places, Progress};

/// Where an archive is unpacked, in the data folder, before anything takes its place.
const STAGE: &str = ".restore";

/// What the folder may hold and still be empty: the lock, which this process holds, what an
/// interrupted restoring left, and what a file system puts into its root.
const NOTHING: [&str; 3] = ["vitascope.lock", STAGE, "lost+found"];

/// The parts of an installation, in the order in which they take their place: without a database
/// there is none.
const PARTS: [&str; 2] = ["files", "secrets"];

const DATABASE: &str = "vitascope.db";

/// What was restored.
#[derive(Clone, Debug)]
pub(crate) struct Restored {
    /// When the archive was made.
    pub(crate) created_at: String,
    /// The version that made it.
    pub(crate) version: String,
    /// Files, the database among them.
    pub(crate) files: u64,
    /// Where that is what was there before.
    pub(crate) moved_to: Option<PathBuf>,
}

/// Brings the installation of an archive to `places`, whose data folder this process has locked.
/// Nothing there is touched before all of the archive was read, found right, and unpacked beside it.
pub(crate) fn restore(
    places: &Places,
    source: &Path,
    what_is_there: WhatIsThere,
    now: Timestamp,
    progress: &Progress,
) -> Result<Restored, BackupError> {
    let is_empty = is_empty(places)?;
    if !is_empty && what_is_there == WhatIsThere::Stays {
        return Err(BackupError::NotEmpty(places.data_dir.clone()));
    }
    let discard = |_: &Entry, _: u64, content: &mut dyn Read| {
        let read = copy_all(content, &mut io::sink());
        read.map(|_| ()).map_err(BackupError::io("read", source))
    };
    read_archive(open(source)?, progress, discard)?;
    progress.files.store(0, Ordering::Relaxed);
    progress.bytes.store(0, Ordering::Relaxed);
    let stage = Stage::make(&places.data_dir.join(STAGE))?;
    let head = stage.unpack(source, progress)?;
    stage.check(&head)?;
    let moved_to = if is_empty {
        None
    } else {
        Some(move_aside(places, now)?)
    };
    stage.settle(places)?;
    Ok(Restored {
        created_at: head.created_at,
        version: head.version,
        files: progress.files.load(Ordering::Relaxed),
        moved_to,
    })
}

/// What happens to an installation that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhatIsThere {
    /// It stays, and nothing is restored.
    Stays,
    /// It is moved aside.
    IsMovedAside,
}

fn is_empty(places: &Places) -> Result<bool, BackupError> {
    Ok(!places.database.exists() && names_in(&places.data_dir)?.is_empty())
}

/// What a data folder holds.
fn names_in(folder: &Path) -> Result<Vec<std::ffi::OsString>, BackupError> {
    let failed = || BackupError::io("list", folder);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        let name = entry.map_err(failed())?.file_name();
        if !NOTHING.iter().any(|nothing| name == *nothing) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Moves an installation into a folder of its own beside the new one; answers which.
fn move_aside(places: &Places, now: Timestamp) -> Result<PathBuf, BackupError> {
    let aside = places.data_dir.join(format!("replaced-{}", now.as_secs()));
    make_folder(&aside)?;
    for name in names_in(&places.data_dir)? {
        let from = places.data_dir.join(&name);
        let is_earlier = name.as_encoded_bytes().starts_with(b"replaced-");
        if !is_earlier {
            fs::rename(&from, aside.join(&name)).map_err(BackupError::io("move", &from))?;
        }
    }
    for suffix in ["", "-wal", "-shm"] {
        let mut from = places.database.clone().into_os_string();
        from.push(suffix);
        let from = PathBuf::from(from);
        if from.exists() {
            // A database of another folder stays in its file system.
            let mut to = from.clone().into_os_string();
            to.push(format!(".replaced-{}", now.as_secs()));
            fs::rename(&from, to).map_err(BackupError::io("move", &from))?;
        }
    }
    Ok(aside)
}

/// The folder in which an archive is unpacked; it goes again, whatever happens.
struct Stage(PathBuf);

impl Stage {
    fn make(path: &Path) -> Result<Self, BackupError> {
        if path.exists() {
            fs::remove_dir_all(path).map_err(BackupError::io("remove", path))?;
        }
        make_folder(path)?;
        let stage = Self(path.to_owned());
        for part in PARTS {
            make_folder(&path.join(part))?;
        }
        Ok(stage)
    }

    fn unpack(&self, source: &Path, progress: &Progress) -> Result<Head, BackupError> {
        let head = read_archive(open(source)?, progress, |entry, modified, content| {
            let path = self.0.join(entry.to_string());
            let failed = || BackupError::io("write", &path);
            if let Some(folder) = path.parent() {
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(folder)
                    .map_err(failed())?;
            }
            // A second entry of one name is no archive of this program's.
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .map_err(failed())?;
            copy_all(content, &mut file).map_err(failed())?;
            file.flush().map_err(failed())?;
            let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(modified);
            file.set_modified(modified).map_err(failed())
        })?;
        self.sync()?;
        Ok(head)
    }

    /// Finds out whether the unpacked database is sound and one that this program knows.
    fn check(&self, head: &Head) -> Result<(), BackupError> {
        let path = self.0.join(DATABASE);
        if !path.exists() {
            return Err(BackupError::Archive("it holds no database".to_owned()));
        }
        let database = SqliteFile::open(&path)?;
        database.check()?;
        let migrations = database.migrations()?;
        let known: Vec<&str> = vita_db::migration_names().collect();
        match migrations
            .iter()
            .find(|name| !known.contains(&name.as_str()))
        {
            None => Ok(()),
            Some(migration) => Err(BackupError::Newer {
                version: head.version.clone(),
                migration: migration.clone(),
            }),
        }
    }

    /// Moves what was unpacked to where a server looks for it, the database last.
    fn settle(self, places: &Places) -> Result<(), BackupError> {
        for (part, to) in PARTS.into_iter().zip([&places.files, &places.secrets]) {
            fs::rename(self.0.join(part), to).map_err(BackupError::io("move", to))?;
        }
        let (from, to) = (self.0.join(DATABASE), &places.database);
        match fs::rename(&from, to) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                let mut part = to.clone().into_os_string();
                part.push(".part");
                let part = PathBuf::from(part);
                let copied = fs::copy(&from, &part)
                    .and_then(|_| File::open(&part)?.sync_all())
                    .and_then(|()| fs::rename(&part, to));
                copied.map_err(BackupError::io("write", to))?;
            }
            moved => moved.map_err(BackupError::io("move", to))?,
        }
        sync_parent(to)?;
        sync_parent(&places.files)
    }

    /// All that was unpacked reaches the disk before any of it takes its place.
    #[cfg(target_os = "linux")]
    fn sync(&self) -> Result<(), BackupError> {
        let folder = File::open(&self.0).map_err(BackupError::io("write", &self.0))?;
        rustix::fs::syncfs(folder)
            .map_err(io::Error::from)
            .map_err(BackupError::io("write", &self.0))
    }

    #[cfg(not(target_os = "linux"))]
    fn sync(&self) -> Result<(), BackupError> {
        rustix::fs::sync();
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What stays is removed by the next restoring.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn make_folder(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new()
        .mode(0o700)
        .create(path)
        .map_err(BackupError::io("make", path))
}
