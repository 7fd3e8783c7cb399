//! API keys that were looked up a moment ago.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vita_model::Timestamp;
use vita_store::api_keys::KeyBearer;

use super::secrets::SecretHash;

/// How long what was read of a key is believed. A key that was revoked in another process, or a role
/// that was changed there, lives on for as long as this; in this process changes hold at once.
const KEPT_FOR: Duration = Duration::from_secs(5);

/// Most keys that are kept; some 200 bytes each.
const ENTRIES_MAX: usize = 10_000;

/// What was read of keys lately.
#[derive(Default)]
pub(super) struct KeyCache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    entries: HashMap<SecretHash, Entry>,
    /// Counts how often all was forgotten.
    generation: u64,
}

struct Entry {
    bearer: KeyBearer,
    read_at: Timestamp,
}

impl Entry {
    fn is_fresh(&self, now: Timestamp) -> bool {
        // A clock that was set back makes nothing younger.
        self.read_at <= now && now.since(self.read_at) < KEPT_FOR
    }
}

/// Which state of things a reader began from.
#[derive(Clone, Copy)]
pub(super) struct Begun(u64);

impl KeyCache {
    /// What was read of this key, if that is fresh; else what [`KeyCache::keep`] wants to know.
    pub(super) fn find(&self, hash: &SecretHash, now: Timestamp) -> Result<KeyBearer, Begun> {
        let kept = self.kept();
        match kept.entries.get(hash) {
            Some(entry) if entry.is_fresh(now) => Ok(entry.bearer.clone()),
            _ => Err(Begun(kept.generation)),
        }
    }

    /// Keeps what was read, unless something changed since the reading began: then it may have been
    /// read before the change.
    pub(super) fn keep(&self, begun: Begun, hash: SecretHash, bearer: KeyBearer, now: Timestamp) {
        let mut kept = self.kept();
        if kept.generation != begun.0 {
            return;
        }
        if kept.entries.len() >= ENTRIES_MAX {
            kept.entries.retain(|_, entry| entry.is_fresh(now));
        }
        if kept.entries.len() >= ENTRIES_MAX {
            kept.entries.clear();
        }
        let read_at = now;
        kept.entries.insert(hash, Entry { bearer, read_at });
    }

    /// Forgets everything, as a key or an account was changed. That is rare, and reading a key again
    /// is one cheap statement.
    pub(super) fn forget_all(&self) {
        let mut kept = self.kept();
        kept.generation += 1;
        kept.entries.clear();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use vita_model::{ApiKeyId, Role, Scopes, UserId};

    use super::*;

    fn bearer() -> KeyBearer {
        KeyBearer {
            id: ApiKeyId::from_trusted("key_1"),
            scopes: Scopes::ALL,
            expires_at: None,
            last_used_at: None,
            owner: UserId::from_trusted("usr_1"),
            role: Role::Creator,
            disabled: false,
        }
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_micros(secs * 1_000_000)
    }

    fn keep(cache: &KeyCache, hash: SecretHash, now: Timestamp) {
        let Err(begun) = cache.find(&hash, now) else {
            return;
        };
        cache.keep(begun, hash, bearer(), now);
    }

    #[test]
    fn a_key_is_believed_for_five_seconds() {
        let cache = KeyCache::default();
        keep(&cache, [1; 32], at(10));
        assert!(cache.find(&[1; 32], at(14)).is_ok());
        assert!(cache.find(&[1; 32], at(15)).is_err());
        assert!(
            cache.find(&[1; 32], at(9)).is_err(),
            "the clock was set back"
        );
        assert!(cache.find(&[2; 32], at(10)).is_err());
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let cache = KeyCache::default();
        keep(&cache, [1; 32], at(0));
        let begun = cache.find(&[2; 32], at(0)).unwrap_err();
        cache.forget_all();
        assert!(cache.find(&[1; 32], at(0)).is_err());
        cache.keep(begun, [2; 32], bearer(), at(0));
        assert!(cache.find(&[2; 32], at(0)).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let cache = KeyCache::default();
        for n in 0..3 * ENTRIES_MAX {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&n.to_le_bytes());
            keep(&cache, hash, at(0));
            assert!(cache.kept().entries.len() <= ENTRIES_MAX);
        }
    }
}
