//! What the disk store does to files; every function here blocks.

use std::fs::{self, DirBuilder, File, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use vita_model::Timestamp;

use crate::stage::remove_folder;
use crate::{BlobError, BlobKey, BlobMeta, BlobPrefix, ETag};

/// Where files are made and where they go to be deleted.
const STAGE: &str = ".stage";

/// Everything in the store belongs to people: no other account of the machine may look.
const FOLDER_MODE: u32 = 0o700;

/// Makes the folders of a store and finds the first number that no working folder has.
pub(super) fn prepare_root(root: &Path) -> Result<u64, BlobError> {
    let failed = || BlobError::from_io("make folder", root.display());
    DirBuilder::new()
        .recursive(true)
        .mode(FOLDER_MODE)
        .create(root)
        .map_err(failed())?;
    for area in BlobPrefix::AREAS.into_iter().chain([STAGE]) {
        make_folder(&root.join(area)).map_err(failed())?;
    }
    sync_folder(root).map_err(failed())?;
    let mut first = 0;
    for entry in fs::read_dir(root.join(STAGE)).map_err(failed())? {
        let name = entry.map_err(failed())?.file_name();
        if let Some(number) = stage_number(&name) {
            first = first.max(number.saturating_add(1));
        }
    }
    Ok(first)
}

/// Where the file of a key lies.
pub(super) fn path_of(root: &Path, key: &BlobKey) -> PathBuf {
    root.join(key.to_string())
}

/// Where the working folder with a number lies.
pub(super) fn stage_path(root: &Path, number: u64) -> PathBuf {
    root.join(STAGE).join(number.to_string())
}

fn stage_number(name: &std::ffi::OsStr) -> Option<u64> {
    name.to_str()?.parse().ok()
}

pub(super) fn free_bytes(root: &Path) -> Result<u64, BlobError> {
    let stat = rustix::fs::statvfs(root)
        .map_err(io::Error::from)
        .map_err(BlobError::from_io(
            "ask for the free space of",
            root.display(),
        ))?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

pub(super) fn make_stage(root: &Path, path: &Path, free_bytes_min: u64) -> Result<(), BlobError> {
    if free_bytes(root)? < free_bytes_min {
        return Err(BlobError::StorageFull {
            action: "make anything new in",
            subject: root.display().to_string(),
            source: None,
        });
    }
    DirBuilder::new()
        .mode(FOLDER_MODE)
        .create(path)
        .map_err(BlobError::from_io("make folder", path.display()))
}

/// Puts the file at `source` in place. In this order, a cut at any moment leaves the old file or
/// the new one: its bytes to the disk, its folder, its name, the name to the disk.
pub(super) fn adopt(
    root: &Path,
    key: &BlobKey,
    source: &Path,
    copy: &Path,
) -> Result<BlobMeta, BlobError> {
    let failed = || BlobError::from_io("adopt", key);
    let target = path_of(root, key);
    let folder = root.join(key.prefix().to_string());
    let file = open_plain(source).map_err(failed())?;
    file.sync_all().map_err(failed())?;
    let meta = meta_of(key, &file.metadata().map_err(failed())?);
    if make_folder(&folder).map_err(failed())? {
        sync_folder(&root.join(key.prefix().area())).map_err(failed())?;
    }
    let meta = match fs::rename(source, &target) {
        Ok(()) => meta,
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let meta = copy_over(key, file, copy, &target).map_err(failed())?;
            // The file is adopted; what is left is its maker's own folder, which cleans itself up.
            let _ = fs::remove_file(source);
            meta
        }
        Err(error) => return Err(failed()(error)),
    };
    sync_folder(&folder).map_err(failed())?;
    Ok(meta)
}

/// Puts a file of another file system in place by way of a copy beside the working folders.
fn copy_over(key: &BlobKey, mut source: File, copy: &Path, target: &Path) -> io::Result<BlobMeta> {
    let copied = (|| {
        let mut file = File::create_new(copy)?;
        io::copy(&mut source, &mut file)?;
        file.sync_all()?;
        let meta = meta_of(key, &file.metadata()?);
        fs::rename(copy, target)?;
        Ok(meta)
    })();
    if copied.is_err() {
        // Half a copy on a full disk would keep it full.
        let _ = fs::remove_file(copy);
    }
    copied
}

/// Opens a file that is one: not a folder, a pipe that never ends, or a link to somewhere else.
fn open_plain(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("not a plain file"));
    }
    File::open(path)
}

