//! `scripts/count-tests.sh` over what the test runners print.

use std::fs;

use crate::{printed, script, take_turn};

const CARGO: &str = "running 15 tests
test store::suite_on_postgres ... skipped: suite_on_postgres: no PostgreSQL here
test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 12.30s
skipped: suite_on_postgres: no PostgreSQL here
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

const VITEST: &str = "
 Test Files  2 passed (2)
      Tests  4 passed | 1 skipped (5)
   Duration  1.20s
";

const PLAYWRIGHT: &str = "Running 5 tests using 1 worker
  ✓  1 story.spec.ts:3:1 › plays a clip (1.0s)
  1 failed
    story.spec.ts:9:1 › exports a film
  1 flaky
    story.spec.ts:12:1 › retries
  1 skipped
  2 passed (12.0s)
";

/// The script's lines for the given logs.
fn count(logs: &[(&str, &str)], failed_phases: &[&str]) -> Vec<String> {
    let _turn = take_turn();
    let folder = tempfile::tempdir().expect("a folder is made");
    for (name, text) in logs {
        fs::write(folder.path().join(name), text).expect("a log is written");
    }
    let output = script("count-tests.sh")
        .arg(folder.path())
        .args(failed_phases)
        .output()
        .expect("bash is there");
    assert!(output.status.success(), "{}", printed(&output));
    printed(&output).lines().map(ToOwned::to_owned).collect()
}

#[test]
fn the_three_runners_are_added_up_and_reasons_are_listed_once() {
    let logs = [
        ("01 web unit", VITEST),
        ("02 cargo test", CARGO),
        ("03 web e2e", PLAYWRIGHT),
    ];
    assert_eq!(
        count(&logs, &["cargo test", "web e2e"]),
        [
            "skipped: suite_on_postgres: no PostgreSQL here",
            "22 passed, 2 failed, 5 skipped"
        ]
    );
}

#[test]
fn a_phase_that_failed_without_a_failed_test_counts_as_one() {
    let logs = [
        ("01 web check", "error: unused variable\n"),
        ("02 web unit", VITEST),
    ];
    assert_eq!(
        count(&logs, &["web check"]),
        ["4 passed, 1 failed, 1 skipped"]
    );
}

#[test]
fn logs_without_tests_count_to_nothing() {
    assert_eq!(
        count(&[("01 setup", "setup: everything is here\n")], &[]),
        ["0 passed, 0 failed, 0 skipped"]
    );
}
