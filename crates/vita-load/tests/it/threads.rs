//! The same on threads, where time passes by itself: only what doesn't depend on it is looked at.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;

use serde_json::json;
use vita_load::{
    Engine, EngineSetup, IterationCall, IterationEnd, LoadOptions, MetricRegistry, MetricValues,
    RunHandle, Script, ScriptError, Seat, StopReason, SummaryMode, VirtualUser, builtin,
};
use vita_model::SystemClock;

#[derive(Default)]
struct Counting {
    makes: Mutex<Vec<(u64, ThreadId)>>,
    strays: Arc<Mutex<u64>>,
    release: Arc<AtomicBool>,
}

struct Vu {
    release: Arc<AtomicBool>,
    seat: Seat,
    made_on: ThreadId,
    strays: Arc<Mutex<u64>>,
}

fn this_thread() -> ThreadId {
    std::thread::current().id()
}

impl Script for Counting {
    type Vu = Vu;

    async fn new_vu(&self, seat: Seat) -> Result<Vu, ScriptError> {
        self.makes
            .lock()
            .unwrap()
            .push((seat.id_in_test, this_thread()));
        Ok(Vu {
            release: self.release.clone(),
            seat,
            made_on: this_thread(),
            strays: self.strays.clone(),
        })
    }
}

impl VirtualUser for Vu {
    async fn run(&mut self, call: &IterationCall) -> IterationEnd {
        if this_thread() != self.made_on {
            *self.strays.lock().unwrap() += 1;
        }
        let recorder = &self.seat.recorder;
        let value = call.iteration_in_scenario as f64;
        recorder.add(builtin::GROUP_DURATION, value, call.scenario.tag_set);
        if call.scenario.name == "spinning" {
            // As a script whose runtime can't be interrupted: nothing else runs on this thread.
            self.seat.run.stop();
            self.seat.run.stop();
            while !self.release.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        }
        if call.scenario.name == "stopping" && call.iteration_in_scenario == 50 {
            self.seat.run.stop();
        }
        IterationEnd::Completed
    }
}

async fn run(
    scenario: &str,
    options: serde_json::Value,
) -> (Arc<Counting>, RunHandle, Option<StopReason>) {
    let script = Arc::new(Counting::default());
    let options: LoadOptions =
        serde_json::from_value(json!({ "scenarios": { scenario: options } })).unwrap();
    let setup = EngineSetup {
        options,
        workers: 3,
        registry: Arc::new(MetricRegistry::new()),
        clock: Arc::new(SystemClock),
        summary_mode: SummaryMode::Compact,
        outputs: Vec::new(),
    };
    let engine = Engine::new(setup, script.clone()).unwrap_or_else(|e| panic!("{e:?}"));
    let handle = engine.handle();
    let end = engine.run().await.unwrap();
    (script, handle, end.reason)
}

#[tokio::test]
async fn no_sample_is_lost_between_workers() {
    let scenario = json!({ "executor": "shared-iterations", "vus": 7, "iterations": 20_000 });
    let (script, handle, _) = run("counting", scenario).await;
    let summary = handle.summary();
    let MetricValues::Trend(trend) = &summary.lookup("group_duration").unwrap().values else {
        panic!("a trend");
    };
    assert_eq!(
        (trend.count(), trend.max().to_string().as_str()),
        (20_000, "19999")
    );
    assert_eq!(trend.sum() as u64, 19_999 * 20_000 / 2);
    assert_eq!(handle.state().iterations_completed(), 20_000);
    assert_eq!(*script.strays.lock().unwrap(), 0);
    let mut makes = script.makes.lock().unwrap().clone();
    makes.sort_by_key(|(id, _)| *id);
    assert_eq!(
        makes.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7]
    );
    assert!(
        (0..4).all(|at| makes[at].1 == makes[at + 3].1),
        "number modulo workers"
    );
}

#[tokio::test]
async fn a_run_ends_when_it_is_stopped_though_nothing_waits() {
    let scenario = json!({ "executor": "constant-vus", "vus": 4, "duration": "1h" });
    let (_, handle, reason) = run("stopping", scenario).await;
    assert_eq!(reason, Some(StopReason::External));
    assert!(handle.state().iterations_completed() > 50);
    assert_eq!(handle.state().vus_active(), 0);
}

#[tokio::test]
async fn stopped_twice_a_run_ends_though_a_worker_spins() {
    let scenario = json!({ "executor": "constant-vus", "vus": 1, "duration": "1h" });
    let (script, handle, reason) = run("spinning", scenario).await;
    script.release.store(true, Ordering::Relaxed);
    assert_eq!(reason, Some(StopReason::External));
    let warnings = handle.state().take_warnings();
    assert!(
        warnings
            .iter()
            .any(|warning| warning.contains("did not end")),
        "{warnings:?}"
    );
}
