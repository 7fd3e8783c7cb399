use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Entropy, Timestamp};

/// Longest id that is accepted, in bytes: a prefix and a 26-character suffix take 30, seeded ids
/// are shorter, and the rest is room for ids that an installation brings with it.
const ID_BYTES_MAX: usize = 64;

/// What an id names; gives the prefix that new ids carry.
pub trait IdKind: Send + Sync + 'static {
    /// The printed prefix, without the underscore.
    const PREFIX: &'static str;
}

/// An opaque id such as `gen_01kb…`, typed by what it names.
///
/// New ids have a time-ordered suffix (a ULID in lower case), so that they lie beside each other
/// in an index. Nothing may read a meaning out of an id: a seeded `proj_001` is as good as any.
pub struct Id<K> {
    text: Arc<str>,
    kind: PhantomData<fn() -> K>,
}

impl<K: IdKind> Id<K> {
    /// A new id.
    pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Self {
        let mut random = [0_u8; 16];
        entropy.fill(&mut random);
        let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
        let suffix = ulid::Ulid::from_parts(millis, u128::from_le_bytes(random));
        let text = format!("{}_{}", K::PREFIX, suffix.to_string().to_ascii_lowercase());
        Self::from_trusted(text)
    }
}

impl<K> Id<K> {
    /// Reads an id that came from outside.
    ///
    /// # Errors
    /// [`InvalidId`] unless it has 1 to 64 ASCII letters, digits, `_` or `-`.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let sane = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if text.is_empty() || text.len() > ID_BYTES_MAX || !text.bytes().all(sane) {
            return Err(InvalidId);
        }
        Ok(Self::from_trusted(text))
    }

    /// Wraps an id that this installation wrote itself, such as one read from its database.
    pub fn from_trusted(text: impl Into<Arc<str>>) -> Self {
        Self {
            text: text.into(),
            kind: PhantomData,
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// An id from outside has a length or a character that no id has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to 64 ASCII letters, digits, `_` or `-`")]
pub struct InvalidId;

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        Self {
            text: Arc::clone(&self.text),
            kind: PhantomData,
        }
    }
}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<K> AsRef<str> for Id<K> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

macro_rules! id_kinds {
    ($($(#[$doc:meta])* $alias:ident = $kind:ident, $prefix:literal;)*) => {$(
        #[doc(hidden)]
        #[derive(Debug)]
        pub enum $kind {}

        impl IdKind for $kind {
            const PREFIX: &'static str = $prefix;
        }

        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )*};
}

id_kinds! {
    /// Names an account.
    UserId = UserKind, "usr";
    /// Names a project.
    ProjectId = ProjectKind, "prj";
    /// Names a scene of a project.
    SceneId = SceneKind, "scn";
    /// Names one attempt to make a clip of a scene.
    GenerationId = GenerationKind, "gen";
    /// Names a reference image.
    ImageId = ImageKind, "img";
    /// Names a job of the queue.
    JobId = JobKind, "job";
    /// Names a line of the credit ledger.
    LedgerEntryId = LedgerEntryKind, "led";
    /// Names a notification.
    NotificationId = NotificationKind, "ntf";
    /// Names a login: the family of refresh tokens that one sign-in started.
    FamilyId = FamilyKind, "lgn";
    /// Names an API key.
    ApiKeyId = ApiKeyKind, "key";
    /// Names an entry of the audit log.
    AuditEntryId = AuditEntryKind, "aud";
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::SeededEntropy;

    #[test]
    fn new_ids_carry_their_prefix_and_sort_by_time() {
        let entropy = SeededEntropy::new(1);
        let earlier = GenerationId::generate(Timestamp::from_micros(1_000_000), &entropy);
        let later = GenerationId::generate(Timestamp::from_micros(2_000_000), &entropy);
        assert!(earlier.as_str().starts_with("gen_"));
        assert_eq!(earlier.as_str().len(), 30);
        assert!(earlier < later);
        assert_eq!(GenerationId::parse(earlier.as_str()), Ok(earlier));
    }

    #[test]
    fn ids_from_outside_are_bounded_and_plain() {
        for bad in ["", "a b", "gen_\0", "../x", &"x".repeat(65), "gén"] {
            assert_eq!(ProjectId::parse(bad), Err(InvalidId), "{bad:?}");
        }
        assert!(ProjectId::parse("proj_001").is_ok());
    }

    proptest! {
        #[test]
        fn an_id_is_plain_and_comes_back_or_is_refused(
            text in prop_oneof![any::<String>(), "[A-Za-z0-9_-]{0,70}", "[ -~]{0,70}"],
        ) {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            let is_id = (1..=64).contains(&text.len()) && text.chars().all(is_plain);
            match ProjectId::parse(&text) {
                Ok(id) => {
                    prop_assert!(is_id);
                    let json = serde_json::to_string(&id).unwrap();
                    prop_assert_eq!(serde_json::from_str::<ProjectId>(&json).unwrap(), id);
                }
                Err(InvalidId) => prop_assert!(!is_id),
            }
        }

        /// Ids that are made at one moment differ, and those of later moments sort behind.
        #[test]
        fn new_ids_are_ids(micros in 0_i64..4_102_444_800_000_000, seed in any::<u64>()) {
            let entropy = SeededEntropy::new(seed);
            let now = Timestamp::from_micros(micros);
            let (one, other) = (JobId::generate(now, &entropy), JobId::generate(now, &entropy));
            prop_assert_ne!(&one, &other);
            let later = JobId::generate(now.plus(std::time::Duration::from_secs(1)), &entropy);
            prop_assert!(one < later && other < later);
            prop_assert_eq!(JobId::parse(one.as_str()), Ok(one));
        }
    }
}
