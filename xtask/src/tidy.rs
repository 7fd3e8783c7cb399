//! The project's rules as checks over its files. A rule is a pure function from what was read to findings; reading is
//! done once, here. A finding names the place, the rule and the mend.

mod arrows;
mod generated;
mod licences;
mod manifests;
mod migrations;
mod naming;
mod paths;
mod rust;
#[cfg(test)]
mod sample;
mod size;
mod tree;
mod unused;
mod words;

use std::fmt;
use std::path::Path;

use crate::tidy::rust::RustFile;
use crate::tidy::tree::Tree;

/// One breach of one rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The file, relative to the workspace.
    pub(crate) path: String,
    /// The line, from 1; 1 when the whole file is meant.
    pub(crate) line: usize,
    pub(crate) rule: &'static str,
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) mend: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            rule,
            message,
            mend,
        } = self;
        write!(f, "{path}:{line}: {rule}: {message}; {mend}")
    }
}

/// What a run found.
#[derive(Debug)]
pub(crate) struct Report {
    findings: Vec<Finding>,
    files: usize,
    rules: usize,
}

impl Report {
    pub(crate) fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            findings,
            files,
            rules,
        } = self;
        if findings.is_empty() {
            return writeln!(f, "tidy: {files} files, {rules} rules, ok");
        }
        for finding in findings {
            writeln!(f, "{finding}")?;
        }
        writeln!(
            f,
            "tidy: {files} files, {rules} rules, {} found",
            findings.len()
        )
    }
}

/// What the rules look at, read once.
struct Project {
    tree: Tree,
    rust: Vec<RustFile>,
    metadata: cargo_metadata::Metadata,
}

type Rule = fn(&Project) -> anyhow::Result<Vec<Finding>>;

/// Every rule that is run.
const RULES: &[Rule] = &[
    |project| Ok(arrows::check(&project.metadata.workspace_packages())),
    |project| {
        Ok(naming::check_dependencies(
            &project.metadata.workspace_packages(),
        ))
    },
    |project| Ok(naming::check_sources(&project.rust)),
    |project| {
        Ok(unused::check(
            &project.metadata,
            &project.rust,
            &project.tree,
        ))
    },
    |project| {
        Ok(manifests::check(
            &project.metadata.workspace_packages(),
            &project.tree,
        ))
    },
    |project| {
        licences::check(
            &project.metadata.workspace_root,
            &project.metadata.packages,
            &project.tree,
        )
    },
    |project| Ok(size::check(&project.rust, &project.tree, size::EXCEPTIONS)),
    |project| Ok(words::check(&project.tree)),
    |project| Ok(paths::check(&project.tree)),
    |project| Ok(migrations::check(&project.tree)),
    |project| Ok(generated::check(&project.tree)),
];

/// Runs every rule over the workspace in `root`.
///
/// # Errors
/// When the tree can't be read, or cargo can't tell its metadata.
pub(crate) fn run(root: &Path) -> anyhow::Result<Report> {
    let tree = Tree::read(root)?;
    let (rust, mut findings) = rust::parse_all(&tree);
    let project = Project {
        rust,
        metadata: manifests::read_metadata(root)?,
        tree,
    };
    for rule in RULES {
        findings.extend(rule(&project)?);
    }
    findings.sort();
    findings.dedup();
    Ok(Report {
        findings,
        files: project.tree.files.len(),
        rules: RULES.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_tidy() {
        let report = run(&crate::workspace_root()).expect("the workspace can be read");
        assert!(report.is_clean(), "\n{report}");
    }

    #[test]
    fn a_finding_reads_as_place_rule_message_and_mend() {
        let finding = Finding {
            path: "crates/a/src/lib.rs".to_owned(),
            line: 7,
            rule: "size",
            message: "`parse` has 90 lines".to_owned(),
            mend: "split it".to_owned(),
        };
        assert_eq!(
            finding.to_string(),
            "crates/a/src/lib.rs:7: size: `parse` has 90 lines; split it"
        );
    }
}
