//! What has one home: a library that only one crate names, so that it can be bounded, measured and exchanged there.

use cargo_metadata::{Dependency, DependencyKind, Package};

use crate::tidy::Finding;
use crate::tidy::arrows::manifest_of;
use crate::tidy::rust::RustFile;

/// Libraries with one home.
struct Home {
    libraries: &'static [&'static str],
    /// The crates that may have them.
    crates: &'static [&'static str],
    /// Whether every crate's tests may have them, too.
    in_tests: bool,
    mend: &'static str,
}

const HOMES: &[Home] = &[
    Home {
        // The load tester's tests answer its requests themselves.
        libraries: &["axum"],
        crates: &["vita-api", "vita-wire", "vita-k6"],
        in_tests: false,
        mend: "HTTP is spoken in `vita-api`: return a value that it maps",
    },
    Home {
        libraries: &["hyper", "hyper-util"],
        crates: &["vita-api", "vita-wire"],
        in_tests: false,
        mend: "HTTP is spoken in `vita-api`, and asked in `vita-wire` for load tests",
    },
    Home {
        libraries: &[
            "tower",
            "tower-http",
            "utoipa",
            "utoipa-axum",
            "utoipa-swagger-ui",
            "rust-embed",
        ],
        crates: &["vita-api"],
        in_tests: false,
        mend: "HTTP is spoken in `vita-api`: return a value that it maps",
    },
    Home {
        libraries: &[
            "rusqlite",
            "libsqlite3-sys",
            "tokio-postgres",
            "tokio-postgres-rustls",
            "deadpool-postgres",
            "refinery",
        ],
        crates: &["vita-db"],
        in_tests: false,
        mend: "take a `vita_db::Db` or `vita_db::Tx`",
    },
    Home {
        libraries: &["tokio-tungstenite"],
        crates: &["vita-testkit", "vita-wire"],
        in_tests: true,
        mend: "sockets are opened in `vita-wire`, by load tests",
    },
    Home {
        libraries: &["reqwest"],
        crates: &["vita-testkit"],
        in_tests: true,
        mend: "the product makes no outbound request here: ask through a trait of `vita-ai`",
    },
    Home {
        libraries: &["argon2", "jsonwebtoken"],
        crates: &["vita-app"],
        in_tests: false,
        mend: "passwords and tokens are checked in `vita-app`",
    },
    Home {
        libraries: &[
            "rayon",
            "fastnoise-lite",
            "turbojpeg",
            "fast_image_resize",
            "image",
            "webp",
        ],
        crates: &["vita-media"],
        in_tests: false,
        mend: "pixels are made in `vita-media`, under its thread budget",
    },
    Home {
        libraries: &["metrics-exporter-prometheus", "tracing-subscriber"],
        crates: &["vita-telemetry"],
        in_tests: false,
        mend: "logs and metrics are set up in `vita-telemetry`",
    },
    Home {
        libraries: &["getrandom", "jiff", "ulid"],
        crates: &["vita-model"],
        in_tests: false,
        mend: "time, ids and randomness come as types of `vita-model`",
    },
    Home {
        libraries: &["clap", "indicatif"],
        crates: &["vitascope"],
        in_tests: false,
        mend: "the command line belongs to the binary",
    },
    Home {
        libraries: &["toml"],
        crates: &["vitascope", "xtask"],
        in_tests: false,
        mend: "configuration files are read by the binary",
    },
    Home {
        libraries: &["anyhow"],
        crates: &["vitascope", "vita-testkit", "xtask"],
        in_tests: false,
        mend: "a library has one `thiserror` enum",
    },
];

/// Where a process may be started: the runner, what makes media for tests, the driver of tests, and this tool.
const PROCESS_HOMES: &[&str] = &[
    "crates/vita-media/src/run.rs",
    "crates/vita-media/src/run/",
    "crates/vita-fixtures/src/",
    "crates/vita-testkit/src/",
    "xtask/src/",
];

/// Holds the homes against the manifests.
pub(crate) fn check_dependencies(packages: &[&Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        for dependency in &package.dependencies {
            if let Some(home) = home_of(&dependency.name)
                && !may_have(home, &package.name, dependency)
            {
                findings.push(Finding {
                    path: manifest_of(&package.name),
                    line: 1,
                    rule: "naming",
                    message: format!("`{}` may not have `{}`", package.name, dependency.name),
                    mend: home.mend.to_owned(),
                });
            }
        }
    }
    findings
}

fn home_of(library: &str) -> Option<&'static Home> {
    HOMES.iter().find(|home| home.libraries.contains(&library))
}

