use std::fmt;
use std::str::FromStr;

use vita_blob::BlobKey;

/// Longest name of a secret's file.
const SECRET_NAME_BYTES_MAX: usize = 64;

/// What an archive can hold. A name that is none of these is refused, so that no archive can name
/// anything outside of the data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// What made the archive; the first entry.
    Head,
    /// The database.
    Database,
    /// A file of the folder of secrets.
    Secret(String),
    /// A stored file.
    File(BlobKey),
    /// The digest of all entries before it; the last entry.
    Digest,
}

const HEAD: &str = "backup.json";
const DATABASE: &str = "vitascope.db";
const SECRETS: &str = "secrets/";
const FILES: &str = "files/";
const DIGEST: &str = "digest.json";

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str(HEAD),
            Self::Database => f.write_str(DATABASE),
            Self::Secret(name) => write!(f, "{SECRETS}{name}"),
            Self::File(key) => write!(f, "{FILES}{key}"),
            Self::Digest => f.write_str(DIGEST),
        }
    }
}

/// A name that no entry has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnknownEntry;

impl FromStr for Entry {
    type Err = UnknownEntry;

    fn from_str(name: &str) -> Result<Self, UnknownEntry> {
        match name {
            HEAD => Ok(Self::Head),
            DATABASE => Ok(Self::Database),
            DIGEST => Ok(Self::Digest),
            _ => {
                if let Some(key) = name.strip_prefix(FILES) {
                    return BlobKey::parse(key)
                        .map(Self::File)
                        .map_err(|_| UnknownEntry);
                }
                let secret = name
                    .strip_prefix(SECRETS)
                    .filter(|name| is_secret_name(name));
                let secret = secret.ok_or(UnknownEntry)?;
                Ok(Self::Secret(secret.to_owned()))
            }
        }
    }
}

/// Whether a file of the folder of secrets is taken along: no hidden ones, and no drafts.
pub(super) fn is_secret_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty()
        && name.len() <= SECRET_NAME_BYTES_MAX
        && name.bytes().all(is_plain)
        && !name.starts_with('.')
        && name.rsplit('.').next() != Some("part")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_entries_come_back() {
        for name in [
            "backup.json",
            "vitascope.db",
            "secrets/token-key",
            "files/generations/gen_1/clip.mp4",
            "digest.json",
        ] {
            assert_eq!(
                Entry::from_str(name).map(|entry| entry.to_string()),
                Ok(name.to_owned())
            );
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "",
            "..",
            "/etc/passwd",
            "../vitascope.db",
            "./vitascope.db",
            "vitascope.db/",
            "secrets/",
            "secrets/..",
            "secrets/../token-key",
            "secrets/a/b",
            "secrets/.hidden",
            "files/../secrets/token-key",
            "files/generations/../../clip.mp4",
            "files//generations/gen_1/clip.mp4",
            "files/generations/gen_1/clip.mp4\0",
            "vitascope.lock",
        ] {
            assert_eq!(Entry::from_str(name), Err(UnknownEntry), "{name:?}");
        }
    }
}
