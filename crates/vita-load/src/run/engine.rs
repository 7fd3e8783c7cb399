//! A run from outside: what it is made with, how it is watched, what comes of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::LocalSet;
use vita_model::Clock;

use super::conductor::Conductor;
use super::health::{GeneratorHealth, LittlesLaw};
use super::scenario::{Extent, ScenarioRun};
use super::script::Script;
use super::state::{RunState, StopReason};
use super::worker::Placement;
use crate::config::{ConfigError, LoadOptions, SummaryMode};
use crate::metric::{
    HubSetup, MetricHub, MetricId, MetricRegistry, MetricValues, Recorder, SinkKey, SubMetric,
    TagSetId, builtin,
};
use crate::output::{MetricHeader, OutputKind, Outputs, SubMetricHeader};
use crate::plan::{Pacing, ScenarioPlan, plan_scenarios};
use crate::report::{SeriesPoint, TimeSeries};
use crate::summary::{RunSummary, Showing, TrendStat, collect};
use crate::threshold::ThresholdSet;

/// What a run is made with.
pub struct EngineSetup {
    /// What is to be done.
    pub options: LoadOptions,
    /// Threads on which virtual users live; one for each processor is best.
    pub workers: usize,
    /// The metrics, those of the script included: thresholds may name them.
    pub registry: Arc<MetricRegistry>,
    /// Tells when the run began.
    pub clock: Arc<dyn Clock>,
    /// How much is told apart for the summary.
    pub summary_mode: SummaryMode,
    /// Where every sample goes besides.
    pub outputs: Vec<OutputKind>,
}

/// A run that can begin.
pub struct Engine<S> {
    pub(super) script: Arc<S>,
    pub(super) setup: EngineSetup,
    pub(super) plans: Vec<ScenarioPlan>,
    pub(super) handle: RunHandle,
    pub(super) outputs: Option<Outputs>,
}

/// Watches a run and stops it; cheap to clone.
#[derive(Clone)]
pub struct RunHandle {
    pub(crate) state: Arc<RunState>,
    pub(crate) hub: Arc<MetricHub>,
    pub(crate) scenarios: Arc<[Arc<ScenarioRun>]>,
    /// The tags of every sample.
    pub(super) run_tags: TagSetId,
    pub(crate) thresholds: Arc<ThresholdSet>,
    /// Set at the end.
    pub(super) duration: Arc<OnceLock<Duration>>,
    pub(super) watched: Arc<Mutex<Watched>>,
    showing: Showing,
}

/// What the conductor saw of the run, second by second.
#[derive(Default)]
pub(super) struct Watched {
    pub(super) series: TimeSeries,
    /// From the first scenario's start to the last one's end; zero before that.
    pub(super) scenarios_took: Duration,
    pub(super) cpu_max: f64,
    pub(super) cpu_mean: f64,
    pub(super) memory_bytes_max: u64,
    pub(super) machine_busy: f64,
    pub(super) workers: usize,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct RunEnd {
    /// Why it ended early, if it did.
    pub reason: Option<StopReason>,
    /// The message of `test.fail()`.
    pub failure: Option<String>,
    /// From the beginning of `setup()` to the end of `teardown()`.
    pub duration: Duration,
    /// Virtual users that ignored their interrupt, or whose iterations were not waited for.
    pub vus_left_behind: u64,
}

impl<S: Script> Engine<S> {
    /// Checks options. All mistakes are said together (exit code 104).
    pub fn new(mut setup: EngineSetup, script: Arc<S>) -> Result<Self, Vec<ConfigError>> {
        let Checked {
            plans,
            thresholds,
            subs,
            showing,
        } = check_all(&setup)?;
        let system_tags = setup.options.system_tags.clone().unwrap_or_default();
        let outputs = Outputs::open(std::mem::take(&mut setup.outputs), &system_tags)
            .map_err(|error| vec![ConfigError::new("outputs", chain(&error))])?;
        let (raw, outputs) = outputs.unzip();
        let hub = Arc::new(MetricHub::new(HubSetup {
            registry: setup.registry.clone(),
            subs,
            breaks_down: setup.summary_mode == SummaryMode::Full,
            raw,
        }));
        let state = RunState::new(setup.registry.clone(), setup.clock.clone());
        let recorder = Recorder::new(hub.clone());
        let scenarios = plans
            .iter()
            .map(|plan| Arc::new(scenario_run(plan, &setup.options, &recorder)))
            .collect();
        let run_tags = setup.options.tags.iter().flatten();
        let run_tags: Vec<(&str, &str)> = run_tags
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let handle = RunHandle {
            state,
            hub,
            scenarios,
            run_tags: recorder.tags(&run_tags),
            thresholds: Arc::new(thresholds),
            duration: Arc::default(),
            watched: Arc::default(),
            showing,
        };
        Ok(Self {
            script,
            setup,
            plans,
            handle,
            outputs,
        })
    }

