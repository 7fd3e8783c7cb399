//! Interned tag sets: a sample carries a number, and equal sets are the same number everywhere.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Tag sets of a run. Names made of ids would else fill the memory: beyond it `name` and `url`
/// become [`OVERFLOW`], which is counted and said.
pub(crate) const TAG_SETS_MAX: usize = 50_000;

/// Tag sets that a worker finds without asking the others; it forgets all when there are more.
const CACHED_SETS_MAX: usize = 50_000;

/// The value under which goes what has more values than a limit allows.
pub(crate) const OVERFLOW: &str = "(others)";

/// The longest key or value, in bytes; the rest is cut off. A script can make names of any length.
const TAG_BYTES_MAX: usize = 1024;

/// A text within the longest that names may be.
pub(crate) fn cut_name(text: &str) -> &str {
    &text[..text.floor_char_boundary(TAG_BYTES_MAX)]
}

/// The keys whose values a server or script makes up at will.
const UNBOUNDED_KEYS: &[&str] = &["name", "url", "error", "ip", "vu", "iter"];

/// The keys that the engine itself reads.
const OWN_KEYS: &[&str] = &["expected_response", "group", "method", "name", "scenario"];

/// A tag set of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagSetId(pub(crate) u32);

impl TagSetId {
    /// No tags.
    pub const EMPTY: Self = Self(0);

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Tags in the order of their keys, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TagSet(Box<[(Arc<str>, Arc<str>)]>);

impl TagSet {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.binary_search_by(|(own, _)| (**own).cmp(key)).ok()?;
        Some(&self.0[found].1)
    }

    /// The tags in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// From pairs in any order; of a key twice, the later value holds.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut sorted: Vec<(Arc<str>, Arc<str>)> = Vec::new();
        for (key, value) in pairs {
            match sorted.binary_search_by(|(own, _)| (**own).cmp(key)) {
                Ok(at) => sorted[at].1 = value.into(),
                Err(at) => sorted.insert(at, (key.into(), value.into())),
            }
        }
        Self(sorted.into())
    }

    /// Independent of the pairs' order, so that nothing has to be sorted to look a set up.
    fn hash_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> (u64, usize) {
        let mut sum = 0_u64;
        let mut count = 0;
        for pair in pairs {
            let mut hasher = DefaultHasher::new();
            pair.hash(&mut hasher);
            sum = sum.wrapping_add(hasher.finish());
            count += 1;
        }
        (sum, count)
    }

    fn has_exactly<'a>(
        &self,
        mut pairs: impl Iterator<Item = (&'a str, &'a str)>,
        count: usize,
    ) -> bool {
        count == self.len() && pairs.all(|(key, value)| self.get(key) == Some(value))
    }
}

/// The tag sets of a run; shared by all workers, asked only for what a worker has not seen.
#[derive(Debug)]
pub(crate) struct TagTable {
    /// The keys that anybody reads; `None` keeps all, for outputs that write every sample.
    wanted: Option<HashSet<Box<str>>>,
    sets: RwLock<Sets>,
    overflowed: AtomicU64,
}

#[derive(Debug)]
struct Sets {
    all: Vec<Arc<TagSet>>,
    ids: HashMap<Arc<TagSet>, TagSetId>,
}

impl TagTable {
    /// A table that keeps the engine's own keys and `selected`, or all keys.
    pub(crate) fn new<'a>(keeps_all: bool, selected: impl IntoIterator<Item = &'a str>) -> Self {
        let wanted = (!keeps_all).then(|| {
            OWN_KEYS
                .iter()
                .copied()
                .chain(selected)
                .map(Box::from)
                .collect()
        });
        let empty = Arc::new(TagSet::default());
        Self {
            wanted,
            sets: RwLock::new(Sets {
                all: vec![empty.clone()],
                ids: HashMap::from([(empty, TagSetId::EMPTY)]),
            }),
            overflowed: AtomicU64::new(0),
        }
    }

    pub(crate) fn wants(&self, key: &str) -> bool {
        self.wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(key))
    }

    pub(crate) fn get(&self, id: TagSetId) -> Arc<TagSet> {
        self.sets.read().unwrap_or_else(PoisonError::into_inner).all[id.index()].clone()
    }

    /// How often a set was cut because there were too many.
    pub(crate) fn overflows(&self) -> u64 {
        self.overflowed.load(Ordering::Relaxed)
    }

    fn intern(&self, set: TagSet) -> TagSetId {
        let known = |set: &TagSet| {
            let sets = self.sets.read().unwrap_or_else(PoisonError::into_inner);
            (sets.ids.get(set).copied(), sets.all.len() >= TAG_SETS_MAX)
        };
        let (found, is_full) = known(&set);
        if let Some(id) = found {
            return id;
        }
        if !is_full {
            return self.insert(set);
        }
        self.overflowed.fetch_add(1, Ordering::Relaxed);
        let cut = TagSet::from_pairs(set.iter().map(|(key, value)| {
            (
                key,
                if UNBOUNDED_KEYS.contains(&key) {
                    OVERFLOW
                } else {
                    value
                },
            )
        }));
        let room_for_cut = TAG_SETS_MAX + TAG_SETS_MAX / 10;
        match known(&cut).0 {
            Some(id) => id,
            None if self.len() < room_for_cut => self.insert(cut),
            None => TagSetId::EMPTY,
        }
    }

    fn len(&self) -> usize {
        self.sets
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .all
            .len()
    }

    fn insert(&self, set: TagSet) -> TagSetId {
        let mut sets = self.sets.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = sets.ids.get(&set) {
            return *id;
        }
        let id = TagSetId(sets.all.len() as u32);
        let set = Arc::new(set);
        sets.all.push(set.clone());
        sets.ids.insert(set, id);
        id
    }
}

