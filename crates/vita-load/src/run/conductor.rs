//! The course of a run: virtual users made, `setup()`, scenarios, `teardown()`, the last samples.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::task::{JoinSet, spawn_local};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::course::Course;
use super::engine::{Engine, EngineSetup, RunEnd, RunHandle};
use super::pool::VuPool;
use super::scenario::ScenarioRun;
use super::script::Script;
use super::state::StopReason;
use super::watch::watch;
use super::worker::{Placement, Stage, WorkerSetup, Workers};
use super::{closed, open};
use crate::INTERRUPT_WAIT;
use crate::metric::{OVERFLOW, Recorder, SERIES_MAX, TAG_SETS_MAX};
use crate::output::{OutputSetup, OutputThread, Outputs};
use crate::plan::{Pacing, ScenarioPlan, vus_to_make};

/// How long `setup()` and `teardown()` may take unless options say else.
const STAGE_TIMEOUT: Duration = Duration::from_mins(1);

/// Virtual users that are being made at a time.
const MAKING_MAX: usize = 64;

/// How long workers have for their last samples. Only one whose script spins takes longer.
const CLOSE_WAIT: Duration = Duration::from_secs(2);

/// The same when nothing is waited for: what workers need that have nothing else to do.
const HURRIED_CLOSE_WAIT: Duration = Duration::from_millis(250);

pub(super) struct Conductor<S> {
    script: Arc<S>,
    setup: EngineSetup,
    plans: Vec<ScenarioPlan>,
    handle: RunHandle,
    recorder: Recorder,
    pool: Rc<VuPool>,
    outputs: Option<Outputs>,
}

impl<S: Script> Conductor<S> {
    pub(super) fn new(engine: Engine<S>) -> Self {
        let Engine {
            script,
            setup,
            plans,
            handle,
            outputs,
        } = engine;
        let recorder = Recorder::new(handle.hub.clone());
        Self {
            script,
            setup,
            plans,
            handle,
            recorder,
            pool: Rc::default(),
            outputs,
        }
    }

    pub(super) async fn run(mut self, placement: Placement) -> std::io::Result<RunEnd> {
        let state = self.handle.state.clone();
        let (begun, _) = state.origin();
        let outputs = self.start_outputs()?;
        let workers = Workers::start(
            &WorkerSetup {
                script: self.script.clone(),
                hub: self.handle.hub.clone(),
                state: state.clone(),
                min_iteration: self
                    .setup
                    .options
                    .min_iteration_duration
                    .unwrap_or_default()
                    .0,
                origin: begun,
            },
            placement,
        )?;
        let workers = Rc::new(workers);
        self.handle.watched().workers = workers.count();
        let ended = CancellationToken::new();
        let watch = spawn_local(watch(
            self.handle.clone(),
            self.recorder.clone(),
            ended.clone(),
        ));
        tokio::select! {
            biased;
            () = state.hurry().cancelled() => {}
            () = self.course(&workers) => {}
        }
        let duration = begun.elapsed();
        let wait = if state.hurry().is_cancelled() {
            HURRIED_CLOSE_WAIT
        } else {
            CLOSE_WAIT
        };
        let left = workers.close(wait).await;
        if left > 0 {
            state.warn(format!(
                "{left} workers did not end: the last samples of their virtual users are missing"
            ));
        }
        self.handle.duration.get_or_init(|| duration);
        ended.cancel();
        drop(watch.await);
        self.recorder.flush();
        if let Some(outputs) = outputs {
            outputs.finish();
        }
        self.warn_of_limits();
        Ok(RunEnd {
            reason: state.stop_reason(),
            failure: state.failure(),
            duration,
            vus_left_behind: state.vus_left_behind(),
        })
    }

    fn start_outputs(&mut self) -> std::io::Result<Option<OutputThread>> {
        let Some(outputs) = self.outputs.take() else {
            return Ok(None);
        };
        let handle = self.handle.clone();
        let setup = OutputSetup {
            hub: handle.hub.clone(),
            state: handle.state.clone(),
            headers: Box::new(move |metric| handle.metric_header(metric)),
        };
        outputs.start(setup).map(Some)
    }

    /// Says what was left out because there was too much of it.
    fn warn_of_limits(&self) {
        let (state, hub) = (&self.handle.state, &self.handle.hub);
        if hub.tags.overflows() > 0 {
            state.warn(format!(
                "there were more than {TAG_SETS_MAX} sets of tags: further names and URLs were \
                 taken together under `{OVERFLOW}`; give requests a `name` tag without ids in it"
            ));
        }
        if hub.routes.overflows() > 0 {
            state.warn(format!(
                "there were more than {SERIES_MAX} names of requests or groups: the report shows \
                 further ones together under `{OVERFLOW}`; give requests a `name` tag without ids in it"
            ));
        }
        let left = state.vus_left_behind();
        if left > 0 {
            let why = if state.hurry().is_cancelled() {
                "were in the midst of an iteration when the test was ended at once"
            } else {
                "ignored their interrupt and were left behind"
            };
            state.warn(format!("{left} virtual users {why}"));
        }
    }

