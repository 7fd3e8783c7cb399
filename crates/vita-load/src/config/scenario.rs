use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::duration::GoDuration;

/// A scenario as it is written; which fields it may have depends on its executor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScenarioOptions {
    /// What paces it.
    pub executor: ExecutorKind,
    /// When it begins, after the run's start; default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<GoDuration>,
    /// How long iterations may go on after its end; default 30 s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub graceful_stop: Option<GoDuration>,
    /// The exported function; default `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exec: Option<String>,
    /// Environment variables of its iterations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<BTreeMap<String, String>>,
    /// Tags of its samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// Further options, of the browser; kept for `exec.test.options`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<serde_json::Value>,
    /// Virtual users; default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vus: Option<u64>,
    /// Iterations, of all or of each; default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u64>,
    /// The longest time for its iterations; default 10 min.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_duration: Option<GoDuration>,
    /// How long it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<GoDuration>,
    /// Virtual users at the start; default 1.
    #[serde(default, rename = "startVUs", skip_serializing_if = "Option::is_none")]
    pub start_vus: Option<u64>,
    /// The stages of a ramp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stages: Option<Vec<Stage>>,
    /// How long an iteration may go on after a ramp has taken its virtual user; default 30 s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub graceful_ramp_down: Option<GoDuration>,
    /// Iterations in each `timeUnit` at the start; default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_rate: Option<u64>,
    /// Iterations in each `timeUnit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<u64>,
    /// The time of which rates speak; default 1 s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_unit: Option<GoDuration>,
    /// Virtual users made before the run.
    #[serde(
        default,
        rename = "preAllocatedVUs",
        skip_serializing_if = "Option::is_none"
    )]
    pub pre_allocated_vus: Option<u64>,
    /// The most virtual users, the rest being made during the run; default `preAllocatedVUs`.
    #[serde(default, rename = "maxVUs", skip_serializing_if = "Option::is_none")]
    pub max_vus: Option<u64>,
}

impl ScenarioOptions {
    /// A scenario of which only the executor is said.
    pub fn new(executor: ExecutorKind) -> Self {
        Self {
            executor,
            start_time: None,
            graceful_stop: None,
            exec: None,
            env: None,
            tags: None,
            options: None,
            vus: None,
            iterations: None,
            max_duration: None,
            duration: None,
            start_vus: None,
            stages: None,
            graceful_ramp_down: None,
            start_rate: None,
            rate: None,
            time_unit: None,
            pre_allocated_vus: None,
            max_vus: None,
        }
    }
}

/// A ramp to `target`, from where the stage before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// How long it takes; zero jumps.
    pub duration: GoDuration,
    /// Virtual users, or iterations in each `timeUnit`, at its end.
    pub target: u64,
}

/// What paces a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExecutorKind {
    /// Each of `vus` iterates for `duration`.
    ConstantVus,
    /// The number of iterating virtual users follows `stages`.
    RampingVus,
    /// `vus` share `iterations`.
    SharedIterations,
    /// Each of `vus` runs `iterations`.
    PerVuIterations,
    /// `rate` iterations begin in each `timeUnit`, however long they take.
    ConstantArrivalRate,
    /// As before, the rate following `stages`.
    RampingArrivalRate,
}

impl ExecutorKind {
    /// Its name in options.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConstantVus => "constant-vus",
            Self::RampingVus => "ramping-vus",
            Self::SharedIterations => "shared-iterations",
            Self::PerVuIterations => "per-vu-iterations",
            Self::ConstantArrivalRate => "constant-arrival-rate",
            Self::RampingArrivalRate => "ramping-arrival-rate",
        }
    }

    /// Whether iterations begin by the clock, not when one before them has ended.
    pub const fn is_open_loop(self) -> bool {
        matches!(self, Self::ConstantArrivalRate | Self::RampingArrivalRate)
    }
}

impl fmt::Display for ExecutorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
