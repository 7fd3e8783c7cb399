use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use vita_blob::BlobKey;
use vita_db::{SqliteFile, params};
use vita_model::{GenerationId, Timestamp};
use vita_store::generations::LIST_CLIPS_CHANGED_SINCE;

use super::archive::{ArchiveWriter, Head};
use super::entry::Entry;
use super::source::{Which, content_of, copy_files, copy_secrets, is_older};
use super::{BackupError, Places, Progress};

/// How much earlier than the clock says a folder may seem to have changed: file systems keep the
/// time of the last timer tick.
const CLOCK_SLACK_SECS: i64 = 2;

/// How often the database is copied again because files that it names went meanwhile.
const SNAPSHOTS_MAX: usize = 3;

/// Bytes gathered for one write.
const BUFFER_BYTES: usize = 1 << 20;

/// Where an archive goes.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// A file that is not there yet.
    File(PathBuf),
    /// Standard output.
    Stdout,
}

/// What an archive holds.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    /// Files, the database among them.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Secrets among them.
    pub(crate) secrets: usize,
    /// Clips that the database names and that were deleted before they could be copied.
    pub(crate) missing: Vec<GenerationId>,
}

/// Writes the installation at `places` into an archive. A server may use it meanwhile.
pub(crate) fn back_up(
    places: &Places,
    target: &Target,
    now: Timestamp,
    progress: &Progress,
) -> Result<Summary, BackupError> {
    match target {
        Target::Stdout => {
            let draft = places.data_dir.join(".backup.db.part");
            let out = io::stdout().lock();
            let (summary, _) = write_archive(places, out, &draft, now, progress)?;
            Ok(summary)
        }
        Target::File(path) => {
            let part = with_suffix(path, ".part");
            let draft = with_suffix(path, ".db.part");
            let removed = RemoveOnDrop(part.clone());
            let file = create(&part)?;
            let (summary, file) = write_archive(places, file, &draft, now, progress)?;
            file.sync_all().map_err(BackupError::io("write", &part))?;
            fs::rename(&part, path).map_err(BackupError::io("name", path))?;
            drop(removed);
            sync_parent(path)?;
            Ok(summary)
        }
    }
}

fn write_archive<W: Write>(
    places: &Places,
    out: W,
    draft: &Path,
    now: Timestamp,
    progress: &Progress,
) -> Result<(Summary, W), BackupError> {
    let since = now.as_secs() - CLOCK_SLACK_SECS;
    let database = SqliteFile::open(&places.database)?;
    let head = Head::new(now.to_string(), database.migrations()?);
    let out = BufWriter::with_capacity(BUFFER_BYTES, out);
    let mut archive = ArchiveWriter::begin(out, &head, progress)?;
    copy_files(places, Which::OlderThan(since), &mut archive, progress)?;
    let _removed = RemoveOnDrop(draft.to_owned());
    let mut new_files = HashSet::new();
    let mut missing = Vec::new();
    for _ in 0..SNAPSHOTS_MAX {
        remove(draft)?;
        // Made here, so that nobody else can read what SQLite writes into it.
        create(draft)?;
        database
            .copy_into(draft, Arc::clone(&progress.stop))
            .or_else(|error| progress.check().and(Err(BackupError::from(error))))?;
        let which = Which::Since(since, &new_files);
        let copied = copy_files(places, which, &mut archive, progress)?;
        new_files.extend(copied);
        missing = find_missing(places, draft, since, &new_files)?;
        if missing.is_empty() {
            break;
        }
    }
    let copy = File::open(draft).map_err(BackupError::io("read", draft))?;
    archive.add(&Entry::Database, content_of(draft, copy)?)?;
    progress.count_file();
    let secrets = copy_secrets(places, &mut archive, progress)?;
    let out = archive.finish()?.into_inner();
    let mut out =
        out.map_err(|error| BackupError::io("write", "the archive")(error.into_error()))?;
    out.flush()
        .map_err(BackupError::io("write", "the archive"))?;
    let summary = Summary {
        files: progress.files.load(Ordering::Relaxed),
        bytes: progress.bytes.load(Ordering::Relaxed),
        secrets,
        missing,
    };
    Ok((summary, out))
}

/// The clips that the copied database names, which came since the backup began, and which are in
/// neither part of the copied files.
fn find_missing(
    places: &Places,
    draft: &Path,
    since: i64,
    new_files: &HashSet<BlobKey>,
) -> Result<Vec<GenerationId>, BackupError> {
    let copy = SqliteFile::open(draft)?;
    let changed_at = Timestamp::from_micros(since * 1_000_000);
    let ids = copy.texts(LIST_CLIPS_CHANGED_SINCE, params![changed_at])?;
    let mut missing = Vec::new();
    for id in ids.into_iter().map(GenerationId::from_trusted) {
        let key = BlobKey::generation_clip(&id);
        if !new_files.contains(&key) && !is_older(places, &key, since)? {
            missing.push(id);
        }
    }
    Ok(missing)
}

/// A new file that only its owner can read; what an earlier backup left half done is replaced.
fn create(path: &Path) -> Result<File, BackupError> {
    remove(path)?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(BackupError::io("make", path))
}

fn remove(path: &Path) -> Result<(), BackupError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(BackupError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes the name of a file survive a power cut.
pub(super) fn sync_parent(path: &Path) -> Result<(), BackupError> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or_else(|| Path::new("."));
    File::open(parent)
        .and_then(|folder| folder.sync_all())
        .map_err(BackupError::io("write", parent))
}

struct RemoveOnDrop(PathBuf);

impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        // Once it has its name, or never was made, there is nothing to remove.
        let _ = fs::remove_file(&self.0);
    }
}
