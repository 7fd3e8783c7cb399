use serde_json::json;

use crate::bed::{Act, Bed};

#[test]
fn a_constant_rate_holds_however_long_iterations_take() {
    let ran = Bed::scenario(
        &json!({ "executor": "constant-arrival-rate", "rate": 10_000, "duration": "3s",
            "preAllocatedVUs": 600 }),
        Act::Sleep(50),
    )
    .run();
    assert_eq!(ran.begun.len(), 30_000);
    for second in 0..3 {
        let begun = ran.begun_within(second * 1000, second * 1000 + 1000);
        assert!(begun.abs_diff(10_000) <= 30, "second {second}: {begun}");
    }
}

#[test]
fn a_rate_counts_in_its_unit() {
    let ran = Bed::scenario(
        &json!({ "executor": "constant-arrival-rate", "rate": 6, "timeUnit": "1m", "duration": "30s",
            "preAllocatedVUs": 1 }),
        Act::Sleep(50),
    )
    .run();
    let starts: Vec<u64> = ran.begun.iter().map(|begun| begun.at_ms / 100).collect();
    assert_eq!(starts, [0, 100, 200]);
    assert!((30_000..30_020).contains(&ran.took_ms), "{}", ran.took_ms);
}

#[test]
fn iterations_without_a_free_virtual_user_are_dropped() {
    let ran = Bed::scenario(
        &json!({ "executor": "constant-arrival-rate", "rate": 10, "duration": "10s", "gracefulStop": "2s",
            "preAllocatedVUs": 2 }),
        Act::Sleep(1000),
    )
    .run();
    // Two virtual users can do two a second.
    assert!((18..=20).contains(&ran.begun.len()), "{}", ran.begun.len());
    assert_eq!(
        ran.handle.scenarios()[0].iterations_dropped() as usize,
        100 - ran.begun.len()
    );
    let warnings = ran.handle.state().take_warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("reached 2 active VUs"), "{warnings:?}");
}

#[test]
fn virtual_users_are_made_during_the_run_up_to_the_most() {
    let ran = Bed::scenario(
        &json!({ "executor": "constant-arrival-rate", "rate": 10, "duration": "10s",
            "preAllocatedVUs": 1, "maxVUs": 5 }),
        Act::Sleep(1000),
    )
    .making_ms(100)
    .run();
    assert_eq!(ran.handle.state().vus_initialized(), 5);
    assert!((40..=50).contains(&ran.begun.len()), "{}", ran.begun.len());
}

#[test]
fn a_rate_follows_its_stages() {
    let ran = Bed::scenario(
        &json!({ "executor": "ramping-arrival-rate", "startRate": 0, "preAllocatedVUs": 50, "stages": [
            { "duration": "10s", "target": 100 }, { "duration": "5s", "target": 100 } ] }),
        Act::Sleep(10),
    )
    .run();
    assert_eq!(ran.begun.len(), 1000);
    assert!(ran.begun_within(0, 5_000).abs_diff(125) <= 1);
    assert!(ran.begun_within(10_000, 15_001).abs_diff(500) <= 1);
}

#[test]
fn what_is_at_work_at_the_end_is_interrupted_after_its_grace() {
    let ran = Bed::scenario(
        &json!({ "executor": "constant-arrival-rate", "rate": 1, "duration": "3s", "gracefulStop": "2s",
            "preAllocatedVUs": 10 }),
        Act::Forever,
    )
    .run();
    assert_eq!((ran.completed(), ran.interrupted()), (0, 3));
    assert!(
        ran.ended_ms.iter().all(|at| (5_000..5_010).contains(at)),
        "{:?}",
        ran.ended_ms
    );
    assert_eq!(ran.handle.state().vus_active(), 0);
}
