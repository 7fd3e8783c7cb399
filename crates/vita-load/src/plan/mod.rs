//! When what runs: options checked and made plain, as pure values and functions of time.

mod arrivals;
mod derive;
mod ramp;

use std::collections::BTreeMap;
use std::time::Duration;

pub(crate) use arrivals::{Arrivals, RateStage};
pub(crate) use derive::plan_scenarios;
pub(crate) use ramp::Ramp;

use crate::config::ExecutorKind;

/// Virtual users of a run. Their runtimes alone would take 24 GB; a typing error asks for more.
pub(crate) const VUS_MAX: u64 = 100_000;

/// A scenario that can be run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ScenarioPlan {
    pub(crate) name: String,
    pub(crate) exec: String,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) start_time: Duration,
    pub(crate) graceful_stop: Duration,
    pub(crate) pacing: Pacing,
}

/// How a scenario's iterations are begun.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pacing {
    ConstantVus {
        vus: u64,
        duration: Duration,
    },
    RampingVus {
        ramp: Ramp,
        graceful_ramp_down: Duration,
    },
    SharedIterations {
        vus: u64,
        iterations: u64,
        max_duration: Duration,
    },
    PerVuIterations {
        vus: u64,
        iterations: u64,
        max_duration: Duration,
    },
    ArrivalRate {
        kind: ExecutorKind,
        arrivals: Arrivals,
        pre_allocated_vus: u64,
        max_vus: u64,
    },
}

impl Pacing {
    pub(crate) const fn kind(&self) -> ExecutorKind {
        match self {
            Self::ConstantVus { .. } => ExecutorKind::ConstantVus,
            Self::RampingVus { .. } => ExecutorKind::RampingVus,
            Self::SharedIterations { .. } => ExecutorKind::SharedIterations,
            Self::PerVuIterations { .. } => ExecutorKind::PerVuIterations,
            Self::ArrivalRate { kind, .. } => *kind,
        }
    }

    /// The virtual users made before the run.
    pub(crate) fn planned_vus(&self) -> u64 {
        match self {
            Self::ConstantVus { vus, .. }
            | Self::SharedIterations { vus, .. }
            | Self::PerVuIterations { vus, .. } => *vus,
            Self::RampingVus { ramp, .. } => ramp.max(),
            Self::ArrivalRate {
                pre_allocated_vus, ..
            } => *pre_allocated_vus,
        }
    }

    /// The most virtual users, those made during the run included.
    pub(crate) fn max_vus(&self) -> u64 {
        match self {
            Self::ArrivalRate { max_vus, .. } => *max_vus,
            _ => self.planned_vus(),
        }
    }

    /// From its start until no iteration begins any more.
    pub(crate) fn duration(&self) -> Duration {
        match self {
            Self::ConstantVus { duration, .. } => *duration,
            Self::RampingVus { ramp, .. } => ramp.duration(),
            Self::SharedIterations { max_duration, .. }
            | Self::PerVuIterations { max_duration, .. } => *max_duration,
            Self::ArrivalRate { arrivals, .. } => arrivals.duration(),
        }
    }
}

impl ScenarioPlan {
    /// From the run's start until its virtual users are free again at the latest.
    pub(crate) fn latest_end(&self) -> Duration {
        let regular = self.start_time.saturating_add(self.pacing.duration());
        regular.saturating_add(self.graceful_stop)
    }
}

/// The virtual users to make before the run: as many as scenarios that overlap have planned.
pub(crate) fn vus_to_make(scenarios: &[ScenarioPlan]) -> u64 {
    // The need can only grow when a scenario begins.
    let need_at = |time: Duration| -> u64 {
        scenarios
            .iter()
            .filter(|scenario| scenario.start_time <= time && time < scenario.latest_end())
            .map(|scenario| scenario.pacing.planned_vus())
            .sum()
    };
    scenarios
        .iter()
        .map(|scenario| need_at(scenario.start_time))
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(start_secs: u64, secs: u64, vus: u64) -> ScenarioPlan {
        ScenarioPlan {
            name: String::new(),
            exec: String::new(),
            env: BTreeMap::new(),
            tags: BTreeMap::new(),
            start_time: Duration::from_secs(start_secs),
            graceful_stop: Duration::from_secs(5),
            pacing: Pacing::ConstantVus {
                vus,
                duration: Duration::from_secs(secs),
            },
        }
    }

    #[test]
    fn scenarios_one_after_another_share_virtual_users() {
        assert_eq!(vus_to_make(&[scenario(0, 10, 7), scenario(15, 10, 5)]), 7);
        assert_eq!(vus_to_make(&[scenario(0, 10, 7), scenario(14, 10, 5)]), 12);
        assert_eq!(vus_to_make(&[]), 0);
    }
}
