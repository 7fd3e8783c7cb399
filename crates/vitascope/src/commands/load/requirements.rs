//! What a test will do, before it does: its scenarios, the time and the virtual users that they take.

use std::fmt::Write as _;
use std::time::Duration;

use vita_k6::{Level, Test};
use vita_load::{ExecutorKind, GoDuration, ScenarioOptions, Stage};

use super::logger::Logger;
use crate::terminal;

/// k6's default of `gracefulStop` and `gracefulRampDown`.
const GRACEFUL_DEFAULT: GoDuration = GoDuration::from_secs(30);

/// k6's default of `maxDuration`.
const MAX_DURATION_DEFAULT: GoDuration = GoDuration::from_secs(600);

/// What a test takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Requirements {
    /// The longest it lasts, graceful stops included.
    pub(super) duration: Duration,
    /// The most virtual users at a time.
    pub(super) vus_max: u64,
}

impl Requirements {
    pub(super) fn of(scenarios: &[(String, ScenarioOptions)]) -> Self {
        let extents: Vec<Extent> = scenarios.iter().map(|(_, own)| Extent::of(own)).collect();
        let at_once = |moment: Duration| -> u64 {
            let running = extents.iter();
            let running = running.filter(|own| own.start <= moment && moment < own.end);
            running.map(|own| own.vus).fold(0, u64::saturating_add)
        };
        Self {
            duration: extents.iter().map(|own| own.end).max().unwrap_or_default(),
            // There are most of them when one begins.
            vus_max: extents
                .iter()
                .map(|own| at_once(own.start))
                .max()
                .unwrap_or(0),
        }
    }
}

/// When a scenario has how many virtual users at most.
struct Extent {
    start: Duration,
    end: Duration,
    vus: u64,
}

impl Extent {
    fn of(own: &ScenarioOptions) -> Self {
        let start = own.start_time.unwrap_or_default().0;
        let graceful_stop = own.graceful_stop.unwrap_or(GRACEFUL_DEFAULT).0;
        let end = start
            .saturating_add(regular_duration(own))
            .saturating_add(graceful_stop);
        Self {
            start,
            end,
            vus: vus_max(own),
        }
    }
}

fn regular_duration(own: &ScenarioOptions) -> Duration {
    match own.executor {
        ExecutorKind::ConstantVus | ExecutorKind::ConstantArrivalRate => {
            own.duration.unwrap_or_default().0
        }
        ExecutorKind::SharedIterations | ExecutorKind::PerVuIterations => {
            own.max_duration.unwrap_or(MAX_DURATION_DEFAULT).0
        }
        ExecutorKind::RampingVus | ExecutorKind::RampingArrivalRate => stages(own)
            .iter()
            .map(|stage| stage.duration.0)
            .fold(Duration::ZERO, Duration::saturating_add),
    }
}

fn stages(own: &ScenarioOptions) -> &[Stage] {
    own.stages.as_deref().unwrap_or_default()
}

fn vus_max(own: &ScenarioOptions) -> u64 {
    let vus = own.vus.unwrap_or(1);
    match own.executor {
        ExecutorKind::ConstantVus | ExecutorKind::PerVuIterations => vus,
        ExecutorKind::SharedIterations => vus.min(own.iterations.unwrap_or(1)),
        ExecutorKind::RampingVus => {
            let targets = stages(own).iter().map(|stage| stage.target);
            targets.max().unwrap_or(0).max(own.start_vus.unwrap_or(1))
        }
        ExecutorKind::ConstantArrivalRate | ExecutorKind::RampingArrivalRate => {
            let made_before = own.pre_allocated_vus.unwrap_or(0);
            own.max_vus.unwrap_or(made_before).max(made_before)
        }
    }
}

