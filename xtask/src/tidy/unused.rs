//! Dependencies that nothing names: they cost compile time and widen what may break.

use cargo_metadata::{Dependency, DependencyKind, Metadata, Package};

use crate::tidy::Finding;
use crate::tidy::arrows::manifest_of;
use crate::tidy::rust::{Place, RustFile};
use crate::tidy::tree::Tree;

/// Compares every crate's dependencies, and the workspace's table, with the names in the sources.
pub(crate) fn check(metadata: &Metadata, files: &[RustFile], tree: &Tree) -> Vec<Finding> {
    let packages = metadata.workspace_packages();
    let mut findings = Vec::new();
    for package in &packages {
        let own: Vec<&RustFile> = files
            .iter()
            .filter(|file| file.package() == package.name.as_str())
            .collect();
        findings.extend(unused_by(package, &own));
    }
    let named: Vec<&str> = packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .map(|dependency| dependency.name.as_str())
        .collect();
    findings.extend(unused_in_workspace(&named, tree));
    findings
}

fn unused_by(package: &Package, files: &[&RustFile]) -> Vec<Finding> {
    let unused = package
        .dependencies
        .iter()
        .filter(|dependency| !is_named(dependency, files));
    unused
        .map(|dependency| Finding {
            path: manifest_of(&package.name),
            line: 1,
            rule: "unused",
            message: format!("no source names `{}`", dependency.name),
            mend: format!("take it out of the {}", table_of(dependency.kind)),
        })
        .collect()
}

/// Packages whose library has another name.
const LIBRARY_NAMES: [(&str, &str); 1] = [("md-5", "md5")];

/// A dependency of the product must be named outside of tests; one for tests, anywhere.
fn is_named(dependency: &Dependency, files: &[&RustFile]) -> bool {
    let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
    let library = LIBRARY_NAMES.iter().find(|(package, _)| package == name);
    let ident = library.map_or_else(
        || name.replace('-', "_"),
        |(_, library)| (*library).to_owned(),
    );
    let place = match dependency.kind {
        DependencyKind::Development => Place::Anywhere,
        _ => Place::Source,
    };
    files.iter().any(|file| file.holds_ident(&ident, place))
}

fn table_of(kind: DependencyKind) -> &'static str {
    match kind {
        DependencyKind::Development => "dev-dependencies",
        DependencyKind::Build => "build-dependencies",
        _ => "dependencies",
    }
}

fn unused_in_workspace(named: &[&str], tree: &Tree) -> Vec<Finding> {
    let Some(manifest) = tree.find("Cargo.toml") else {
        return Vec::new();
    };
    let table = "[workspace.dependencies]";
    let lines = manifest.lines().enumerate();
    let rows = lines
        .skip_while(|(_, line)| *line != table)
        .skip(1)
        .take_while(|(_, line)| !line.starts_with('['));
    rows.filter_map(|(at, line)| {
        let (name, _) = line.split_once('=')?;
        let name = name.trim();
        let is_row = !name.is_empty() && !name.starts_with('#');
        (is_row && !named.contains(&name)).then(|| Finding {
            path: "Cargo.toml".to_owned(),
            line: at + 1,
            rule: "unused",
            message: format!("no crate has `{name}`"),
            mend: format!("take it out of {table}"),
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rust::parse_text;
    use crate::tidy::sample::{Crate, workspace};

    #[test]
    fn a_dependency_that_only_tests_name_is_found_unless_it_is_theirs() {
        let metadata = workspace(&[Crate {
            name: "a",
            dependencies: &[
                ("normal", "serde-json"),
                ("normal", "bytes"),
                ("normal", "http"),
                ("dev", "tempfile"),
            ],
            test_binaries: 0,
        }]);
        let file = parse_text(
            "crates/a/src/lib.rs",
            "use serde_json::Value;\n#[cfg(test)]\nmod tests {\n    use bytes::Bytes;\n    use tempfile::TempDir;\n}\n",
        );
        let found = check(&metadata, &[file], &Tree::default());
        let messages: Vec<&str> = found
            .iter()
            .map(|finding| finding.message.as_str())
            .collect();
        assert_eq!(
            messages,
            ["no source names `bytes`", "no source names `http`"]
        );
    }

    #[test]
    fn a_row_of_the_workspace_that_no_crate_has_is_found() {
        let manifest = "[workspace.dependencies]\n# why\nbytes = \"1\"\nhttp = \"1\"\n\n[profile.dev]\ndebug = 0\n";
        let tree = Tree::of(&[("Cargo.toml", manifest)]);
        let found = unused_in_workspace(&["bytes"], &tree);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].line, found[0].message.as_str()),
            (4, "no crate has `http`")
        );
    }
}