    /// All of the run but its ends.
    async fn course(&self, workers: &Rc<Workers>) {
        let state = &self.handle.state;
        self.make_vus(workers).await;
        let options = &self.setup.options;
        if options.no_setup != Some(true) && state.stop_reason().is_none() {
            let limit = options.setup_timeout.map_or(STAGE_TIMEOUT, |limit| limit.0);
            self.run_stage(workers, Stage::Setup, limit).await;
        }
        if state.stop_reason().is_none() {
            self.run_scenarios(workers).await;
        } else if self.setup_failed() {
            return;
        }
        if options.no_teardown != Some(true) {
            let limit = options
                .teardown_timeout
                .map_or(STAGE_TIMEOUT, |limit| limit.0);
            self.run_stage(workers, Stage::Teardown, limit).await;
        }
    }

    /// Whether the run ended before there was anything to tear down.
    fn setup_failed(&self) -> bool {
        let reason = self.handle.state.stop_reason();
        matches!(
            reason,
            Some(StopReason::ScriptFailed(_) | StopReason::TimedOut { .. })
        )
    }

    async fn make_vus(&self, workers: &Rc<Workers>) {
        let state = &self.handle.state;
        let mut to_make = vus_to_make(&self.plans);
        let mut making = FuturesUnordered::new();
        loop {
            while to_make > 0 && making.len() < MAKING_MAX {
                to_make -= 1;
                making.push(workers.make_vu());
            }
            let made = tokio::select! {
                biased;
                () = state.interrupt().cancelled() => return,
                made = making.next() => made,
            };
            match made {
                None => return,
                Some(Ok(vu)) => self.pool.put(vu),
                Some(Err(error)) => state.end(StopReason::ScriptFailed(error.0)),
            }
        }
    }

    async fn run_stage(&self, workers: &Workers, stage: Stage, limit: Duration) {
        let state = &self.handle.state;
        // Teardown runs also after the run was interrupted.
        let interrupt = match stage {
            Stage::Setup => state.interrupt().child_token(),
            Stage::Teardown => state.hurry().child_token(),
        };
        let mut running = std::pin::pin!(workers.run_stage(stage, interrupt.clone()));
        let late = async {
            tokio::select! {
                () = interrupt.cancelled() => None,
                () = tokio::time::sleep(limit) => {
                    Some(StopReason::TimedOut { stage: stage.name(), after: limit })
                }
            }
        };
        let result = tokio::select! {
            biased;
            result = &mut running => result,
            reason = late => {
                if let Some(reason) = reason {
                    state.end(reason);
                }
                interrupt.cancel();
                match timeout(INTERRUPT_WAIT, running).await {
                    Ok(result) => result,
                    Err(_) => Ok(()),
                }
            }
        };
        if let Err(error) = result {
            state.end(StopReason::ScriptFailed(error.0));
        }
    }

    async fn run_scenarios(&self, workers: &Rc<Workers>) {
        let begun = Instant::now();
        let mut running = JoinSet::new();
        for (plan, scenario) in self.plans.iter().zip(self.handle.scenarios.iter()) {
            let course = Course {
                scenario: scenario.clone(),
                graceful_stop: plan.graceful_stop,
                state: self.handle.state.clone(),
                pool: self.pool.clone(),
                workers: workers.clone(),
                recorder: self.recorder.clone(),
                interrupt: self.handle.state.interrupt().child_token(),
            };
            running.spawn_local(run_scenario(course, plan.clone(), begun));
        }
        while running.join_next().await.is_some() {}
        self.handle.watched().scenarios_took = begun.elapsed();
    }
}

async fn run_scenario(course: Course, plan: ScenarioPlan, run_begun: Instant) {
    tokio::select! {
        biased;
        () = course.interrupt.cancelled() => return,
        () = sleep_until(run_begun + plan.start_time) => {}
    }
    let scenario: Arc<ScenarioRun> = course.scenario.clone();
    let now = Instant::now();
    scenario
        .begun
        .get_or_init(|| (now, course.state.wall_time(now)));
    match &plan.pacing {
        Pacing::ArrivalRate {
            arrivals,
            pre_allocated_vus,
            max_vus,
            ..
        } => {
            let plan = open::OpenPlan {
                arrivals,
                pre_allocated_vus: *pre_allocated_vus,
                max_vus: *max_vus,
            };
            open::run(&course, plan).await;
        }
        pacing => closed::run(&course, pacing).await,
    }
    scenario.counts.is_over.get_or_init(|| ());
}