    /// Watches the run and stops it.
    pub fn handle(&self) -> RunHandle {
        self.handle.clone()
    }

    /// Runs on threads of its own; may be awaited anywhere.
    pub async fn run(self) -> std::io::Result<RunEnd> {
        let (sender, answer) = oneshot::channel();
        let placement = Placement::Threads(self.setup.workers);
        std::thread::Builder::new()
            .name("load-conductor".to_owned())
            .spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                let end = runtime.and_then(|runtime| {
                    LocalSet::new().block_on(&runtime, Conductor::new(self).run(placement))
                });
                drop(sender.send(end));
            })?;
        answer
            .await
            .unwrap_or_else(|_| Err(std::io::Error::other("the run's thread is gone")))
    }

    /// Runs in the present `LocalSet`, on one worker: for tests, which own the clock.
    pub async fn run_here(self) -> std::io::Result<RunEnd> {
        Conductor::new(self).run(Placement::Here).await
    }
}

/// What options say, once it is known to be right.
struct Checked {
    plans: Vec<ScenarioPlan>,
    thresholds: ThresholdSet,
    subs: Vec<SubMetric>,
    showing: Showing,
}

fn check_all(setup: &EngineSetup) -> Result<Checked, Vec<ConfigError>> {
    let plans = plan_scenarios(&setup.options);
    let thresholds = ThresholdSet::read(&setup.options, &setup.registry);
    let stats = TrendStat::read(setup.options.summary_trend_stats.as_deref())
        .map_err(|error| vec![ConfigError::new("summaryTrendStats", error)]);
    match (plans, thresholds, stats) {
        (Ok(plans), Ok((thresholds, subs)), Ok(trend_stats)) => {
            let showing = Showing {
                trend_stats,
                time_unit: setup.options.summary_time_unit,
            };
            Ok(Checked {
                plans,
                thresholds,
                subs,
                showing,
            })
        }
        (plans, thresholds, stats) => {
            let mut problems = plans.err().unwrap_or_default();
            problems.extend(thresholds.err().unwrap_or_default());
            problems.extend(stats.err().unwrap_or_default());
            Err(problems)
        }
    }
}

impl RunHandle {
    /// The run's state.
    pub fn state(&self) -> &Arc<RunState> {
        &self.state
    }

    /// Whether the run is over.
    pub fn is_over(&self) -> bool {
        self.duration.get().is_some()
    }

    /// The run over time.
    pub fn series(&self) -> Vec<SeriesPoint> {
        self.watched().series.points()
    }

    /// The last second, or the last span of a long run.
    pub fn last_point(&self) -> Option<SeriesPoint> {
        self.watched().series.last()
    }

    /// How the generator fares, and why it limits the test if it does.
    pub fn generator_health(&self) -> GeneratorHealth {
        let lag = self.values(builtin::GENERATOR_LAG);
        let (lag_p95_ms, lag_max_ms) = match &lag {
            Some(MetricValues::Trend(lag)) => (lag.percentile(95.0), lag.max()),
            _ => (0.0, 0.0),
        };
        let watched = self.watched();
        let health = GeneratorHealth {
            cpu_mean: watched.cpu_mean,
            cpu_max: watched.cpu_max,
            workers: watched.workers,
            memory_bytes_max: watched.memory_bytes_max,
            machine_busy: watched.machine_busy,
            lag_p95_ms,
            lag_max_ms,
            limits: Vec::new(),
        };
        health.judged()
    }