fn may_have(home: &Home, package: &str, dependency: &Dependency) -> bool {
    let is_dev = dependency.kind == DependencyKind::Development;
    home.crates.contains(&package) || (is_dev && home.in_tests)
}

/// Holds the homes against the sources: a library can come in through another's re-export, too.
pub(crate) fn check_sources(files: &[RustFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        for name in file.names.iter().filter(|name| name.segments.len() > 1) {
            let is_test = file.is_test_line(name.line);
            let mend = match &name.segments[..] {
                [.., module, item] if module == "process" && item == "Command" => {
                    let is_home = PROCESS_HOMES.iter().any(|home| file.path.starts_with(home));
                    (!is_home && !is_test).then_some("processes are started by `vita_media::run`")
                }
                segments => foreign_library(file.package(), segments, is_test),
            };
            if let Some(mend) = mend {
                findings.push(Finding {
                    path: file.path.clone(),
                    line: name.line,
                    rule: "naming",
                    message: format!("`{}` has another home", name.segments.join("::")),
                    mend: mend.to_owned(),
                });
            }
        }
    }
    findings
}

/// The mend, when the path names a library whose home is elsewhere.
fn foreign_library(package: &str, segments: &[String], is_test: bool) -> Option<&'static str> {
    let library = segments.first()?.replace('_', "-");
    let home = home_of(&library)?;
    let is_allowed = home.crates.contains(&package) || (is_test && home.in_tests);
    (!is_allowed).then_some(home.mend)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rust::parse_text;
    use crate::tidy::sample::{Crate, workspace};

    #[test]
    fn a_library_in_another_crates_manifest_is_found() {
        let metadata = workspace(&[
            Crate {
                name: "vita-store",
                dependencies: &[("normal", "rusqlite"), ("dev", "reqwest"), ("dev", "axum")],
                test_binaries: 0,
            },
            Crate {
                name: "vita-db",
                dependencies: &[("normal", "rusqlite"), ("normal", "reqwest")],
                test_binaries: 0,
            },
        ]);
        let found = check_dependencies(&metadata.workspace_packages());
        let messages: Vec<&str> = found
            .iter()
            .map(|finding| finding.message.as_str())
            .collect();
        assert_eq!(
            messages,
            [
                "`vita-store` may not have `rusqlite`",
                "`vita-store` may not have `axum`",
                "`vita-db` may not have `reqwest`"
            ]
        );
    }

    fn lines_found(path: &str, text: &str) -> Vec<usize> {
        let found = check_sources(&[parse_text(path, text)]);
        found.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn axum_is_named_in_the_api_only() {
        let text = "use std::fmt;\nuse axum::Router;\n";
        assert_eq!(lines_found("crates/vita-api/src/router.rs", text), [0; 0]);
        assert_eq!(lines_found("crates/vita-app/src/lib.rs", text), [2]);
    }

    #[test]
    fn a_driver_behind_a_macro_is_found() {
        let text = "fn a() {\n    run!(rusqlite::Connection::open(\"a\"));\n}\n";
        assert_eq!(lines_found("crates/vita-store/src/lib.rs", text), [2]);
    }

    #[test]
    fn processes_start_in_the_runner_and_in_tests() {
        let text = "use std::process::{Child, Command};\n";
        assert_eq!(lines_found("crates/vita-media/src/run.rs", text), [0; 0]);
        assert_eq!(lines_found("crates/vita-media/src/plan.rs", text), [1]);
        assert_eq!(
            lines_found("crates/vitascope/tests/it/crash.rs", text),
            [0; 0]
        );
        let in_module = "#[cfg(test)]\nmod tests {\n    use tokio::process::Command;\n}\n";
        assert_eq!(lines_found("crates/vita-app/src/a.rs", in_module), [0; 0]);
    }

    #[test]
    fn outbound_requests_are_for_tests() {
        let text = "use reqwest::Client;\n";
        assert_eq!(lines_found("crates/vita-ai/src/lib.rs", text), [1]);
        assert_eq!(
            lines_found("crates/vitascope/tests/it/api.rs", text),
            [0; 0]
        );
        assert_eq!(
            lines_found("crates/vita-testkit/src/client.rs", text),
            [0; 0]
        );
    }

    #[test]
    fn a_module_of_our_own_with_such_a_name_is_no_library() {
        let text = "use crate::toml::parse;\nuse super::tower::build;\n";
        assert_eq!(lines_found("crates/vita-app/src/lib.rs", text), [0; 0]);
    }
}
