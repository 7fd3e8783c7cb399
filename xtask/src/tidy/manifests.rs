//! What every crate's manifest says alike: the shared lints, the licence, that it is not published, and one binary of
//! integration tests (each one more is linked anew, which costs more than all its tests).

use std::path::Path;

use anyhow::Context as _;
use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};

use crate::tidy::Finding;
use crate::tidy::arrows::manifest_of;
use crate::tidy::tree::Tree;

/// The licence of every crate here.
const LICENCE: &str = "MIT OR Apache-2.0";

/// Asks cargo for its view of the workspace and of every dependency on this machine's platform. Nothing is downloaded.
pub(crate) fn read_metadata(root: &Path) -> anyhow::Result<Metadata> {
    let options = [
        "--offline",
        "--locked",
        "--filter-platform",
        &host_platform(),
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .other_options(options)
        .exec()
        .context(
            "failed to read `cargo metadata` (is Cargo.lock up to date? `cargo check` makes it so)",
        )
}

/// This machine's platform as cargo names it.
fn host_platform() -> String {
    let arch = std::env::consts::ARCH;
    match std::env::consts::OS {
        "macos" => format!("{arch}-apple-darwin"),
        "windows" => format!("{arch}-pc-windows-msvc"),
        _ if cfg!(target_env = "musl") => format!("{arch}-unknown-linux-musl"),
        _ => format!("{arch}-unknown-linux-gnu"),
    }
}

/// Checks every crate's manifest.
pub(crate) fn check(packages: &[&Package], tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let path = manifest_of(&package.name);
        let mut add = |message: &str, mend: &str| {
            findings.push(Finding {
                path: path.clone(),
                line: 1,
                rule: "manifests",
                message: message.to_owned(),
                mend: mend.to_owned(),
            });
        };
        let text = tree.find(&path).unwrap_or_default();
        if !has_workspace_lints(text) {
            add(
                "the shared lints don't hold here",
                "add `[lints] workspace = true`",
            );
        }
        if package
            .publish
            .as_ref()
            .is_none_or(|places| !places.is_empty())
        {
            add("it could be published", "add `publish.workspace = true`");
        }
        if package.license.as_deref() != Some(LICENCE) {
            add("it has another licence", "add `license.workspace = true`");
        }
        if package.description.as_ref().is_none_or(String::is_empty) {
            add("it doesn't say what it is for", "add a `description`");
        }
        let is_test = |kind: &TargetKind| *kind == TargetKind::Test;
        let tests = package
            .targets
            .iter()
            .filter(|target| target.kind.iter().any(is_test));
        if tests.count() > 1 {
            add(
                "it has several binaries of tests",
                "make them modules of `tests/it/main.rs`",
            );
        }
    }
    findings
}

fn has_workspace_lints(manifest: &str) -> bool {
    let lints = manifest
        .lines()
        .skip_while(|line| line.trim() != "[lints]")
        .nth(1);
    lints.is_some_and(|line| line.trim() == "workspace = true")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::sample::{Crate, workspace};

    #[test]
    fn several_test_binaries_and_missing_lints_are_found() {
        let metadata = workspace(&[
            Crate {
                name: "vita-db",
                dependencies: &[],
                test_binaries: 2,
            },
            Crate {
                name: "vita-model",
                dependencies: &[],
                test_binaries: 1,
            },
        ]);
        let tree = Tree::of(&[("crates/vita-db/Cargo.toml", "[lints]\nworkspace = true\n")]);
        let found = check(&metadata.workspace_packages(), &tree);
        let messages: Vec<&str> = found
            .iter()
            .map(|finding| finding.message.as_str())
            .collect();
        assert_eq!(
            messages,
            [
                "it has several binaries of tests",
                "the shared lints don't hold here"
            ]
        );
    }

    #[test]
    fn lints_count_under_their_own_heading_only() {
        assert!(has_workspace_lints(
            "[package]\n\n[lints]\nworkspace = true\n"
        ));
        assert!(!has_workspace_lints("[package]\nworkspace = true\n"));
        assert!(!has_workspace_lints(
            "[lints]\n[dependencies]\nworkspace = true\n"
        ));
    }
}