    /// Whether the measurement agrees with itself.
    pub fn littles_law(&self) -> LittlesLaw {
        let span = self.watched().scenarios_took.as_secs_f64();
        let counts = &self.state.counts;
        let secs = |nanos: &AtomicU64| nanos.load(Ordering::Relaxed) as f64 / 1e9;
        let (sampled, sampled_secs) = match self.values(builtin::ITERATION_DURATION) {
            Some(MetricValues::Trend(trend)) => (trend.count(), trend.sum() / 1e3),
            _ => (0, 0.0),
        };
        let ended = (sampled + self.state.iterations_interrupted()) as f64;
        let took = sampled_secs + secs(&counts.interrupted_nanos);
        let per = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        LittlesLaw {
            busy_vus: per(secs(&counts.at_work_nanos), span),
            iterations_per_sec: per(ended, span),
            iteration_secs: per(took, ended),
        }
    }

    fn values(&self, metric: MetricId) -> Option<MetricValues> {
        self.hub
            .values(&SinkKey::Metric(metric), self.state.elapsed())
    }

    pub(super) fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What outputs say of a metric before its first sample.
    pub(super) fn metric_header(&self, id: MetricId) -> MetricHeader {
        let info = self.hub.registry.info(id);
        let sources = |key: &SinkKey| -> Vec<String> {
            let own = self.thresholds.sources().filter(|(sink, _)| *sink == key);
            own.flat_map(|(_, sources)| sources.map(str::to_owned))
                .collect()
        };
        let subs: Vec<SubMetricHeader> = self
            .hub
            .routes
            .subs()
            .iter()
            .filter(|sub| sub.metric == id)
            .map(|sub| SubMetricHeader {
                name: format!("{}{{{}}}", info.name, sub.suffix),
                suffix: sub.suffix.clone(),
                tags: sub
                    .selector
                    .iter()
                    .map(|(k, v)| (k.clone(), v.as_str().into()))
                    .collect(),
            })
            .collect();
        MetricHeader {
            name: info.name.to_string(),
            kind: info.kind.as_str(),
            contains: info.contains.as_str(),
            thresholds: sources(&SinkKey::Metric(id)),
            submetrics: (!subs.is_empty()).then_some(subs),
        }
    }

    /// The figures as they stand. Those of the last second may be missing while the run goes on.
    pub fn summary(&self) -> RunSummary {
        let state = &self.state;
        let duration = self
            .duration
            .get()
            .copied()
            .unwrap_or_else(|| state.elapsed());
        collect(&self.hub, &self.thresholds, duration, self.showing.clone())
    }

    /// The scenarios in the order written.
    pub fn scenarios(&self) -> &[Arc<ScenarioRun>] {
        &self.scenarios
    }
}

/// An error with its causes, as one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// The system tags that samples of iterations carry.
const ITERATION_TAGS: [&str; 2] = ["scenario", "group"];

fn scenario_run(plan: &ScenarioPlan, options: &LoadOptions, recorder: &Recorder) -> ScenarioRun {
    let is_kept = |tag: &str| {
        options
            .system_tags
            .as_ref()
            .is_none_or(|kept| kept.iter().any(|own| own == tag))
    };
    let mut tags: BTreeMap<String, String> = options.tags.clone().unwrap_or_default();
    tags.extend(plan.tags.clone());
    for tag in ITERATION_TAGS.into_iter().filter(|tag| is_kept(tag)) {
        let value = if tag == "scenario" {
            plan.name.clone()
        } else {
            String::new()
        };
        tags.insert(tag.to_owned(), value);
    }
    let pairs: Vec<(&str, &str)> = tags
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    let extent = match &plan.pacing {
        Pacing::SharedIterations {
            iterations,
            max_duration,
            ..
        } => Extent::Iterations(*iterations, *max_duration),
        Pacing::PerVuIterations {
            vus,
            iterations,
            max_duration,
        } => Extent::Iterations(vus.saturating_mul(*iterations), *max_duration),
        pacing => Extent::Time(pacing.duration()),
    };
    let run = ScenarioRun {
        name: plan.name.clone(),
        executor: plan.pacing.kind(),
        exec: plan.exec.clone(),
        env: plan.env.clone(),
        tag_set: recorder.tags(&pairs),
        tags,
        extent,
        begun: OnceLock::new(),
        next_iteration: 0.into(),
        counts: super::scenario::ScenarioCounts::default(),
    };
    run.counts
        .planned
        .store(plan.pacing.planned_vus(), Ordering::Relaxed);
    run
}