/// A worker's own memory of the table.
#[derive(Debug, Default)]
pub(crate) struct TagCache {
    by_hash: HashMap<u64, Vec<(Arc<TagSet>, TagSetId)>>,
}

impl TagCache {
    /// The id of the set of `pairs`, whose order doesn't matter.
    pub(crate) fn lookup_or_intern<'a>(
        &mut self,
        table: &TagTable,
        pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    ) -> TagSetId {
        let wanted = pairs
            .filter(|(key, _)| table.wants(key))
            .map(|(key, value)| (cut_name(key), cut_name(value)));
        let (hash, count) = TagSet::hash_pairs(wanted.clone());
        let known = self.by_hash.get(&hash).and_then(|bucket| {
            bucket
                .iter()
                .find(|(set, _)| set.has_exactly(wanted.clone(), count))
        });
        if let Some((_, id)) = known {
            return *id;
        }
        let set = TagSet::from_pairs(wanted);
        let id = table.intern(set.clone());
        if self.by_hash.len() >= CACHED_SETS_MAX {
            self.by_hash.clear();
        }
        let bucket = self.by_hash.entry(hash).or_default();
        // A key given twice has the hash of both values, and finds its set only by this.
        if !bucket.iter().any(|(_, known)| *known == id) {
            bucket.push((Arc::new(set), id));
        }
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sets_are_one_number_in_whatever_order() {
        let table = TagTable::new(true, []);
        let mut cache = TagCache::default();
        let mut id = |pairs: &[(&str, &str)]| cache.lookup_or_intern(&table, pairs.iter().copied());
        let first = id(&[("a", "1"), ("b", "2")]);
        assert_eq!(id(&[("b", "2"), ("a", "1")]), first);
        assert_eq!(id(&[("b", "2"), ("a", "0"), ("a", "1")]), first);
        assert_ne!(id(&[("a", "2"), ("b", "1")]), first);
        assert_eq!(id(&[]), TagSetId::EMPTY);
        let set = table.get(first);
        assert_eq!(set.iter().collect::<Vec<_>>(), [("a", "1"), ("b", "2")]);
        assert_eq!((set.get("b"), set.get("c")), (Some("2"), None));
    }

    #[test]
    fn values_of_any_length_take_little_memory() {
        let table = TagTable::new(true, []);
        let mut cache = TagCache::default();
        let long = "ä".repeat(100_000);
        for _ in 0..3 {
            let pairs = [("name", long.as_str()), ("a", "1"), ("a", "2")];
            let id = cache.lookup_or_intern(&table, pairs.into_iter());
            let set = table.get(id);
            assert_eq!(
                (set.get("name").unwrap().len(), set.get("a")),
                (1024, Some("2"))
            );
        }
        assert_eq!(cache.by_hash.values().map(Vec::len).sum::<usize>(), 1);
    }

    #[test]
    fn keys_that_nobody_reads_are_left_out() {
        let table = TagTable::new(false, ["tier"]);
        let mut cache = TagCache::default();
        let mut id = |pairs: &[(&str, &str)]| cache.lookup_or_intern(&table, pairs.iter().copied());
        let first = id(&[("url", "/1"), ("tier", "gold"), ("group", "")]);
        assert_eq!(id(&[("url", "/2"), ("tier", "gold"), ("group", "")]), first);
        assert_ne!(id(&[("tier", "tin"), ("group", "")]), first);
    }

    #[test]
    fn more_names_than_the_limit_go_under_one() {
        let table = TagTable::new(false, []);
        let mut cache = TagCache::default();
        let names: Vec<String> = (0..TAG_SETS_MAX + 2).map(|n| format!("/{n}")).collect();
        let ids: Vec<TagSetId> = names
            .iter()
            .map(|name| {
                let pairs = [("name", name.as_str()), ("group", "::a")];
                cache.lookup_or_intern(&table, pairs.into_iter())
            })
            .collect();
        let [.., before, last] = ids[..] else {
            panic!("there are two")
        };
        assert_eq!(before, last);
        assert_eq!(table.get(last).get("name"), Some(OVERFLOW));
        assert_eq!(table.get(last).get("group"), Some("::a"));
        assert!(table.overflows() >= 2);
    }
}
