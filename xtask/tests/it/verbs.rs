//! `scripts/test.sh` and `scripts/web.sh` in a made-up project, with stubs for cargo and npm.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Output;
use std::sync::MutexGuard;

use tempfile::TempDir;

use crate::{printed, script_at, take_turn, workspace_root};

/// Builds unless told not to, then reports tests as told.
const CARGO: &str = r#"#!/bin/sh
case "$*" in
*--no-run) exit "${BUILD_STATUS:-0}" ;;
esac
echo "test result: ok. 12 passed; ${FAILED:-0} failed; 2 ignored; 0 measured; 0 filtered out"
echo "skipped: suite_on_postgres: no PostgreSQL here" >&2
[ "${FAILED:-0}" = 0 ]
"#;

/// Runs what was built once more.
const POSTGRES_TESTS: &str = r#"#!/bin/sh
echo "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"
"#;

const NPM: &str = r#"#!/bin/sh
echo "npm $*" >>../npm.log
case "$*" in
ci*) mkdir -p node_modules && sleep 0.02 && : >node_modules/.package-lock.json ;;
*build) mkdir -p dist && sleep 0.02 && : >dist/index.html ;;
*test) printf '      Tests  4 passed (4)\n' ;;
*e2e) printf '  3 passed (1.0s)\n' ;;
esac
"#;

/// A made-up project.
struct Project {
    root: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Project {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("a folder is made");
        let project = Self {
            root,
            _turn: take_turn(),
        };
        for name in ["test.sh", "web.sh", "phases.sh", "count-tests.sh"] {
            let text = fs::read_to_string(workspace_root().join("scripts").join(name));
            project.add(
                &format!("scripts/{name}"),
                &text.expect("the script is there"),
            );
        }
        project.add("scripts/setup.sh", "#!/bin/sh\n");
        project.add("scripts/postgres-tests.sh", POSTGRES_TESTS);
        project.add("scripts/fuzz.sh", "#!/bin/sh\n");
        project.add("bin/cargo", CARGO);
        project.add("bin/npm", NPM);
        project.add("target/debug/vitascope", "#!/bin/sh\n");
        for name in [
            "index.html",
            "package.json",
            "package-lock.json",
            "a.config.ts",
        ] {
            project.add(&format!("web/{name}"), "");
        }
        for folder in ["src", "public", "build"] {
            project.add(&format!("web/{folder}/a.ts"), "");
        }
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn add(&self, name: &str, text: &str) {
        let path = self.path(name);
        let folder = path.parent().expect("the name has a folder");
        fs::create_dir_all(folder).expect("a folder is made");
        fs::write(&path, text).expect("a file is written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it may be run");
    }

    fn run(&self, name: &str, args: &[&str], more: &[(&str, &str)]) -> Output {
        let path = format!("{}:/usr/bin:/bin", self.path("bin").display());
        script_at(&self.path("scripts").join(name))
            .args(args)
            .env_clear()
            .env("PATH", path)
            .envs(more.iter().copied())
            .output()
            .expect("bash is there")
    }

    /// What npm was asked since the last look.
    fn asked_of_npm(&self) -> String {
        let log = self.path("npm.log");
        let asked = fs::read_to_string(&log).unwrap_or_default();
        if !asked.is_empty() {
            fs::remove_file(&log).expect("the log is removed");
        }
        asked
    }

    /// Runs all tests: whether that succeeded, and the lines behind the last phase.
    fn test(&self, more: &[(&str, &str)]) -> (bool, Vec<String>) {
        let output = self.run("test.sh", &[], more);
        let said = printed(&output);
        let end = said.rsplit("\n\n").next().unwrap_or_default();
        let lines = end.lines().map(ToOwned::to_owned).collect();
        (output.status.success(), lines)
    }
}

#[test]
fn the_last_line_counts_every_test() {
    let (succeeded, lines) = Project::new().test(&[]);
    assert!(succeeded, "{lines:?}");
    assert_eq!(
        lines,
        [
            "skipped: suite_on_postgres: no PostgreSQL here",
            "24 passed, 0 failed, 3 skipped"
        ]
    );
}

#[test]
fn a_failed_test_fails_the_verb_and_the_rest_is_still_run() {
    let (succeeded, lines) = Project::new().test(&[("FAILED", "1")]);
    assert!(!succeeded);
    assert_eq!(
        lines,
        [
            "failed: cargo test",
            "skipped: suite_on_postgres: no PostgreSQL here",
            "24 passed, 1 failed, 3 skipped"
        ]
    );
}

#[test]
fn what_a_failed_build_leaves_out_is_said() {
    let (succeeded, lines) = Project::new().test(&[("BUILD_STATUS", "1")]);
    assert!(!succeeded);
    assert_eq!(
        lines,
        [
            "skipped: cargo test: the build failed",
            "skipped: cargo test on PostgreSQL: the build failed",
            "skipped: web e2e: the build failed",
            "skipped: schemathesis: the build failed",
            "failed: cargo build",
            "4 passed, 1 failed, 0 skipped"
        ]
    );
}

#[test]
fn packages_are_installed_again_only_for_another_lock_file() {
    let project = Project::new();
    project.run("web.sh", &["install"], &[]);
    assert!(project.asked_of_npm().starts_with("npm ci "));
    project.run("web.sh", &["install"], &[]);
    assert_eq!(project.asked_of_npm(), "");
    make_newer(&project, "web/package-lock.json");
    project.run("web.sh", &["install"], &[]);
    assert!(project.asked_of_npm().starts_with("npm ci "));
}

#[test]
fn the_app_is_built_again_only_for_other_sources() {
    let project = Project::new();
    project.run("web.sh", &["build"], &[]);
    assert_eq!(project.asked_of_npm(), "npm run --silent build\n");
    project.run("web.sh", &["build"], &[]);
    assert_eq!(project.asked_of_npm(), "");
    // A deleted file leaves its folder newer, a changed one itself.
    for changed in ["web/src", "web/public/a.ts"] {
        make_newer(&project, changed);
        project.run("web.sh", &["build"], &[]);
        assert_eq!(
            project.asked_of_npm(),
            "npm run --silent build\n",
            "{changed}"
        );
    }
}

/// Gives a file or folder a time that is not later than now, and later than everything built.
fn make_newer(project: &Project, name: &str) {
    let file = fs::File::open(project.path(name)).expect("it is there");
    let built = ["web/dist/index.html", "web/node_modules/.package-lock.json"];
    let times = built
        .iter()
        .filter_map(|name| fs::metadata(project.path(name)).ok());
    let latest = times.filter_map(|data| data.modified().ok()).max();
    let newer = latest.expect("something was built") + std::time::Duration::from_millis(5);
    file.set_modified(newer).expect("the time is set");
}

#[test]
fn the_browser_needs_the_program() {
    let project = Project::new();
    fs::remove_file(project.path("target/debug/vitascope")).expect("it was there");
    let output = project.run("web.sh", &["e2e"], &[]);
    assert!(!output.status.success());
    assert!(printed(&output).contains("is missing: run `cargo build`"));
}
