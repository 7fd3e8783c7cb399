//! What an installation has stored, read while it may change.

use std::collections::HashSet;
use std::fs::{self, File, ReadDir};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use vita_blob::BlobKey;

use super::archive::{ArchiveWriter, Content};
use super::entry::{Entry, is_secret_name};
use super::{BackupError, Places, Progress};

/// Which stored files to copy.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which<'a> {
    /// Those whose folder has not changed since this second.
    OlderThan(i64),
    /// Those whose folder changed at this second or later, but for those that were copied.
    Since(i64, &'a HashSet<BlobKey>),
}

/// Copies stored files; answers which, where they are new.
pub(super) fn copy_files<W: Write>(
    places: &Places,
    which: Which<'_>,
    archive: &mut ArchiveWriter<'_, W>,
    progress: &Progress,
) -> Result<Vec<BlobKey>, BackupError> {
    let mut copied = Vec::new();
    for area in folders(&places.files)? {
        for folder in folders(&area)? {
            let Some(changed) = changed_at(&folder)? else {
                continue;
            };
            let is_wanted = match which {
                Which::OlderThan(second) => changed < second,
                Which::Since(second, _) => changed >= second,
            };
            if !is_wanted {
                continue;
            }
            for key in keys_in(&places.files, &folder)? {
                progress.check()?;
                if let Which::Since(_, known) = which {
                    if known.contains(&key) || !copy_file(places, &key, archive, progress)? {
                        continue;
                    }
                    copied.push(key);
                } else {
                    copy_file(places, &key, archive, progress)?;
                }
            }
        }
    }
    Ok(copied)
}

/// Copies a stored file; false when it is gone.
fn copy_file<W: Write>(
    places: &Places,
    key: &BlobKey,
    archive: &mut ArchiveWriter<'_, W>,
    progress: &Progress,
) -> Result<bool, BackupError> {
    let path = places.files.join(key.to_string());
    let Some(file) = present(File::open(&path)).map_err(BackupError::io("read", &path))? else {
        return Ok(false);
    };
    archive.add(&Entry::File(key.clone()), content_of(&path, file)?)?;
    progress.count_file();
    Ok(true)
}

/// Copies the secrets that lie in the data folder; answers how many there are.
pub(super) fn copy_secrets<W: Write>(
    places: &Places,
    archive: &mut ArchiveWriter<'_, W>,
    progress: &Progress,
) -> Result<usize, BackupError> {
    let mut names: Vec<String> = list(&places.secrets)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_secret_name(name))
        .collect();
    names.sort();
    for name in &names {
        let path = places.secrets.join(name);
        let file = File::open(&path).map_err(BackupError::io("read", &path))?;
        archive.add(&Entry::Secret(name.clone()), content_of(&path, file)?)?;
        progress.count_file();
    }
    Ok(names.len())
}

/// An open file as the content of an entry.
pub(super) fn content_of(path: &Path, file: File) -> Result<Content<File>, BackupError> {
    let metadata = file.metadata().map_err(BackupError::io("look at", path))?;
    Ok(Content {
        size: metadata.len(),
        modified_secs: u64::try_from(metadata.mtime()).unwrap_or(0),
        reader: file,
    })
}

/// Whether a stored file is there and was copied with the older ones.
pub(super) fn is_older(places: &Places, key: &BlobKey, second: i64) -> Result<bool, BackupError> {
    let path = places.files.join(key.to_string());
    let Some(folder) = path.parent().filter(|_| path.exists()) else {
        return Ok(false);
    };
    Ok(changed_at(folder)?.is_some_and(|changed| changed < second))
}

fn keys_in(root: &Path, folder: &Path) -> Result<Vec<BlobKey>, BackupError> {
    let mut keys = Vec::new();
    for entry in list(folder)? {
        let path = entry.map_err(BackupError::io("list", folder))?.path();
        let name = path.strip_prefix(root).ok().and_then(Path::to_str);
        // What this store would not name is not its.
        keys.extend(name.and_then(|name| BlobKey::parse(name).ok()));
    }
    Ok(keys)
}

/// The folders in a folder; not those that are hidden, in which files are still being made.
fn folders(folder: &Path) -> Result<impl Iterator<Item = std::path::PathBuf>, BackupError> {
    let entries = list(folder)?;
    let is_folder = |entry: &fs::DirEntry| {
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_dir())
    };
    Ok(entries
        .filter_map(Result::ok)
        .filter(is_folder)
        .map(|entry| entry.path()))
}

/// The entries of a folder; none when it is not there.
fn list(folder: &Path) -> Result<impl Iterator<Item = io::Result<fs::DirEntry>>, BackupError> {
    let entries: Option<ReadDir> =
        present(fs::read_dir(folder)).map_err(BackupError::io("list", folder))?;
    Ok(entries.into_iter().flatten())
}

/// The second in which a folder's list of files last changed; none when it is gone.
fn changed_at(folder: &Path) -> Result<Option<i64>, BackupError> {
    let metadata = present(fs::metadata(folder)).map_err(BackupError::io("look at", folder))?;
    Ok(metadata.map(|metadata| metadata.mtime()))
}

fn present<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
