//! The form of an archive: a tar of plain files, the first of which says what made it, and the last
//! of which holds the digest of all before.

use std::io::{self, Read, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use super::entry::Entry;
use super::{BackupError, Progress};

/// The form of archives that this program writes and reads.
const FORMAT: u32 = 1;

/// Readable for their owner only: among them are secrets and hashes of passwords.
const MODE: u32 = 0o600;

/// Bytes that are copied at a time, between two looks at whether to stop.
const CHUNK_BYTES: usize = 256 * 1024;

/// Largest first or last entry.
const NOTE_BYTES_MAX: u64 = 64 * 1024;

/// What made an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    /// The form of the archive.
    pub(super) format: u32,
    /// The version of the program.
    pub(super) version: String,
    /// When it was begun.
    pub(super) created_at: String,
    /// The migrations that made the database's schema.
    pub(super) migrations: Vec<String>,
}

impl Head {
    pub(super) fn new(created_at: String, migrations: Vec<String>) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            created_at,
            migrations,
        }
    }
}

/// What was written, for the end of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Totals {
    entries: u64,
    bytes: u64,
    /// As base64.
    sha256: String,
}

/// Counts and digests entries as they go by.
#[derive(Default)]
struct Tally {
    hasher: Sha256,
    entries: u64,
    bytes: u64,
}

impl Tally {
    /// Lengths go in, too, so that no two lists of entries look the same.
    fn begin(&mut self, name: &str, size: u64) {
        self.hasher.update((name.len() as u64).to_le_bytes());
        self.hasher.update(name);
        self.hasher.update(size.to_le_bytes());
        self.entries += 1;
        self.bytes += size;
    }

    fn totals(self) -> Totals {
        Totals {
            entries: self.entries,
            bytes: self.bytes,
            sha256: STANDARD.encode(self.hasher.finalize()),
        }
    }
}

/// Writes an archive.
pub(super) struct ArchiveWriter<'a, W: Write> {
    tar: Builder<W>,
    tally: Tally,
    progress: &'a Progress,
}

/// What is to be an entry's content: exactly `size` bytes.
pub(super) struct Content<R> {
    pub(super) reader: R,
    pub(super) size: u64,
    /// When it last changed, in seconds since the epoch.
    pub(super) modified_secs: u64,
}

impl<'a, W: Write> ArchiveWriter<'a, W> {
    pub(super) fn begin(out: W, head: &Head, progress: &'a Progress) -> Result<Self, BackupError> {
        let mut writer = Self {
            tar: Builder::new(out),
            tally: Tally::default(),
            progress,
        };
        writer.add_note(&Entry::Head, head)?;
        Ok(writer)
    }

    /// Adds an entry.
    pub(super) fn add<R: Read>(
        &mut self,
        entry: &Entry,
        content: Content<R>,
    ) -> Result<(), BackupError> {
        let name = entry.to_string();
        self.tally.begin(&name, content.size);
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(MODE);
        header.set_mtime(content.modified_secs);
        header.set_size(content.size);
        let mut counted = Passing {
            inner: content.reader.take(content.size),
            hasher: &mut self.tally.hasher,
            progress: self.progress,
            passed: 0,
        };
        let written = self.tar.append_data(&mut header, &name, &mut counted);
        if let Err(error) = written {
            self.progress.check()?;
            return Err(BackupError::io("write into the archive", name)(error));
        }
        if counted.passed != content.size {
            let error = io::Error::other("it became shorter while it was copied");
            return Err(BackupError::io("copy", name)(error));
        }
        Ok(())
    }

    /// Writes the digest; answers what the archive was written to.
    pub(super) fn finish(mut self) -> Result<W, BackupError> {
        let tally = std::mem::take(&mut self.tally);
        self.add_note(&Entry::Digest, &tally.totals())?;
        self.tar
            .into_inner()
            .map_err(BackupError::io("end", "the archive"))
    }

