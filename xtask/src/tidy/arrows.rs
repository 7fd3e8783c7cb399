//! Which crate may depend on which. Arrows point down only, and crates of one tier don't know each other.

use cargo_metadata::{DependencyKind, Package};

use crate::tidy::Finding;

/// Every crate of the workspace, from the bottom up, with the crates that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    // Tier 0
    ("vita-model", &[]),
    ("vita-telemetry", &[]),
    // Tier 1
    ("vita-db", &["vita-model", "vita-telemetry"]),
    ("vita-media", &["vita-model", "vita-telemetry"]),
    // Tier 2
    ("vita-live", &["vita-model", "vita-telemetry", "vita-db"]),
    ("vita-blob", &["vita-model"]),
    ("vita-jobs", &["vita-model", "vita-telemetry", "vita-db"]),
    ("vita-store", &["vita-model", "vita-telemetry", "vita-db"]),
    // Tier 3
    ("vita-ai", &["vita-model"]),
    // Tier 4
    (
        "vita-app",
        &[
            "vita-model",
            "vita-telemetry",
            "vita-db",
            "vita-media",
            "vita-live",
            "vita-blob",
            "vita-jobs",
            "vita-store",
            "vita-ai",
        ],
    ),
    // Tier 5: what ffmpeg does is behind `vita-app`.
    (
        "vita-api",
        &[
            "vita-model",
            "vita-telemetry",
            "vita-db",
            "vita-live",
            "vita-blob",
            "vita-jobs",
            "vita-store",
            "vita-ai",
            "vita-app",
        ],
    ),
    // The load tester: it knows nothing of the server.
    ("vita-wire", &["vita-model"]),
    ("vita-load", &["vita-model", "vita-telemetry"]),
    ("vita-k6-modules", &[]),
    (
        "vita-k6",
        &[
            "vita-model",
            "vita-telemetry",
            "vita-wire",
            "vita-load",
            "vita-k6-modules",
        ],
    ),
    // Tier 6
    (
        "vitascope",
        &[
            "vita-model",
            "vita-telemetry",
            "vita-db",
            "vita-media",
            "vita-live",
            "vita-blob",
            "vita-jobs",
            "vita-store",
            "vita-ai",
            "vita-app",
            "vita-api",
            "vita-wire",
            "vita-load",
            "vita-k6",
        ],
    ),
    // For tests only; they know no product crate, so that every crate may use them.
    ("vita-fixtures", &[]),
    ("vita-testkit", &["vita-fixtures"]),
    ("xtask", &[]),
];

/// Crates that any crate may have as a dev-dependency, and only so.
const FOR_TESTS: &[&str] = &["vita-fixtures", "vita-testkit"];

const TABLE: &str = "xtask/src/tidy/arrows.rs";

/// Holds the table against what the manifests say.
pub(crate) fn check(packages: &[&Package]) -> Vec<Finding> {
    let names: Vec<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let mut findings = Vec::new();
    for package in packages {
        for dependency in &package.dependencies {
            let dependency_name = dependency.name.as_str();
            if names.contains(&dependency_name)
                && !is_allowed(&package.name, dependency_name, dependency.kind)
            {
                findings.push(Finding {
                    path: manifest_of(&package.name),
                    line: 1,
                    rule: "arrows",
                    message: format!("`{}` may not depend on `{dependency_name}`", package.name),
                    mend: "let the crate above join the two, or hand the value down".to_owned(),
                });
            }
        }
    }
    findings.extend(check_table(&names));
    findings
}

fn is_allowed(package: &str, dependency: &str, kind: DependencyKind) -> bool {
    if kind == DependencyKind::Development {
        // Tests may also put together what lies below, however far.
        let place = |crate_name| ARROWS.iter().position(|(name, _)| *name == crate_name);
        return FOR_TESTS.contains(&dependency) || place(dependency) < place(package);
    }
    let row = ARROWS.iter().find(|(name, _)| *name == package);
    row.is_some_and(|(_, below)| below.contains(&dependency))
}

fn check_table(names: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in names {
        if !ARROWS.iter().any(|(row, _)| row == name) {
            findings.push(Finding {
                path: manifest_of(name),
                line: 1,
                rule: "arrows",
                message: format!("`{name}` has no place among the tiers"),
                mend: format!("add it to the table in `{TABLE}`"),
            });
        }
    }
    for (row, _) in ARROWS {
        if !names.contains(row) {
            findings.push(Finding {
                path: TABLE.to_owned(),
                line: 1,
                rule: "arrows",
                message: format!("the table names `{row}`, which is no crate"),
                mend: "take it out".to_owned(),
            });
        }
    }
    findings
}

/// The manifest of a crate of this workspace.
pub(crate) fn manifest_of(package: &str) -> String {
    if package == "xtask" {
        "xtask/Cargo.toml".to_owned()
    } else {
        format!("crates/{package}/Cargo.toml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::sample::{Crate, workspace};

    #[test]
    fn arrows_point_down_only() {
        let normal = DependencyKind::Normal;
        assert!(is_allowed("vita-store", "vita-db", normal));
        assert!(!is_allowed("vita-db", "vita-store", normal));
        assert!(!is_allowed("vita-jobs", "vita-store", normal), "same tier");
        assert!(!is_allowed("vita-model", "vita-model", normal));
    }

    #[test]
    fn crates_for_tests_are_dev_dependencies_only() {
        assert!(is_allowed(
            "vita-model",
            "vita-testkit",
            DependencyKind::Development
        ));
        assert!(!is_allowed(
            "vita-app",
            "vita-fixtures",
            DependencyKind::Normal
        ));
    }

    #[test]
    fn an_arrow_that_is_not_in_the_table_is_found() {
        let metadata = workspace(&[
            Crate {
                name: "vita-db",
                dependencies: &[("normal", "vita-store"), ("normal", "thiserror")],
                test_binaries: 0,
            },
            Crate {
                name: "vita-store",
                dependencies: &[("normal", "vita-db"), ("dev", "vita-testkit")],
                test_binaries: 0,
            },
            Crate {
                name: "vita-testkit",
                dependencies: &[],
                test_binaries: 0,
            },
        ]);
        let found = check(&metadata.workspace_packages());
        let arrows = found.iter().filter(|finding| finding.path != TABLE);
        let messages: Vec<&str> = arrows.map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["`vita-db` may not depend on `vita-store`"]);
    }

    #[test]
    fn every_row_knows_only_rows_above_it() {
        for (at, (name, below)) in ARROWS.iter().enumerate() {
            for dependency in *below {
                let known = ARROWS[..at].iter().any(|(row, _)| row == dependency);
                assert!(
                    known,
                    "`{name}` names `{dependency}`, which stands below it"
                );
            }
        }
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_are_found() {
        let names: Vec<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
        assert_eq!(check_table(&names), []);
        let mut changed = names;
        changed[0] = "vita-new";
        let messages: Vec<String> = check_table(&changed)
            .into_iter()
            .map(|f| f.message)
            .collect();
        assert_eq!(
            messages,
            [
                "`vita-new` has no place among the tiers",
                "the table names `vita-model`, which is no crate"
            ]
        );
    }
}
