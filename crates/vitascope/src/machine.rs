//! What the program asks of the machine it runs on.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::config::{Config, Mode};

/// Checks that ffmpeg and ffprobe can be started. In test mode, whose default model needs neither,
/// a missing one is told and not refused.
///
/// # Errors
/// What is missing, and how to get it.
pub(crate) fn check_tools(config: &Config, search_path: &str) -> anyhow::Result<()> {
    let tools = [
        ("media.ffmpeg", &config.media.ffmpeg),
        ("media.ffprobe", &config.media.ffprobe),
    ];
    for (key, program) in tools {
        if is_program(program, search_path) {
            continue;
        }
        let what = format!(
            "`{key}`: there is no program `{}`; install ffmpeg (Debian, Ubuntu: `apt-get install \
             ffmpeg`, macOS: `brew install ffmpeg`), or set `{key}` to where it is",
            program.display()
        );
        if config.mode != Mode::Test {
            bail!(what);
        }
        tracing::warn!("{what}; the local model and exports will fail");
    }
    Ok(())
}

/// Whether `program` is a path to something executable, or the name of such in `search_path`.
fn is_program(program: &Path, search_path: &str) -> bool {
    let is_executable = |path: &Path| {
        let metadata = fs::metadata(path);
        metadata.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    if program.components().count() > 1 {
        return is_executable(program);
    }
    let mut folders = search_path.split(':').filter(|folder| !folder.is_empty());
    folders.any(|folder| is_executable(&Path::new(folder).join(program)))
}

/// Keeps other processes out of a data folder whose database, which has a lock of its own, lies
/// elsewhere.
pub(crate) struct DataFolder {
    pub(crate) path: PathBuf,
    _lock: Option<File>,
}

/// The file whose lock says that a process uses the folder.
const LOCK_FILE: &str = "vitascope.lock";

impl DataFolder {
    /// Makes the folder when it is not there, and locks it unless the database does.
    ///
    /// # Errors
    /// When it can't be made, or another process uses it.
    pub(crate) fn open(path: &Path, is_locked_by_database: bool) -> anyhow::Result<Self> {
        let shown = path.display();
        // What is in it, hashes of passwords among it, is nobody else's business.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.with_context(|| {
            format!("`data.dir`: failed to make the folder `{shown}`; name one this user may write")
        })?;
        let path = path.canonicalize().with_context(|| {
            format!("`data.dir`: failed to find the folder `{shown}` that was just made")
        })?;
        let lock = if is_locked_by_database {
            None
        } else {
            Some(lock(&path)?)
        };
        Ok(Self { path, _lock: lock })
    }
}

fn lock(folder: &Path) -> anyhow::Result<File> {
    let file = File::create(folder.join(LOCK_FILE))
        .with_context(|| format!("`data.dir`: failed to write into `{}`", folder.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(folder_in_use(folder)),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| {
            format!(
                "`data.dir`: failed to lock the folder `{}`",
                folder.display()
            )
        }),
    }
}

/// Says that another process uses the data folder.
pub(crate) fn folder_in_use(folder: &Path) -> String {
    format!(
        "`data.dir`: another process uses the folder `{}`; end it, or name another folder",
        folder.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_path_and_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("tool");
        fs::write(&program, "").unwrap();
        let search_path = format!("/nowhere::{}", folder.path().display());
        assert!(!is_program(Path::new("tool"), &search_path));
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(is_program(Path::new("tool"), &search_path));
        assert!(is_program(&program, ""));
        assert!(!is_program(Path::new("other"), &search_path));
        assert!(!is_program(folder.path(), ""));
    }

    #[test]
    fn a_folder_has_one_owner_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let first = DataFolder::open(&path, false).unwrap();
        let refused = DataFolder::open(&path, false).err().unwrap().to_string();
        assert!(
            refused.contains("another process uses the folder"),
            "{refused}"
        );
        drop(first);
        assert!(DataFolder::open(&path, false).is_ok());
    }
}