    fn add_note(&mut self, entry: &Entry, note: &impl Serialize) -> Result<(), BackupError> {
        let text = serde_json::to_vec_pretty(note).expect("texts can be written as JSON");
        let content = Content {
            reader: &text[..],
            size: text.len() as u64,
            modified_secs: 0,
        };
        self.add(entry, content)
    }
}

/// Reads on behalf of the archive, in pieces between which it can be stopped.
struct Passing<'a, R> {
    inner: R,
    hasher: &'a mut Sha256,
    progress: &'a Progress,
    passed: u64,
}

impl<R: Read> Read for Passing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.progress
            .check()
            .map_err(|error| io::Error::other(error.to_string()))?;
        let length = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..length]);
        self.passed += length as u64;
        self.progress.count_bytes(length as u64);
        Ok(length)
    }
}

/// Reads a whole archive and gives each entry but the first and the last to `take`, which must read
/// it to its end. What was taken is right only when this answers the head: then the digest fits.
pub(super) fn read_archive(
    source: impl Read,
    progress: &Progress,
    mut take: impl FnMut(&Entry, u64, &mut dyn Read) -> Result<(), BackupError>,
) -> Result<Head, BackupError> {
    let mut archive = Archive::new(source);
    let mut tally = Tally::default();
    let mut head = None;
    let mut totals: Option<Totals> = None;
    for found in archive.entries().map_err(|error| damaged(&error))? {
        let mut found = found.map_err(|error| damaged(&error))?;
        let entry = name_of(&found)?;
        if totals.is_some() || (head.is_none() != (entry == Entry::Head)) {
            return Err(refuse(format!("`{entry}` is not where it belongs")));
        }
        let size = found.size();
        if entry == Entry::Digest {
            totals = Some(read_note(&mut found, size)?);
            continue;
        }
        tally.begin(&entry.to_string(), size);
        let mut content = Passing {
            inner: &mut found,
            hasher: &mut tally.hasher,
            progress,
            passed: 0,
        };
        if entry == Entry::Head {
            head = Some(check_head(read_note(&mut content, size)?)?);
        } else {
            let modified = content.inner.header().mtime().unwrap_or(0);
            take(&entry, modified, &mut content)?;
            progress.check()?;
            if content.passed != size {
                return Err(refuse(format!("`{entry}` is cut off")));
            }
            progress.count_file();
        }
    }
    let (Some(head), Some(totals)) = (head, totals) else {
        return Err(refuse("its end is missing"));
    };
    if tally.totals() != totals {
        return Err(refuse("its content is not what was written"));
    }
    Ok(head)
}

/// Copies what is left of an entry.
pub(super) fn copy_all(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<u64> {
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut copied = 0;
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 {
            return Ok(copied);
        }
        to.write_all(&buffer[..length])?;
        copied += length as u64;
    }
}

fn name_of<R: Read>(found: &tar::Entry<'_, R>) -> Result<Entry, BackupError> {
    let path = found.path_bytes();
    let shown = String::from_utf8_lossy(&path).into_owned();
    if found.header().entry_type() != EntryType::Regular {
        return Err(refuse(format!("`{shown}` is no plain file")));
    }
    let unknown = || refuse(format!("`{shown}` is no file of a backup"));
    shown.parse().map_err(|_| unknown())
}

fn read_note<T: serde::de::DeserializeOwned>(
    content: &mut impl Read,
    size: u64,
) -> Result<T, BackupError> {
    if size > NOTE_BYTES_MAX {
        return Err(refuse("its description is too long"));
    }
    let mut text = Vec::new();
    content
        .read_to_end(&mut text)
        .map_err(|error| damaged(&error))?;
    serde_json::from_slice(&text).map_err(|error| refuse(format!("its description: {error}")))
}

