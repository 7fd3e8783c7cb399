use std::time::Duration;

use serde_json::json;
use vita_load::StopReason;

use crate::bed::{Act, Bed};

fn forever() -> serde_json::Value {
    json!({ "vus": 3, "duration": "10m" })
}

fn stage_names(stages: &[(String, u64)]) -> Vec<&str> {
    stages.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn setup_and_teardown_run_around_the_scenarios() {
    let ran = Bed::new(&json!({ "iterations": 1 }), Act::Sleep(1000))
        .setup(Act::Sleep(500))
        .run();
    assert_eq!(stage_names(&ran.stages), ["setup", "teardown"]);
    assert_eq!((ran.begun[0].at_ms / 100, ran.stages[1].1 / 100), (5, 15));
    assert_eq!(ran.end.reason, None);
    assert_eq!(ran.end.duration.as_millis() / 100, 15);
}

#[test]
fn stages_can_be_left_out() {
    let options = json!({ "iterations": 1, "noSetup": true, "noTeardown": true });
    assert!(Bed::new(&options, Act::Sleep(1)).run().stages.is_empty());
}

#[test]
fn a_script_can_abort_the_test() {
    let ran = Bed::new(&forever(), Act::Abort).run();
    assert_eq!(
        ran.end.reason,
        Some(StopReason::ScriptAborted("enough".to_owned()))
    );
    assert_eq!(stage_names(&ran.stages), ["setup", "teardown"]);
    assert_eq!(ran.completed(), 0);
    assert!(ran.took_ms < 100, "{}", ran.took_ms);
}

#[test]
fn stopped_from_outside_iterations_are_interrupted_and_teardown_runs() {
    let ran = Bed::new(&forever(), Act::Forever).stops_ms(&[2_000]).run();
    assert_eq!(ran.end.reason, Some(StopReason::External));
    assert_eq!(ran.interrupted(), 3);
    assert_eq!(stage_names(&ran.stages), ["setup", "teardown"]);
    assert!((2_000..2_010).contains(&ran.took_ms), "{}", ran.took_ms);
}

#[test]
fn stopped_twice_nothing_is_waited_for() {
    let ran = Bed::new(&forever(), Act::Deaf)
        .stops_ms(&[2_000, 2_500])
        .run();
    assert_eq!(stage_names(&ran.stages), ["setup"]);
    let warnings = ran.handle.state().take_warnings();
    assert!(
        !warnings.iter().any(|warning| warning.contains("ignored")),
        "{warnings:?}"
    );
    assert!(
        (2_500..2_510).contains(&ran.took_ms) || ran.took_ms < 7_600,
        "{}",
        ran.took_ms
    );
    assert_eq!(ran.end.reason, Some(StopReason::External));
}

#[test]
fn a_virtual_user_that_ignores_its_interrupt_is_left_behind() {
    let options = json!({ "scenarios": { "s": { "executor": "constant-vus", "vus": 2,
        "duration": "3s", "gracefulStop": "1s" } } });
    let ran = Bed::new(&options, Act::Deaf).run();
    assert_eq!(ran.end.vus_left_behind, 2);
    assert_eq!(ran.handle.state().vus_active(), 0);
    assert_eq!(
        ran.handle.state().take_warnings(),
        ["2 virtual users ignored their interrupt and were left behind"]
    );
    let teardown_at = ran.stages[1].1;
    let expected = 4_000 + vita_load::INTERRUPT_WAIT.as_millis() as u64;
    assert!(
        (expected..expected + 20).contains(&teardown_at),
        "{teardown_at}"
    );
}

#[test]
fn an_open_loop_leaves_behind_what_ignores_its_interrupt() {
    let options = json!({ "scenarios": { "s": { "executor": "constant-arrival-rate", "rate": 1,
        "duration": "3s", "gracefulStop": "0s", "preAllocatedVUs": 5 } } });
    let ran = Bed::new(&options, Act::Deaf).run();
    assert_eq!(
        (ran.end.vus_left_behind, ran.handle.state().vus_active()),
        (3, 0)
    );
}

#[test]
fn a_virtual_user_that_cannot_be_made_ends_the_run() {
    let ran = Bed::new(&forever(), Act::Sleep(1)).fails_at_vu(2).run();
    let reason = "ReferenceError: x at script.js:3:1".to_owned();
    assert_eq!(ran.end.reason, Some(StopReason::ScriptFailed(reason)));
    assert!(ran.begun.is_empty() && ran.stages.is_empty());
}

#[test]
fn a_setup_that_throws_or_takes_too_long_ends_the_run() {
    let ran = Bed::new(&forever(), Act::Sleep(1)).setup(Act::Throw).run();
    assert_eq!(
        ran.end.reason,
        Some(StopReason::ScriptFailed("setup threw".to_owned()))
    );
    assert_eq!(stage_names(&ran.stages), ["setup"]);
    let options = json!({ "iterations": 1, "setupTimeout": "4s" });
    let ran = Bed::new(&options, Act::Sleep(1)).setup(Act::Deaf).run();
    let after = Duration::from_secs(4);
    assert_eq!(
        ran.end.reason,
        Some(StopReason::TimedOut {
            stage: "setup()",
            after
        })
    );
    assert!(ran.begun.is_empty());
}
