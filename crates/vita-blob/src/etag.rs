//! Strong validators of stored files (RFC 9110 §8.8.3).

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::BlobKey;

/// Bytes of the digest that the tag prints: 128 bits are past any accident.
const DIGEST_BYTES: usize = 16;

/// A strong entity tag, with its quotes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ETag(String);

impl ETag {
    /// The tag of a file that is replaced as a whole and never changed in place: what it is, how
    /// long it is and when it was written, to the nanosecond. Nothing needs to be read for it.
    pub fn of_file(key: &BlobKey, size: u64, modified: Duration) -> Self {
        let mut hash = Sha256::new();
        hash.update(key.to_string().as_bytes());
        hash.update([0]);
        hash.update(size.to_le_bytes());
        hash.update(modified.as_nanos().to_le_bytes());
        let mut text = String::with_capacity(DIGEST_BYTES * 2 + 2);
        text.push('"');
        for byte in &hash.finalize()[..DIGEST_BYTES] {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push('"');
        Self(text)
    }

    /// The tag as it stands in the header `ETag`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the header `If-None-Match` names this tag, so that the answer is 304. Compared
    /// weakly, as RFC 9110 §13.1.2 wants: a `W/` in front does not matter.
    pub fn matches_if_none_match(&self, header: &str) -> bool {
        // No tag of ours has a comma in it, so one that was cut apart is another's anyway.
        header
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.0)
    }

    /// Whether the header `If-Range` names this tag, so that a part of the file may be sent.
    /// Compared strongly (RFC 9110 §13.1.5); a date never matches, and the whole file is sent.
    pub fn matches_if_range(&self, header: &str) -> bool {
        header.trim() == self.0
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use vita_model::GenerationId;

    use super::*;

    fn tag(id: &str, size: u64, nanos: u64) -> ETag {
        let key = BlobKey::generation_clip(&GenerationId::from_trusted(id));
        ETag::of_file(&key, size, Duration::from_nanos(nanos))
    }

    #[test]
    fn tags_are_quoted_and_tell_files_apart() {
        let one = tag("gen_1", 10, 1);
        assert!(one.as_str().starts_with('"') && one.as_str().ends_with('"'));
        assert_eq!(one.as_str().len(), 34);
        assert_eq!(one, tag("gen_1", 10, 1));
        for other in [
            tag("gen_2", 10, 1),
            tag("gen_1", 11, 1),
            tag("gen_1", 10, 2),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn conditions_are_compared_as_the_rfc_wants() {
        let tag = tag("gen_1", 10, 1);
        assert!(tag.matches_if_none_match("*"));
        assert!(tag.matches_if_none_match(&format!("\"x\", W/{tag}")));
        assert!(!tag.matches_if_none_match("\"x\""));
        assert!(tag.matches_if_range(tag.as_str()));
        assert!(!tag.matches_if_range(&format!("W/{tag}")));
        assert!(!tag.matches_if_range("Sat, 21 Nov 2026 09:00:00 GMT"));
    }
}
