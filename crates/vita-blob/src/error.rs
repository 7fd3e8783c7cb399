use std::fmt;
use std::io;

/// A stored file could not be kept, found or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The disk is full, or fuller than the store lets it become. Reads go on.
    #[error("no space left to {action} `{subject}`")]
    StorageFull {
        /// What was to be done, as a verb.
        action: &'static str,
        /// What it was to be done to: a key or a folder.
        subject: String,
        /// What the system said, unless the store itself refused.
        source: Option<io::Error>,
    },
    /// More file operations wait than the store lets wait; try again a little later.
    #[error("too many file operations are waiting")]
    Busy,
    /// The system refused.
    #[error("failed to {action} `{subject}`")]
    Io {
        /// What was to be done, as a verb.
        action: &'static str,
        /// What it was to be done to: a key or a folder.
        subject: String,
        /// What the system said.
        source: io::Error,
    },
    /// The operation was given up half-way, because the store is being closed or by a fault in it.
    #[error("a file operation was given up")]
    GivenUp,
}

impl BlobError {
    /// Names the operation that a system's error ended; for `map_err`.
    pub(crate) fn from_io(
        action: &'static str,
        subject: impl fmt::Display,
    ) -> impl FnOnce(io::Error) -> Self {
        move |source| {
            let subject = subject.to_string();
            match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::StorageFull {
                    action,
                    subject,
                    source: Some(source),
                },
                _ => Self::Io {
                    action,
                    subject,
                    source,
                },
            }
        }
    }

    /// Whether the disk is full, or as full as it may become.
    pub const fn is_storage_full(&self) -> bool {
        matches!(self, Self::StorageFull { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_from_other_failures() {
        // Linux errno: ENOSPC, EDQUOT, EIO.
        for (errno, full) in [(28, true), (122, true), (5, false)] {
            let source = io::Error::from_raw_os_error(errno);
            let error = BlobError::from_io("write", "generations/gen_1/clip.mp4")(source);
            assert_eq!(error.is_storage_full(), full, "{error}");
        }
    }
}