pub(super) fn open(root: &Path, key: &BlobKey) -> Result<Option<(BlobMeta, File)>, BlobError> {
    let opened = File::open(path_of(root, key));
    let Some(file) = present(opened).map_err(BlobError::from_io("open", key))? else {
        return Ok(None);
    };
    let metadata = file.metadata().map_err(BlobError::from_io("open", key))?;
    Ok(Some((meta_of(key, &metadata), file)))
}

pub(super) fn stat(root: &Path, key: &BlobKey) -> Result<Option<BlobMeta>, BlobError> {
    let metadata = present(fs::metadata(path_of(root, key)));
    let metadata = metadata.map_err(BlobError::from_io("look at", key))?;
    Ok(metadata.map(|metadata| meta_of(key, &metadata)))
}

/// Moves the folder out of the way, which takes all its files away at once, and removes it there.
pub(super) fn delete(root: &Path, prefix: &BlobPrefix, trash: &Path) -> Result<bool, BlobError> {
    let failed = || BlobError::from_io("delete", prefix);
    let moved = fs::rename(root.join(prefix.to_string()), trash);
    if present(moved).map_err(failed())?.is_none() {
        return Ok(false);
    }
    sync_folder(&root.join(prefix.area())).map_err(failed())?;
    remove_folder(trash);
    Ok(true)
}

/// Removes what lies beside the working folders of this process.
pub(super) fn sweep_stages(root: &Path, below: u64) -> Result<u64, BlobError> {
    let stage = root.join(STAGE);
    let failed = || BlobError::from_io("sweep", stage.display());
    let mut swept = 0;
    for entry in fs::read_dir(&stage).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        if stage_number(&entry.file_name()).is_some_and(|number| number >= below) {
            continue;
        }
        if entry.file_type().map_err(failed())?.is_dir() {
            remove_folder(&entry.path());
        } else {
            fs::remove_file(entry.path()).map_err(failed())?;
        }
        swept += 1;
    }
    Ok(swept)
}

fn meta_of(key: &BlobKey, metadata: &Metadata) -> BlobMeta {
    let secs = u64::try_from(metadata.mtime()).unwrap_or(0);
    let nanos = u32::try_from(metadata.mtime_nsec()).unwrap_or(0);
    BlobMeta {
        size: metadata.len(),
        etag: ETag::of_file(key, metadata.len(), Duration::new(secs, nanos)),
        modified: modified_at(metadata),
    }
}

/// When a file, or the list of files in a folder, last changed.
pub(super) fn modified_at(metadata: &Metadata) -> Timestamp {
    let micros = metadata.mtime().saturating_mul(1_000_000) + metadata.mtime_nsec() / 1_000;
    Timestamp::from_micros(micros)
}

/// Turns "not found" into absence. A path can also end in the middle, in a file.
pub(super) fn present<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes a folder; says whether it is new.
pub(super) fn make_folder(path: &Path) -> io::Result<bool> {
    match DirBuilder::new().mode(FOLDER_MODE).create(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes the names in a folder survive a power cut.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use vita_model::GenerationId;

    use super::*;

    fn clip() -> BlobKey {
        BlobKey::generation_clip(&GenerationId::from_trusted("gen_1"))
    }

    #[test]
    fn a_file_of_another_file_system_is_copied_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (source, copy) = (folder.path().join("source"), folder.path().join("copy"));
        let target = folder.path().join("target");
        fs::write(&source, b"new").unwrap();
        fs::write(&target, b"older").unwrap();
        let meta = copy_over(&clip(), File::open(&source).unwrap(), &copy, &target).unwrap();
        assert_eq!(meta.size, 3);
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert!(!copy.exists());
    }

    #[test]
    fn a_copy_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let (source, copy) = (folder.path().join("source"), folder.path().join("copy"));
        let target = folder.path().join("no such folder").join("target");
        fs::write(&source, b"new").unwrap();
        let failed = copy_over(&clip(), File::open(&source).unwrap(), &copy, &target);
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(!copy.exists());
    }

    #[test]
    fn only_plain_files_are_adopted() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("store");
        prepare_root(&root).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
        for source in [link.as_path(), folder.path()] {
            let copy = stage_path(&root, 0);
            assert!(adopt(&root, &clip(), source, &copy).is_err());
        }
        assert_eq!(stat(&root, &clip()).unwrap(), None);
    }
}