fn check_head(head: Head) -> Result<Head, BackupError> {
    let known: Vec<&str> = vita_db::migration_names().collect();
    let newer = head
        .migrations
        .iter()
        .find(|name| !known.contains(&name.as_str()));
    if let Some(migration) = newer {
        return Err(BackupError::Newer {
            version: head.version,
            migration: migration.clone(),
        });
    }
    if head.format != FORMAT {
        return Err(refuse(format!(
            "its form is {}, and this program knows {FORMAT}",
            head.format
        )));
    }
    Ok(head)
}

fn damaged(error: &io::Error) -> BackupError {
    refuse(format!("it is damaged or cut off ({error})"))
}

fn refuse(why: impl Into<String>) -> BackupError {
    BackupError::Archive(why.into())
}

/// Opens an archive.
pub(super) fn open(path: &Path) -> Result<impl Read, BackupError> {
    let file = std::fs::File::open(path).map_err(BackupError::io("open", path))?;
    Ok(io::BufReader::with_capacity(CHUNK_BYTES, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive_of(migrations: &[&str]) -> Vec<u8> {
        let migrations = migrations.iter().map(|&name| name.to_owned()).collect();
        let progress = Progress::default();
        let head = Head::new("2026-11-21T00:00:00Z".to_owned(), migrations);
        let mut writer = ArchiveWriter::begin(Vec::new(), &head, &progress).unwrap();
        for name in ["files/generations/gen_1/clip.mp4", "vitascope.db"] {
            let content = Content {
                reader: name.as_bytes(),
                size: name.len() as u64,
                modified_secs: 7,
            };
            writer.add(&name.parse().unwrap(), content).unwrap();
        }
        writer.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
        let mut found = Vec::new();
        let head = read_archive(bytes, &Progress::default(), |entry, modified, content| {
            let mut text = Vec::new();
            copy_all(content, &mut text).map_err(BackupError::io("read", "an entry"))?;
            assert_eq!(modified, 7);
            found.push((
                entry.to_string(),
                String::from_utf8_lossy(&text).into_owned(),
            ));
            Ok(())
        });
        head.map(|_| found).map_err(|error| error.to_string())
    }

    #[test]
    fn what_was_written_is_read() {
        let found = read(&archive_of(&["V1__accounts"])).unwrap();
        let names = ["files/generations/gen_1/clip.mp4", "vitascope.db"];
        let expected = names.map(|name| (name.to_owned(), name.to_owned()));
        assert_eq!(found, expected);
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_found() {
        let whole = archive_of(&["V1__accounts"]);
        for length in (0..whole.len() - 1024).step_by(97) {
            assert!(read(&whole[..length]).is_err(), "cut at {length}");
        }
        // Changes of what tells nothing, such as padding, are none.
        let content = whole
            .windows(12)
            .position(|part| part == b"vitascope.db")
            .unwrap();
        for position in [content, content + 512, content + 515] {
            let mut changed = whole.clone();
            changed[position] ^= 1;
            assert!(read(&changed).is_err(), "changed at {position}");
        }
    }

    #[test]
    fn an_archive_of_a_later_version_is_refused_with_what_to_do() {
        let refused = read(&archive_of(&["V1__accounts", "V999__future"])).unwrap_err();
        assert!(refused.contains("V999__future"), "{refused}");
        assert!(refused.contains("that version or a later one"), "{refused}");
    }

    #[test]
    fn links_folders_and_foreign_names_are_refused() {
        for (name, kind) in [
            ("vitascope.db", EntryType::Symlink),
            ("vitascope.db", EntryType::Link),
            ("files/", EntryType::Directory),
            ("../evil", EntryType::Regular),
            ("/etc/passwd", EntryType::Regular),
        ] {
            let mut header = Header::new_gnu();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(kind);
            header.set_size(0);
            header.set_cksum();
            let mut bytes = header.as_bytes().to_vec();
            bytes.extend([0; 1024]);
            assert!(read(&bytes).is_err(), "{name} {kind:?}");
        }
    }
}