/// A scenario in a line.
fn describe(own: &ScenarioOptions) -> String {
    let vus = own.vus.unwrap_or(1);
    let iterations = own.iterations.unwrap_or(1);
    let duration = GoDuration(regular_duration(own));
    let rate = |count: u64| {
        let unit = own.time_unit.unwrap_or(GoDuration::from_secs(1));
        format!(
            "{:.2} iterations/s",
            count as f64 / unit.0.as_secs_f64().max(f64::EPSILON)
        )
    };
    let mut text = match own.executor {
        ExecutorKind::ConstantVus => format!("{vus} looping VUs for {duration}"),
        ExecutorKind::SharedIterations => {
            format!("{iterations} iterations shared among {vus} VUs (maxDuration: {duration}")
        }
        ExecutorKind::PerVuIterations => {
            format!("{iterations} iterations for each of {vus} VUs (maxDuration: {duration}")
        }
        ExecutorKind::RampingVus => format!(
            "up to {} looping VUs for {duration} over {} stages",
            vus_max(own),
            stages(own).len()
        ),
        ExecutorKind::ConstantArrivalRate => {
            format!("{} for {duration}", rate(own.rate.unwrap_or(0)))
        }
        ExecutorKind::RampingArrivalRate => {
            let targets = stages(own).iter().map(|stage| stage.target);
            let most = targets.max().unwrap_or(0).max(own.start_rate.unwrap_or(0));
            format!(
                "up to {} for {duration} over {} stages",
                rate(most),
                stages(own).len()
            )
        }
    };
    text.push_str(if text.contains('(') { ", " } else { " (" });
    if own.executor.is_open_loop() {
        let _ = write!(text, "maxVUs: {}, ", vus_max(own));
    }
    if own.executor == ExecutorKind::RampingVus {
        let ramp_down = own.graceful_ramp_down.unwrap_or(GRACEFUL_DEFAULT);
        let _ = write!(text, "gracefulRampDown: {ramp_down}, ");
    }
    if let Some(exec) = &own.exec {
        let _ = write!(text, "exec: {exec}, ");
    }
    if let Some(start) = own.start_time.filter(|start| start.0 > Duration::ZERO) {
        let _ = write!(text, "startTime: {start}, ");
    }
    let graceful_stop = own.graceful_stop.unwrap_or(GRACEFUL_DEFAULT);
    let _ = write!(text, "gracefulStop: {graceful_stop})");
    text
}

/// Says what will be done.
pub(super) fn introduce(
    log: &Logger,
    script: &str,
    test: &Test,
    outputs: &[String],
    page: Option<&str>,
) {
    let Ok(scenarios) = test.options().scenarios_or_shortcuts() else {
        return;
    };
    // What was logged before comes first.
    log.flush();
    let outputs = if outputs.is_empty() {
        "-".to_owned()
    } else {
        outputs.join(", ")
    };
    let needs = Requirements::of(&scenarios);
    terminal::note(format_args!(
        "\n     script: {script}\n     output: {outputs}"
    ));
    if let Some(page) = page {
        terminal::note(format_args!("       page: {page}"));
    }
    terminal::note(format_args!(
        "\n  scenarios: {} with at most {} VUs, {} max duration (incl. graceful stop):",
        scenarios.len(),
        needs.vus_max,
        GoDuration(needs.duration)
    ));
    for (name, scenario) in &scenarios {
        terminal::note(format_args!("           * {name}: {}", describe(scenario)));
    }
    terminal::note("");
    log.say(Level::Debug, "the test begins");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn scenario(value: serde_json::Value) -> (String, ScenarioOptions) {
        ("a".to_owned(), serde_json::from_value(value).unwrap())
    }

    #[test]
    fn scenarios_after_one_another_share_virtual_users() {
        let first = scenario(json!({
            "executor": "constant-vus", "vus": 5, "duration": "10s", "gracefulStop": "0s",
        }));
        let second = scenario(json!({
            "executor": "ramping-vus", "startVUs": 1, "startTime": "10s",
            "stages": [{ "duration": "5s", "target": 8 }, { "duration": "5s", "target": 2 }],
        }));
        let needs = Requirements::of(&[first.clone(), second.clone()]);
        assert_eq!(needs.vus_max, 8);
        assert_eq!(needs.duration, Duration::from_secs(50));
        assert_eq!(
            describe(&first.1),
            "5 looping VUs for 10s (gracefulStop: 0s)"
        );
        assert_eq!(
            describe(&second.1),
            "up to 8 looping VUs for 10s over 2 stages (gracefulRampDown: 30s, startTime: 10s, gracefulStop: 30s)"
        );
    }

    #[test]
    fn rates_are_said_by_the_second() {
        let (_, own) = scenario(json!({
            "executor": "constant-arrival-rate", "rate": 30, "timeUnit": "1m", "duration": "1m",
            "preAllocatedVUs": 3, "maxVUs": 9,
        }));
        assert_eq!(
            describe(&own),
            "0.50 iterations/s for 1m0s (maxVUs: 9, gracefulStop: 30s)"
        );
    }
}
