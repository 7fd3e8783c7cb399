//! A run of a script made of closures' worth of behaviour, with what its iterations did.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use vita_load::{
    ConfigError, Engine, EngineSetup, HttpSample, IterationCall, IterationEnd, LoadOptions,
    MetricRegistry, OutputKind, Recorder, RunEnd, RunHandle, Script, ScriptError, Seat,
    SummaryMode, VirtualUser,
};
use vita_model::{Clock, Timestamp};

/// What an iteration does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// Takes so many milliseconds, unless it is interrupted.
    Sleep(u64),
    /// Takes so many milliseconds and records a request and checks, of which every fourth fails.
    Request(u64),
    /// Never ends, unless it is interrupted.
    Forever,
    /// Never ends at all.
    Deaf,
    /// Throws.
    Throw,
    /// Ends the test.
    Abort,
}

/// An iteration that began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Begun {
    pub(crate) at_ms: u64,
    pub(crate) vu: u64,
    pub(crate) scenario: String,
    pub(crate) number: u64,
    pub(crate) in_vu: u64,
}

#[derive(Default)]
pub(crate) struct Log {
    pub(crate) begun: Vec<Begun>,
    pub(crate) ended_ms: Vec<u64>,
    pub(crate) stages: Vec<(String, u64)>,
}

pub(crate) struct TestScript {
    act: Act,
    /// Milliseconds that making a virtual user takes.
    making_ms: u64,
    setup: Option<Act>,
    fails_at_vu: Option<u64>,
    start: Instant,
    log: Arc<Mutex<Log>>,
}

pub(crate) struct TestVu {
    recorder: Recorder,
    id: u64,
    act: Act,
    start: Instant,
    log: Arc<Mutex<Log>>,
}

impl Script for TestScript {
    type Vu = TestVu;

    async fn new_vu(&self, seat: Seat) -> Result<TestVu, ScriptError> {
        sleep(Duration::from_millis(self.making_ms)).await;
        if self.fails_at_vu == Some(seat.id_in_test) {
            return Err(ScriptError("ReferenceError: x at script.js:3:1".to_owned()));
        }
        let log = self.log.clone();
        Ok(TestVu {
            recorder: seat.recorder,
            id: seat.id_in_test,
            act: self.act,
            start: self.start,
            log,
        })
    }

    async fn setup(&self, _: Seat, interrupt: CancellationToken) -> Result<(), ScriptError> {
        self.stage("setup");
        match self.setup.map(|act| perform(act, interrupt)) {
            None => Ok(()),
            Some(act) => match act.await {
                IterationEnd::Failed => Err(ScriptError("setup threw".to_owned())),
                _ => Ok(()),
            },
        }
    }

    async fn teardown(&self, _: Seat, _: CancellationToken) -> Result<(), ScriptError> {
        self.stage("teardown");
        Ok(())
    }
}

impl TestScript {
    fn stage(&self, name: &str) {
        let at = self.start.elapsed().as_millis() as u64;
        self.log.lock().unwrap().stages.push((name.to_owned(), at));
    }
}

impl TestVu {
    fn record_request(&self, call: &IterationCall, ms: u64) {
        let failed = call.iteration_in_scenario % 4 == 3;
        let recorder = &self.recorder;
        let expected = if failed { "false" } else { "true" };
        let tags = recorder.tags_with(
            call.scenario.tag_set,
            &[
                ("name", "/clips"),
                ("method", "GET"),
                ("expected_response", expected),
                ("status", if failed { "500" } else { "200" }),
                ("url", "http://t/clips?a=1,2"),
            ],
        );
        let waiting = Duration::from_millis(ms);
        let sample = HttpSample {
            waiting,
            failed: Some(failed),
            ..HttpSample::default()
        };
        recorder.add_http(&sample, tags);
        let check = recorder.check_id("::watch", "is 200");
        let tags = recorder.tags_with(
            call.scenario.tag_set,
            &[("group", "::watch"), ("check", "is 200")],
        );
        recorder.add_check(check, !failed, tags);
    }
}

impl VirtualUser for TestVu {
    async fn run(&mut self, call: &IterationCall) -> IterationEnd {
        self.log.lock().unwrap().begun.push(Begun {
            at_ms: self.start.elapsed().as_millis() as u64,
            vu: self.id,
            scenario: call.scenario.name.clone(),
            number: call.iteration_in_scenario,
            in_vu: call.iteration_in_vu,
        });
        let end = perform(self.act, call.interrupt.clone()).await;
        if let Act::Request(ms) = self.act {
            self.record_request(call, ms);
        }
        self.log
            .lock()
            .unwrap()
            .ended_ms
            .push(self.start.elapsed().as_millis() as u64);
        end
    }
}

