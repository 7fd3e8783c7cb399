//! What a server must not leave behind.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders of the data folder in which things are half made.
const STAGE_FOLDERS: &[&str] = &["files/.stage", "children", "secrets"];

/// Files that are half made: in the working folders, or with a temporary name.
pub fn half_made_files(data_dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in STAGE_FOLDERS {
        for path in list_files(&data_dir.join(folder)) {
            let is_secret = *folder == "secrets" && path.extension().is_none();
            if !is_secret {
                found.push(path);
            }
        }
    }
    let stored = list_files(&data_dir.join("files")).into_iter();
    found.extend(stored.filter(|path| path.extension().is_some_and(|ending| ending == "part")));
    found.sort();
    found.dedup();
    found
}

/// The ids of all generations that have stored files, sorted.
pub fn stored_generations(data_dir: &Path) -> Vec<String> {
    let folder = data_dir.join("files/generations");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut ids: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    ids.sort();
    ids
}

/// Every file below a folder; none when it is not there.
pub fn list_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files.extend(list_files(&path)),
            Ok(_) => files.push(path),
            Err(_) => {}
        }
    }
    files
}
