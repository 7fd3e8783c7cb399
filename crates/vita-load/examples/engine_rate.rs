//! What the engine itself costs: iterations a second that only record, and how an arrival rate holds.
//!
//! `cargo run --release -p vita-load --example engine_rate -- [seconds] [report.html]`
#![expect(
    clippy::print_stdout,
    reason = "the figures are what the example is for"
)]

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use vita_load::{
    Engine, EngineSetup, HttpSample, IterationCall, IterationEnd, LoadOptions, MetricRegistry,
    RunHandle, Script, ScriptError, Seat, SummaryMode, TagSetId, VirtualUser,
};
use vita_model::SystemClock;

struct Recording;

struct Vu {
    seat: Seat,
    tags: TagSetId,
    check_tags: TagSetId,
}

impl Script for Recording {
    type Vu = Vu;

    async fn new_vu(&self, seat: Seat) -> Result<Vu, ScriptError> {
        let tags = [
            ("name", "/clips"),
            ("method", "GET"),
            ("status", "200"),
            ("scenario", "s"),
            ("expected_response", "true"),
            ("group", ""),
        ];
        Ok(Vu {
            tags: seat.recorder.tags(&tags),
            check_tags: seat
                .recorder
                .tags(&[("check", "is 200"), ("scenario", "s")]),
            seat,
        })
    }
}

impl VirtualUser for Vu {
    async fn run(&mut self, call: &IterationCall) -> IterationEnd {
        let recorder = &self.seat.recorder;
        let micros = 500 + call.iteration_in_scenario * 7919 % 1000;
        let waiting = Duration::from_micros(micros);
        recorder.add_http(
            &HttpSample {
                waiting,
                failed: Some(false),
                ..HttpSample::default()
            },
            self.tags,
        );
        recorder.add_check(recorder.check_id("", "is 200"), true, self.check_tags);
        IterationEnd::Completed
    }
}

async fn run(scenario: Value) -> Result<RunHandle, String> {
    let options = json!({ "scenarios": { "s": scenario } });
    let options: LoadOptions =
        serde_json::from_value(options).map_err(|error| error.to_string())?;
    let setup = EngineSetup {
        options,
        workers: std::thread::available_parallelism().map_or(1, usize::from),
        registry: Arc::new(MetricRegistry::new()),
        clock: Arc::new(SystemClock),
        summary_mode: SummaryMode::Compact,
        outputs: Vec::new(),
    };
    let engine =
        Engine::new(setup, Arc::new(Recording)).map_err(|problems| format!("{problems:?}"))?;
    let handle = engine.handle();
    engine.run().await.map_err(|error| error.to_string())?;
    Ok(handle)
}

fn print(title: &str, handle: &RunHandle) {
    println!("{title}\n\n{}", handle.summary().compact_text(false));
    println!("    generator: {:?}", handle.generator_health());
    println!("    Little's law: {:?}\n", handle.littles_law());
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let duration = format!("{}s", arguments.next().as_deref().unwrap_or("5"));
    let closed = json!({ "executor": "constant-vus", "vus": 50, "duration": duration });
    print("50 virtual users that only record", &run(closed).await?);
    let open = json!({ "executor": "constant-arrival-rate", "rate": 10_000, "duration": duration,
        "preAllocatedVUs": 200 });
    let handle = run(open).await?;
    print("10,000 iterations a second", &handle);
    let points = handle.series();
    let rates: Vec<f64> = points
        .iter()
        .map(|point| point.iterations_per_sec)
        .collect();
    println!("    each second: {rates:?}");
    if let Some(path) = arguments.next() {
        std::fs::write(
            path,
            handle.report(handle.state().take_warnings()).to_html()?,
        )?;
    }
    Ok(())
}
