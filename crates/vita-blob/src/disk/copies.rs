//! The same content under many names: one file on the disk and a link for each name.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::files::{make_folder, path_of, present, sync_folder};
use crate::{BlobError, BlobKey};

/// Puts the content of `source` under every key that has none. Links share the file, as stored files
/// never change; where no further link can be made, another copy takes them.
pub(super) fn adopt_copies(
    root: &Path,
    keys: &[BlobKey],
    source: &Path,
    copy: &Path,
) -> Result<(), BlobError> {
    let Some(first) = keys.first() else {
        return Ok(());
    };
    let adopted = make_copy(source, copy)
        .map_err(BlobError::from_io("adopt", first))
        .and_then(|()| {
            for key in keys {
                link(root, key, source, copy).map_err(BlobError::from_io("adopt", key))?;
            }
            sync_all(root).map_err(BlobError::from_io("adopt", first))
        });
    // What has its names stays; this was only one more.
    let _ = fs::remove_file(copy);
    adopted
}

fn link(root: &Path, key: &BlobKey, source: &Path, copy: &Path) -> io::Result<()> {
    let target = path_of(root, key);
    make_folder(&root.join(key.prefix().to_string()))?;
    match fs::hard_link(copy, &target) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // The file has as many names as its file system allows, or that allows only one.
        Err(error) if may_copy(&error) => {
            fs::remove_file(copy)?;
            make_copy(source, copy)?;
            match fs::hard_link(copy, &target) {
                Err(error) if may_copy(&error) => {
                    fs::rename(copy, &target)?;
                    make_copy(source, copy)
                }
                linked => linked,
            }
        }
        linked => linked,
    }
}

fn may_copy(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, TooManyLinks, Unsupported};
    matches!(error.kind(), TooManyLinks | Unsupported | PermissionDenied)
}

/// A fresh copy with its bytes on the disk.
fn make_copy(source: &Path, copy: &Path) -> io::Result<()> {
    present(fs::remove_file(copy))?;
    fs::copy(source, copy)?;
    File::open(copy)?.sync_all()
}

/// Thousands of names reach the disk with one call, where the system has one for a file system.
#[cfg(target_os = "linux")]
fn sync_all(root: &Path) -> io::Result<()> {
    rustix::fs::syncfs(File::open(root)?)?;
    sync_folder(root)
}

#[cfg(not(target_os = "linux"))]
fn sync_all(root: &Path) -> io::Result<()> {
    rustix::fs::sync();
    sync_folder(root)
}
