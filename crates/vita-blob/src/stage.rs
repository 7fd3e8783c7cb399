use std::fmt;
use std::path::{Path, PathBuf};

use crate::pool::FilePool;

/// A fresh, empty, private folder in which files are made before they are adopted. It lies on the
/// store's own file system, so that adopting is a rename, and goes with everything in it when it
/// is dropped.
pub struct StageDir {
    path: PathBuf,
    pool: FilePool,
}

impl StageDir {
    pub(crate) const fn new(path: PathBuf, pool: FilePool) -> Self {
        Self { path, pool }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for StageDir {
    fn drop(&mut self) {
        let path = std::mem::take(&mut self.path);
        self.pool.run_detached(move || remove_folder(&path));
    }
}

impl fmt::Debug for StageDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StageDir").field(&self.path).finish()
    }
}

/// Removes a folder that nobody uses. A failure is only told: the next start sweeps it up.
pub(crate) fn remove_folder(path: &Path) {
    if let Err(error) = std::fs::remove_dir_all(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(path = %path.display(), %error, "left a working folder behind");
    }
}
