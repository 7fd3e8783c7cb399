//! The project's files, as git would list them: what `.gitignore` names is not there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context as _;
use ignore::WalkBuilder;

/// Kinds of files whose text the rules read.
const TEXT_KINDS: &[&str] = &[
    "rs", "ts", "tsx", "mjs", "css", "md", "toml", "sql", "sh", "lock",
];
/// Text files without a kind that the rules read.
const TEXT_NAMES: &[&str] = &[".gitattributes", "Makefile"];

/// A text file.
#[derive(Debug)]
pub(crate) struct TextFile {
    /// Relative to the workspace, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    /// The part of the name after its last dot.
    pub(crate) fn kind(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, kind)| kind)
    }
}

/// The workspace's files.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Text files, sorted by path.
    pub(crate) files: Vec<TextFile>,
    /// Every file and folder, relative to the workspace.
    pub(crate) entries: BTreeSet<String>,
}

impl Tree {
    /// Reads what is below `root`.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut tree = Self::default();
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .parents(false)
            .git_global(false)
            .require_git(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        for entry in walk {
            let entry = entry.context("failed to walk the workspace")?;
            let path = relative(root, entry.path());
            if path.is_empty() {
                continue;
            }
            if entry.file_type().is_some_and(|kind| kind.is_file()) && holds_text(&path) {
                // A file may go while the walk is under way: an editor's, or a test's.
                match fs::read_to_string(entry.path()) {
                    Ok(text) => tree.files.push(TextFile {
                        path: path.clone(),
                        text,
                    }),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => {
                        return Err(error).with_context(|| format!("failed to read `{path}`"));
                    }
                }
            }
            tree.entries.insert(path);
        }
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// The text of a file.
    pub(crate) fn find(&self, path: &str) -> Option<&str> {
        let file = self.files.iter().find(|file| file.path == path)?;
        Some(&file.text)
    }

    /// A tree for a test: paths with their texts, and the folders that they lie in.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for &(path, text) in files {
            for (at, _) in path.match_indices('/') {
                tree.entries.insert(path[..at].to_owned());
            }
            tree.entries.insert(path.to_owned());
            tree.files.push(TextFile {
                path: path.to_owned(),
                text: text.to_owned(),
            });
        }
        tree
    }
}

fn holds_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let kind = Path::new(name).extension().and_then(|kind| kind.to_str());
    TEXT_NAMES.contains(&name) || kind.is_some_and(|kind| TEXT_KINDS.contains(&kind))
}

fn relative(root: &Path, path: &Path) -> String {
    let parts: PathBuf = path.strip_prefix(root).unwrap_or(path).into();
    parts.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gitignore_names_is_not_in_the_tree() {
        let home = tempfile::tempdir().expect("a folder is made");
        let folder = home.path();
        fs::create_dir_all(folder.join("target/debug")).expect("folder is made");
        fs::write(folder.join(".gitignore"), "/target/\n").expect("file is written");
        fs::write(folder.join("target/debug/a.rs"), "").expect("file is written");
        fs::write(folder.join("b.rs"), "fn b() {}").expect("file is written");

        let tree = Tree::read(folder).expect("the folder can be read");

        assert_eq!(tree.find("b.rs"), Some("fn b() {}"));
        assert_eq!(tree.find("target/debug/a.rs"), None);
        assert!(!tree.entries.contains("target"));
    }
}
