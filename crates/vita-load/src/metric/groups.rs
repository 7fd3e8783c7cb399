//! The tree of groups and checks, with k6's ids.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

use md5::{Digest as _, Md5};

use super::tags::OVERFLOW;

/// Groups and checks of a run, each; what is beyond goes under one name at the root.
const GROUPS_MAX: usize = 10_000;
const CHECKS_MAX: usize = 10_000;

/// What parts the names of a path.
const SEPARATOR: &str = "::";

/// A check of a run: a name in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CheckId(pub(crate) u32);

/// The groups and checks of a run; shared by all workers.
#[derive(Debug)]
pub(crate) struct GroupTable {
    known: RwLock<Known>,
}

#[derive(Debug)]
struct Known {
    /// In order of appearance; a parent stands before its children, the root first.
    groups: Vec<GroupEntry>,
    by_path: HashMap<Arc<str>, usize>,
    checks: Vec<CheckEntry>,
    by_check: HashMap<(usize, Arc<str>), CheckId>,
}

#[derive(Debug)]
struct GroupEntry {
    path: Arc<str>,
    parent: usize,
}

#[derive(Debug)]
struct CheckEntry {
    group: usize,
    name: Arc<str>,
}

/// A group with what is in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Its name; the root's is empty.
    pub name: String,
    /// The names from the root on, each with `::` before it.
    pub path: String,
    /// MD5 of the path, in hexadecimal.
    pub id: String,
    /// The groups in it, in order of appearance.
    pub groups: Vec<Self>,
    /// The checks in it, in order of appearance.
    pub checks: Vec<Check>,
}

/// A check with how often it passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// Its group's path and its name.
    pub path: String,
    /// MD5 of the path, in hexadecimal.
    pub id: String,
    /// How often it passed.
    pub passes: u64,
    /// How often it failed.
    pub fails: u64,
}

/// How often a check passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CheckCount {
    pub(crate) passes: u64,
    pub(crate) fails: u64,
}

impl GroupTable {
    pub(crate) fn new() -> Self {
        let root: Arc<str> = "".into();
        Self {
            known: RwLock::new(Known {
                groups: vec![GroupEntry {
                    path: root.clone(),
                    parent: 0,
                }],
                by_path: HashMap::from([(root, 0)]),
                checks: Vec::new(),
                by_check: HashMap::new(),
            }),
        }
    }

    /// Makes a group known, and those it is in.
    pub(crate) fn enter(&self, path: &str) {
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .group(path);
    }

    /// The check of that name in the group of that path.
    pub(crate) fn check(&self, group: &str, name: &str) -> CheckId {
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .check(group, name)
    }

    /// The tree, with counts in the order of [`CheckId`]s.
    pub(crate) fn tree(&self, counts: &[CheckCount]) -> Group {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .tree(counts)
    }
}

impl Known {
    fn group(&mut self, path: &str) -> usize {
        if let Some(at) = self.by_path.get(path) {
            return *at;
        }
        if self.groups.len() >= GROUPS_MAX {
            return 0;
        }
        let parent = path
            .rfind(SEPARATOR)
            .map_or(0, |end| self.group(&path[..end]));
        let at = self.groups.len();
        let path: Arc<str> = path.into();
        self.groups.push(GroupEntry {
            path: path.clone(),
            parent,
        });
        self.by_path.insert(path, at);
        at
    }

    fn check(&mut self, group: &str, name: &str) -> CheckId {
        let key = (self.group(group), Arc::from(name));
        if let Some(id) = self.by_check.get(&key) {
            return *id;
        }
        let is_overflow = key == (0, Arc::from(OVERFLOW));
        if self.checks.len() >= CHECKS_MAX && !is_overflow {
            return self.check("", OVERFLOW);
        }
        let id = CheckId(self.checks.len() as u32);
        self.checks.push(CheckEntry {
            group: key.0,
            name: key.1.clone(),
        });
        self.by_check.insert(key, id);
        id
    }

    fn tree(&self, counts: &[CheckCount]) -> Group {
        let mut built: Vec<Group> = self
            .groups
            .iter()
            .map(|entry| Group {
                name: entry
                    .path
                    .rsplit(SEPARATOR)
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                path: entry.path.to_string(),
                id: md5_hex(&entry.path),
                groups: Vec::new(),
                checks: Vec::new(),
            })
            .collect();
        for (index, check) in self.checks.iter().enumerate() {
            let count = counts.get(index).copied().unwrap_or_default();
            let path = format!("{}{SEPARATOR}{}", self.groups[check.group].path, check.name);
            built[check.group].checks.push(Check {
                name: check.name.to_string(),
                id: md5_hex(&path),
                path,
                passes: count.passes,
                fails: count.fails,
            });
        }
        // From the back, children stand before their parents; each is moved into its parent.
        for at in (1..built.len()).rev() {
            let child = built.swap_remove(at);
            built[self.groups[at].parent].groups.insert(0, child);
        }
        built.swap_remove(0)
    }
}

fn md5_hex(text: &str) -> String {
    let mut hex = String::with_capacity(32);
    for byte in Md5::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_keeps_the_order_of_appearance_and_ids_of_paths() {
        let table = GroupTable::new();
        let one = table.check("::a::b", "is 200");
        table.enter("::c");
        let two = table.check("", "at root");
        table.enter("::a::d");
        assert_eq!(table.check("::a::b", "is 200"), one);
        let mut counts = vec![CheckCount::default(); 2];
        counts[one.0 as usize] = CheckCount {
            passes: 3,
            fails: 1,
        };
        counts[two.0 as usize] = CheckCount {
            passes: 0,
            fails: 2,
        };
        let root = table.tree(&counts);
        // MD5 of nothing, from RFC 1321 §A.5.
        assert_eq!(root.id, "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(root.checks[0].path, "::at root");
        let names: Vec<&str> = root
            .groups
            .iter()
            .map(|group| group.name.as_str())
            .collect();
        assert_eq!(names, ["a", "c"]);
        let inner: Vec<&str> = root.groups[0]
            .groups
            .iter()
            .map(|g| g.path.as_str())
            .collect();
        assert_eq!(inner, ["::a::b", "::a::d"]);
        let check = &root.groups[0].groups[0].checks[0];
        assert_eq!(
            (check.path.as_str(), check.passes, check.fails),
            ("::a::b::is 200", 3, 1)
        );
    }

    #[test]
    fn more_checks_than_the_limit_are_counted_under_one_name() {
        let table = GroupTable::new();
        for n in 0..CHECKS_MAX {
            table.check("", &n.to_string());
        }
        let beyond = table.check("::g", "one more");
        assert_eq!(table.check("", "and another"), beyond);
        let tree = table.tree(&[]);
        assert_eq!(tree.checks.last().unwrap().name, OVERFLOW);
    }
}
