//! What a run is to do, as it is written: plain values, not yet checked.

mod scenario;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::duration::GoDuration;

pub use scenario::{ExecutorKind, ScenarioOptions, Stage};

/// The options that the engine acts on, under k6's names. Those of the network and the script are
/// beside it (`#[serde(flatten)]`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LoadOptions {
    /// Virtual users of the shortcut forms.
    pub vus: Option<u64>,
    /// Shortcut: this long with constant virtual users; with `iterations`, their `maxDuration`.
    pub duration: Option<GoDuration>,
    /// Shortcut: so many iterations, shared by `vus`.
    pub iterations: Option<u64>,
    /// Shortcut: ramping virtual users.
    pub stages: Option<Vec<Stage>>,
    /// The scenarios by name, in the order written.
    pub scenarios: Option<IndexMap<String, ScenarioOptions>>,
    /// The thresholds by metric or sub-metric.
    pub thresholds: Option<IndexMap<String, Vec<ThresholdOptions>>>,
    /// Leave `setup()` out.
    pub no_setup: Option<bool>,
    /// How long `setup()` may take; default 60 s.
    pub setup_timeout: Option<GoDuration>,
    /// Leave `teardown()` out.
    pub no_teardown: Option<bool>,
    /// How long `teardown()` may take; default 60 s.
    pub teardown_timeout: Option<GoDuration>,
    /// The shortest time from one iteration's start to the same virtual user's next.
    pub min_iteration_duration: Option<GoDuration>,
    /// The statistics of a trend in the summary.
    pub summary_trend_stats: Option<Vec<String>>,
    /// The unit of times in the summary; default: each time in its own.
    pub summary_time_unit: Option<TimeUnit>,
    /// The system tags to keep; default: k6's.
    pub system_tags: Option<Vec<String>>,
    /// Tags of every sample.
    pub tags: Option<BTreeMap<String, String>>,
}

/// A threshold: the expression alone, or with how it aborts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ThresholdOptions {
    /// `"p(95)<500"`
    Expression(String),
    /// `{ threshold: "p(95)<500", abortOnFail: true, delayAbortEval: "10s" }`
    #[serde(rename_all = "camelCase")]
    Full {
        /// The expression.
        threshold: String,
        /// Whether the run ends once it fails.
        #[serde(default)]
        abort_on_fail: bool,
        /// How long after the run's start it begins to abort.
        #[serde(default)]
        delay_abort_eval: Option<GoDuration>,
    },
}

/// A fixed unit of times in the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeUnit {
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Microseconds.
    #[serde(rename = "us")]
    Microseconds,
}

/// How much the summary at the end says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SummaryMode {
    /// The totals.
    #[default]
    Compact,
    /// The totals with every metric, then each scenario and group.
    Full,
    /// Nothing.
    Disabled,
}

/// Why options can't be run (exit code 104).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{subject}: {problem}")]
pub struct ConfigError {
    /// The option, scenario or threshold.
    pub subject: String,
    /// What is wrong and what to do.
    pub problem: String,
}

impl ConfigError {
    pub(crate) fn new(subject: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            problem: problem.into(),
        }
    }
}
