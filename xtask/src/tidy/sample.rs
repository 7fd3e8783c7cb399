//! Made-up workspaces for the tests of rules that read cargo's metadata.

use cargo_metadata::{Metadata, MetadataCommand};

/// A crate: its name, its dependencies as (kind, name), and how many binaries of tests it has.
pub(crate) struct Crate {
    pub(crate) name: &'static str,
    pub(crate) dependencies: &'static [(&'static str, &'static str)],
    pub(crate) test_binaries: usize,
}

/// What cargo would tell of a workspace with these crates.
pub(crate) fn workspace(crates: &[Crate]) -> Metadata {
    let packages: Vec<String> = crates.iter().map(package_json).collect();
    let ids: Vec<String> = crates
        .iter()
        .map(|one| format!("\"{}\"", one.name))
        .collect();
    let text = format!(
        r#"{{"packages": [{}], "workspace_members": [{}], "resolve": null, "target_directory": "/t",
            "version": 1, "workspace_root": "/w"}}"#,
        packages.join(","),
        ids.join(","),
    );
    MetadataCommand::parse(text).expect("the text is what cargo prints")
}

fn package_json(one: &Crate) -> String {
    let dependencies: Vec<String> = one
        .dependencies
        .iter()
        .map(|(kind, name)| {
            let kind = if *kind == "normal" { "null".to_owned() } else { format!("\"{kind}\"") };
            format!(
                r#"{{"name": "{name}", "source": null, "req": "*", "kind": {kind}, "rename": null,
                    "optional": false, "uses_default_features": true, "features": [], "target": null}}"#
            )
        })
        .collect();
    let targets: Vec<String> = (0..one.test_binaries)
        .map(|number| {
            format!(
                r#"{{"kind": ["test"], "crate_types": ["bin"], "name": "t{number}", "src_path": "/w/t.rs",
                    "edition": "2024"}}"#
            )
        })
        .collect();
    format!(
        r#"{{"name": "{name}", "version": "0.1.0", "id": "{name}", "license": "MIT OR Apache-2.0",
            "description": "A crate.", "dependencies": [{dependencies}], "targets": [{targets}],
            "features": {{}}, "manifest_path": "/w/Cargo.toml", "publish": [], "edition": "2024"}}"#,
        name = one.name,
        dependencies = dependencies.join(","),
        targets = targets.join(","),
    )
}