async fn perform(act: Act, interrupt: CancellationToken) -> IterationEnd {
    let work = async {
        match act {
            Act::Sleep(ms) | Act::Request(ms) => {
                sleep(Duration::from_millis(ms)).await;
                IterationEnd::Completed
            }
            Act::Forever | Act::Deaf => std::future::pending().await,
            Act::Throw => {
                sleep(Duration::from_millis(1)).await;
                IterationEnd::Failed
            }
            Act::Abort => IterationEnd::AbortTest("enough".to_owned()),
        }
    };
    if matches!(act, Act::Deaf) {
        return work.await;
    }
    tokio::select! {
        end = work => end,
        () = interrupt.cancelled() => IterationEnd::Interrupted,
    }
}

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000)
    }
}

/// A run that is over.
pub(crate) struct Ran {
    pub(crate) end: RunEnd,
    pub(crate) handle: RunHandle,
    pub(crate) begun: Vec<Begun>,
    pub(crate) ended_ms: Vec<u64>,
    pub(crate) stages: Vec<(String, u64)>,
    pub(crate) took_ms: u64,
}

pub(crate) struct Bed {
    options: Value,
    act: Act,
    making_ms: u64,
    setup: Option<Act>,
    fails_at_vu: Option<u64>,
    stops_ms: Vec<u64>,
    outputs: Vec<OutputKind>,
    summary_mode: SummaryMode,
}

impl Bed {
    pub(crate) fn new(options: &Value, act: Act) -> Self {
        Self {
            options: options.clone(),
            act,
            making_ms: 0,
            setup: None,
            fails_at_vu: None,
            stops_ms: Vec::new(),
            outputs: Vec::new(),
            summary_mode: SummaryMode::Compact,
        }
    }

    /// One scenario named `s`.
    pub(crate) fn scenario(scenario: &Value, act: Act) -> Self {
        Self::new(&serde_json::json!({ "scenarios": { "s": scenario } }), act)
    }

    pub(crate) fn making_ms(self, making_ms: u64) -> Self {
        Self { making_ms, ..self }
    }

    pub(crate) fn setup(self, act: Act) -> Self {
        Self {
            setup: Some(act),
            ..self
        }
    }

    pub(crate) fn fails_at_vu(self, id: u64) -> Self {
        Self {
            fails_at_vu: Some(id),
            ..self
        }
    }

    /// Stops the run from outside at these times.
    pub(crate) fn stops_ms(self, stops_ms: &[u64]) -> Self {
        Self {
            stops_ms: stops_ms.to_vec(),
            ..self
        }
    }

    pub(crate) fn full(self) -> Self {
        Self {
            summary_mode: SummaryMode::Full,
            ..self
        }
    }

    pub(crate) fn outputs(self, outputs: Vec<OutputKind>) -> Self {
        Self { outputs, ..self }
    }

    /// Runs with the clock paused: waiting takes no time.
    pub(crate) fn run(self) -> Ran {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        LocalSet::new().block_on(&runtime, self.run_here())
    }

    /// What is wrong with the options.
    pub(crate) fn problems(self) -> Vec<String> {
        let engine = self.engine(Arc::default());
        engine
            .err()
            .unwrap_or_default()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn engine(self, log: Arc<Mutex<Log>>) -> Result<Engine<TestScript>, Vec<ConfigError>> {
        let script = TestScript {
            act: self.act,
            making_ms: self.making_ms,
            setup: self.setup,
            fails_at_vu: self.fails_at_vu,
            start: Instant::now(),
            log,
        };
        let options: LoadOptions = serde_json::from_value(self.options).unwrap();
        let setup = EngineSetup {
            options,
            workers: 1,
            registry: Arc::new(MetricRegistry::new()),
            clock: Arc::new(FixedClock),
            summary_mode: self.summary_mode,
            outputs: self.outputs,
        };
        Engine::new(setup, Arc::new(script))
    }

    async fn run_here(self) -> Ran {
        let stops_ms = self.stops_ms.clone();
        let log = Arc::new(Mutex::new(Log::default()));
        let start = Instant::now();
        let engine = self.engine(log.clone()).unwrap_or_else(|e| panic!("{e:?}"));
        let handle = engine.handle();
        for at in stops_ms {
            let state = handle.state().clone();
            tokio::task::spawn_local(async move {
                sleep(Duration::from_millis(at)).await;
                state.stop();
            });
        }
        let end = engine.run_here().await.unwrap();
        let took_ms = start.elapsed().as_millis() as u64;
        let mut log = std::mem::take(&mut *log.lock().unwrap());
        log.begun.sort_by_key(|begun| (begun.at_ms, begun.vu));
        Ran {
            end,
            handle,
            begun: log.begun,
            ended_ms: log.ended_ms,
            stages: log.stages,
            took_ms,
        }
    }
}

impl Ran {
    pub(crate) fn completed(&self) -> u64 {
        self.handle.state().iterations_completed()
    }

    pub(crate) fn interrupted(&self) -> u64 {
        self.handle.state().iterations_interrupted()
    }

    /// Iterations begun in a span of milliseconds.
    pub(crate) fn begun_within(&self, from_ms: u64, to_ms: u64) -> usize {
        self.begun
            .iter()
            .filter(|begun| (from_ms..to_ms).contains(&begun.at_ms))
            .count()
    }
}
