use serde_json::json;

use crate::bed::{Act, Bed};

#[test]
fn constant_vus_iterate_until_the_end() {
    let ran = Bed::scenario(
        &json!({ "executor": "constant-vus", "vus": 3, "duration": "10s" }),
        Act::Sleep(1000),
    )
    .run();
    // The iterations that began before the end come to theirs.
    assert_eq!((ran.completed(), ran.interrupted()), (30, 0));
    assert_eq!(ran.handle.state().vus_initialized(), 3);
    let numbers: Vec<u64> = ran.begun.iter().map(|begun| begun.number).collect();
    assert_eq!(numbers, (0..30).collect::<Vec<_>>());
    assert_eq!(
        ran.begun
            .iter()
            .filter(|begun| begun.vu == 2)
            .map(|b| b.in_vu)
            .max(),
        Some(9)
    );
    assert!((10_000..10_100).contains(&ran.took_ms), "{}", ran.took_ms);
}

#[test]
fn an_iteration_is_interrupted_after_the_graceful_stop() {
    let scenario =
        json!({ "executor": "constant-vus", "vus": 2, "duration": "5s", "gracefulStop": "3s" });
    let ran = Bed::scenario(&scenario, Act::Sleep(7_000)).run();
    assert_eq!((ran.completed(), ran.interrupted()), (2, 0));
    let ran = Bed::scenario(&scenario, Act::Forever).run();
    assert_eq!((ran.completed(), ran.interrupted()), (0, 2));
    assert!(
        ran.ended_ms.iter().all(|at| (8_000..8_010).contains(at)),
        "{:?}",
        ran.ended_ms
    );
}

#[test]
fn many_virtual_users_begin_one_after_another() {
    let ran = Bed::scenario(
        &json!({ "executor": "constant-vus", "vus": 1000, "duration": "2s" }),
        Act::Sleep(2000),
    )
    .run();
    assert_eq!(ran.begun_within(0, 50), 250);
    assert_eq!(ran.begun_within(0, 210), 1000);
}

#[test]
fn shared_iterations_are_run_once_each() {
    let ran = Bed::scenario(
        &json!({ "executor": "shared-iterations", "vus": 4, "iterations": 10 }),
        Act::Sleep(1000),
    )
    .run();
    assert_eq!(ran.completed(), 10);
    assert!((3_000..3_050).contains(&ran.took_ms), "{}", ran.took_ms);
    assert!(ran.handle.scenarios()[0].progress() > 0.999);
}

#[test]
fn iterations_end_at_the_longest_duration() {
    let ran = Bed::scenario(
        &json!({ "executor": "per-vu-iterations", "vus": 2, "iterations": 100, "maxDuration": "5s",
            "gracefulStop": "0s" }),
        Act::Sleep(2000),
    )
    .run();
    assert_eq!((ran.completed(), ran.interrupted()), (4, 2));
    // 200 were asked for; what never began for lack of time is dropped.
    assert_eq!(ran.handle.scenarios()[0].iterations_dropped(), 194);
    assert!((5_000..5_010).contains(&ran.took_ms), "{}", ran.took_ms);
}

#[test]
fn each_virtual_user_runs_its_own_number_of_iterations() {
    let ran = Bed::scenario(
        &json!({ "executor": "per-vu-iterations", "vus": 3, "iterations": 4 }),
        Act::Throw,
    )
    .run();
    assert_eq!(ran.completed(), 12, "an iteration that throws counts");
    for vu in 1..=3 {
        assert_eq!(ran.begun.iter().filter(|begun| begun.vu == vu).count(), 4);
    }
}

#[test]
fn a_ramp_follows_its_stages() {
    let ran = Bed::scenario(
        &json!({ "executor": "ramping-vus", "startVUs": 0, "stages": [
            { "duration": "10s", "target": 10 }, { "duration": "10s", "target": 10 },
            { "duration": "10s", "target": 0 } ] }),
        Act::Sleep(100),
    )
    .run();
    // 10 iterations a second of each virtual user; 5 of them on average while the ramp lasts.
    let [up, flat, down] =
        [(0, 10_000), (10_000, 20_000), (20_000, 30_000)].map(|(a, b)| ran.begun_within(a, b));
    assert!((430..=470).contains(&up), "{up}");
    assert!((985..=1_000).contains(&flat), "{flat}");
    assert!((530..=570).contains(&down), "{down}");
    assert_eq!(ran.interrupted(), 0);
}

#[test]
fn a_ramp_down_interrupts_after_its_grace() {
    let ran = Bed::scenario(
        &json!({ "executor": "ramping-vus", "startVUs": 2, "gracefulRampDown": "2s", "gracefulStop": "1s",
            "stages": [{ "duration": "5s", "target": 2 }, { "duration": "0s", "target": 1 },
                { "duration": "10s", "target": 1 }] }),
        Act::Forever,
    )
    .run();
    assert_eq!(ran.interrupted(), 2);
    let [first, second] = ran.ended_ms[..] else {
        panic!("{:?}", ran.ended_ms)
    };
    assert!((7_000..7_010).contains(&first), "{first}");
    assert!((16_000..16_010).contains(&second), "{second}");
}

#[test]
fn a_virtual_user_wanted_again_within_its_grace_goes_on() {
    let ran = Bed::scenario(
        &json!({ "executor": "ramping-vus", "startVUs": 1, "gracefulRampDown": "5s", "stages": [
            { "duration": "1s", "target": 1 }, { "duration": "0s", "target": 0 },
            { "duration": "2s", "target": 0 }, { "duration": "0s", "target": 1 },
            { "duration": "7s", "target": 1 } ] }),
        Act::Sleep(4000),
    )
    .run();
    assert_eq!((ran.completed(), ran.interrupted()), (3, 0));
    let starts: Vec<u64> = ran.begun.iter().map(|begun| begun.at_ms / 100).collect();
    assert_eq!(starts, [0, 40, 80]);
}

#[test]
fn iterations_are_as_far_apart_as_asked() {
    let ran = Bed::new(
        &json!({ "vus": 1, "iterations": 3, "minIterationDuration": "2s" }),
        Act::Sleep(500),
    )
    .run();
    let starts: Vec<u64> = ran.begun.iter().map(|begun| begun.at_ms / 100).collect();
    assert_eq!(starts, [0, 20, 40]);
}

#[test]
fn scenarios_begin_at_their_times_and_share_virtual_users() {
    let ran = Bed::new(
        &json!({ "scenarios": {
            "first": { "executor": "per-vu-iterations", "vus": 2, "maxDuration": "2s", "gracefulStop": "1s" },
            "second": { "executor": "per-vu-iterations", "vus": 2, "startTime": "5s" },
        } }),
        Act::Sleep(100),
    )
    .run();
    let seen: Vec<(u64, &str, u64)> = ran
        .begun
        .iter()
        .map(|begun| (begun.at_ms / 1000, begun.scenario.as_str(), begun.in_vu))
        .collect();
    assert_eq!(
        seen,
        [
            (0, "first", 0),
            (0, "first", 0),
            (5, "second", 1),
            (5, "second", 1)
        ]
    );
    assert_eq!(ran.handle.state().vus_initialized(), 2);
}
