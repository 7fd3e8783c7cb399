//! Load engine: executors, metrics, thresholds, summaries and outputs of a load test.
//!
//! - A [`Script`] makes virtual users ([`VirtualUser`]); the engine decides when each of them runs
//!   an iteration, as the scenarios of [`LoadOptions`] say.
//! - A [`Recorder`] takes samples on a worker's thread; workers' aggregates are merged every second.
//! - [`RunState`] is what everybody may ask of, and request from, the run.
//!
//! Invariants:
//! - Nothing of a virtual user leaves the worker's thread on which it was made.
//! - Memory doesn't grow with a run's length: trends are histograms once they are long, time series
//!   halve their resolution, names and tag sets have limits.
//! - A run ends, whatever a script does: a virtual user that ignores its interrupt is left behind.
//!
//! Must not: know JavaScript, open a connection, or print.

mod config;
mod duration;
mod metric;
mod output;
mod plan;
mod report;
mod run;
mod summary;
mod threshold;

pub use config::{
    ConfigError, ExecutorKind, LoadOptions, ScenarioOptions, Stage, SummaryMode, ThresholdOptions,
    TimeUnit,
};
pub use duration::{GoDuration, GoDurationError};
pub use metric::{
    Check, CheckId, Contains, Group, HttpSample, MetricError, MetricId, MetricInfo, MetricKind,
    MetricRegistry, MetricValues, Recorder, TagSet, TagSetId, TrendValues, builtin,
};
/// How long after its interrupt a virtual user is waited for before it is left behind. A script that
/// spins is stopped by its runtime within milliseconds; what takes longer will not stop at all.
pub const INTERRUPT_WAIT: std::time::Duration = std::time::Duration::from_secs(5);

pub use summary::{
    MetricSummary, PartSummary, RequestSummary, RunSummary, SummaryContext, ThresholdSummary,
    TrendFigures,
};

pub use output::{OutputError, OutputKind, RemoteSink, RemoteWrite};
pub use report::{
    Report, ReportCheck, ReportMetric, ReportRequest, ReportScenario, ReportThreshold, SeriesPoint,
};
pub use run::{
    Engine, EngineSetup, GeneratorHealth, IterationCall, IterationEnd, LittlesLaw, RunEnd,
    RunHandle, RunState, ScenarioRun, Script, ScriptError, Seat, StopReason, VirtualUser,
};
