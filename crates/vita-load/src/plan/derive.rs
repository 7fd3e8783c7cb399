//! From options as they are written to scenarios that can be run.

use std::time::Duration;

use super::{Arrivals, Pacing, Ramp, RateStage, ScenarioPlan, VUS_MAX};
use crate::config::{ConfigError, ExecutorKind, LoadOptions, ScenarioOptions, Stage};
use crate::duration::GoDuration;

/// How long iterations go on after their scenario's end, and after a ramp took their virtual user.
const GRACEFUL_DEFAULT: Duration = Duration::from_secs(30);

/// The longest time for a number of iterations.
const MAX_DURATION_DEFAULT: GoDuration = GoDuration::from_secs(600);

/// The scenario of runs that name none.
const DEFAULT_NAME: &str = "default";

impl LoadOptions {
    /// The scenarios to run: those written, or what the shortcuts (`vus`, `duration`, `iterations`,
    /// `stages`) stand for.
    pub fn scenarios_or_shortcuts(&self) -> Result<Vec<(String, ScenarioOptions)>, ConfigError> {
        let has_shortcut =
            self.duration.is_some() || self.iterations.is_some() || self.stages.is_some();
        if let Some(scenarios) = &self.scenarios {
            if has_shortcut {
                return Err(ConfigError::new(
                    "scenarios",
                    "can't be used together with `duration`, `iterations` or `stages`: leave one out",
                ));
            }
            if !scenarios.is_empty() {
                return Ok(scenarios.clone().into_iter().collect());
            }
        }
        Ok(vec![(DEFAULT_NAME.to_owned(), self.shortcut()?)])
    }

    fn shortcut(&self) -> Result<ScenarioOptions, ConfigError> {
        let conflict = |two: &str| {
            ConfigError::new(
                "options",
                format!("{two} can't be used together: leave one out"),
            )
        };
        if let Some(stages) = self.stages.as_ref().filter(|stages| !stages.is_empty()) {
            if self.iterations.is_some() {
                return Err(conflict("`iterations` and `stages`"));
            }
            if self.duration.is_some() {
                return Err(conflict("`duration` and `stages`"));
            }
            return Ok(ScenarioOptions {
                start_vus: self.vus,
                stages: Some(stages.clone()),
                ..ScenarioOptions::new(ExecutorKind::RampingVus)
            });
        }
        if self.iterations.is_none() && self.duration.is_some() {
            return Ok(ScenarioOptions {
                vus: self.vus,
                duration: self.duration,
                ..ScenarioOptions::new(ExecutorKind::ConstantVus)
            });
        }
        // Virtual users alone ask for nothing: one iteration, by one of them.
        let vus = self.iterations.and(self.vus);
        Ok(ScenarioOptions {
            vus,
            iterations: self.iterations,
            max_duration: self.duration,
            ..ScenarioOptions::new(ExecutorKind::SharedIterations)
        })
    }
}

/// The scenarios of options in the order written, or everything that is wrong with them.
pub(crate) fn plan_scenarios(options: &LoadOptions) -> Result<Vec<ScenarioPlan>, Vec<ConfigError>> {
    let written = options
        .scenarios_or_shortcuts()
        .map_err(|error| vec![error])?;
    let mut problems = Vec::new();
    let mut plans = Vec::new();
    for (name, scenario) in written {
        let before = problems.len();
        let plan = Reader {
            name: &name,
            options: &scenario,
            problems: &mut problems,
        }
        .plan();
        if problems.len() == before {
            plans.push(plan);
        }
    }
    let most: u64 = plans
        .iter()
        .map(|plan| plan.pacing.max_vus())
        .fold(0, u64::saturating_add);
    if most > VUS_MAX {
        problems.push(ConfigError::new(
            "scenarios",
            format!("they ask for {most} virtual users: the limit is {VUS_MAX}"),
        ));
    }
    if problems.is_empty() {
        Ok(plans)
    } else {
        Err(problems)
    }
}

/// Reads one scenario, collecting what is wrong with it.
struct Reader<'a> {
    name: &'a str,
    options: &'a ScenarioOptions,
    problems: &'a mut Vec<ConfigError>,
}

impl Reader<'_> {
    fn plan(mut self) -> ScenarioPlan {
        self.check_name();
        self.check_fields();
        let options = self.options;
        let pacing = self.pacing();
        let exec = options
            .exec
            .clone()
            .unwrap_or_else(|| DEFAULT_NAME.to_owned());
        if exec.is_empty() {
            self.problem("exec", "is empty: name an exported function");
        }
        ScenarioPlan {
            name: self.name.to_owned(),
            exec,
            env: options.env.clone().unwrap_or_default(),
            tags: options.tags.clone().unwrap_or_default(),
            start_time: options.start_time.unwrap_or_default().0,
            graceful_stop: options
                .graceful_stop
                .map_or(GRACEFUL_DEFAULT, |value| value.0),
            pacing,
        }
    }

    fn problem(&mut self, field: &str, problem: impl Into<String>) {
        let subject = format!("scenario `{}`, `{field}`", self.name);
        self.problems.push(ConfigError::new(subject, problem));
    }

    fn check_name(&mut self) {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if self.name.is_empty() || !self.name.chars().all(is_plain) {
            self.problem("name", "may hold only letters, digits, `_` and `-`");
        }
    }

    /// A field of another executor is a mistake, not something to pass over.
    fn check_fields(&mut self) {
        use ExecutorKind as Kind;
        let o = self.options;
        let closed = [
            Kind::ConstantVus,
            Kind::SharedIterations,
            Kind::PerVuIterations,
        ];
        let counted = [Kind::SharedIterations, Kind::PerVuIterations];
        let ramps = [Kind::RampingVus, Kind::RampingArrivalRate];
        let open = [Kind::ConstantArrivalRate, Kind::RampingArrivalRate];
        let fields: [(&str, bool, &[Kind]); 12] = [
            ("vus", o.vus.is_some(), &closed),
            ("iterations", o.iterations.is_some(), &counted),
            ("maxDuration", o.max_duration.is_some(), &counted),
            (
                "duration",
                o.duration.is_some(),
                &[Kind::ConstantVus, Kind::ConstantArrivalRate],
            ),
            ("startVUs", o.start_vus.is_some(), &[Kind::RampingVus]),
            ("stages", o.stages.is_some(), &ramps),
            (
                "gracefulRampDown",
                o.graceful_ramp_down.is_some(),
                &[Kind::RampingVus],
            ),
            (
                "startRate",
                o.start_rate.is_some(),
                &[Kind::RampingArrivalRate],
            ),
            ("rate", o.rate.is_some(), &[Kind::ConstantArrivalRate]),
            ("timeUnit", o.time_unit.is_some(), &open),
            ("preAllocatedVUs", o.pre_allocated_vus.is_some(), &open),
            ("maxVUs", o.max_vus.is_some(), &open),
        ];
        for (field, is_set, executors) in fields {
            if is_set && !executors.contains(&o.executor) {
                self.problem(
                    field,
                    format!("is not a field of executor `{}`", o.executor),
                );
            }
        }
    }

    fn pacing(&mut self) -> Pacing {
        match self.options.executor {
            ExecutorKind::ConstantVus => Pacing::ConstantVus {
                vus: self.vus(),
                duration: self.duration(),
            },
            ExecutorKind::RampingVus => self.ramping_vus(),
            ExecutorKind::SharedIterations => {
                let (vus, iterations) = (self.vus(), self.iterations());
                if iterations < vus {
                    let problem =
                        format!("{iterations} can't be less than the {vus} virtual users");
                    self.problem("iterations", problem);
                }
                Pacing::SharedIterations {
                    vus,
                    iterations,
                    max_duration: self.max_duration(),
                }
            }
            ExecutorKind::PerVuIterations => Pacing::PerVuIterations {
                vus: self.vus(),
                iterations: self.iterations(),
                max_duration: self.max_duration(),
            },
            ExecutorKind::ConstantArrivalRate | ExecutorKind::RampingArrivalRate => {
                self.arrival_rate()
            }
        }
    }

    fn vus(&mut self) -> u64 {
        self.positive("vus", self.options.vus.unwrap_or(1))
    }

    fn iterations(&mut self) -> u64 {
        self.positive("iterations", self.options.iterations.unwrap_or(1))
    }

    fn positive(&mut self, field: &str, value: u64) -> u64 {
        if value == 0 {
            self.problem(field, "must be more than 0");
        }
        value
    }

    fn duration(&mut self) -> Duration {
        let Some(duration) = self.options.duration else {
            self.problem("duration", "is missing: say how long it lasts, e.g. `30s`");
            return Duration::ZERO;
        };
        self.at_least_a_second("duration", duration)
    }

    fn max_duration(&mut self) -> Duration {
        let duration = self.options.max_duration.unwrap_or(MAX_DURATION_DEFAULT);
        self.at_least_a_second("maxDuration", duration)
    }

    fn at_least_a_second(&mut self, field: &str, duration: GoDuration) -> Duration {
        if duration < GoDuration::from_secs(1) {
            self.problem(field, format!("is `{duration}`: the least is `1s`"));
        }
        duration.0
    }

    fn stages(&mut self) -> Vec<Stage> {
        let stages = self.options.stages.clone().unwrap_or_default();
        if stages.is_empty() {
            self.problem("stages", "is missing: it needs one stage at least");
        }
        stages
    }

    fn ramping_vus(&mut self) -> Pacing {
        let stages = self.stages();
        let ramp = Ramp::new(self.options.start_vus.unwrap_or(1), stages);
        if ramp.max() == 0 {
            self.problem("stages", "neither `startVUs` nor a target is more than 0");
        }
        let graceful_ramp_down = self
            .options
            .graceful_ramp_down
            .map_or(GRACEFUL_DEFAULT, |value| value.0);
        Pacing::RampingVus {
            ramp,
            graceful_ramp_down,
        }
    }

    fn arrival_rate(&mut self) -> Pacing {
        let unit = self.options.time_unit.unwrap_or(GoDuration::from_secs(1));
        if unit.0.is_zero() {
            self.problem("timeUnit", "must be more than 0");
        }
        let unit_secs = unit.0.as_secs_f64().max(f64::MIN_POSITIVE);
        let per_sec = |rate: u64| rate as f64 / unit_secs;
        let arrivals = if self.options.executor == ExecutorKind::ConstantArrivalRate {
            let Some(rate) = self.options.rate.filter(|rate| *rate > 0) else {
                self.problem("rate", "is missing or 0: say how many iterations begin");
                return self.arrivals_of(Arrivals::constant(0.0, Duration::ZERO));
            };
            Arrivals::constant(per_sec(rate), self.duration())
        } else {
            let stage = |stage: &Stage| RateStage {
                duration: stage.duration.0,
                target_rate: per_sec(stage.target),
            };
            let stages: Vec<RateStage> = self.stages().iter().map(stage).collect();
            Arrivals::ramping(per_sec(self.options.start_rate.unwrap_or(0)), &stages)
        };
        self.arrivals_of(arrivals)
    }

    fn arrivals_of(&mut self, arrivals: Arrivals) -> Pacing {
        let Some(pre_allocated_vus) = self.options.pre_allocated_vus else {
            self.problem(
                "preAllocatedVUs",
                "is missing: say how many virtual users to make before",
            );
            return Pacing::ArrivalRate {
                kind: self.options.executor,
                arrivals,
                pre_allocated_vus: 0,
                max_vus: 0,
            };
        };
        let max_vus = self.options.max_vus.unwrap_or(pre_allocated_vus);
        if max_vus < pre_allocated_vus {
            self.problem(
                "maxVUs",
                format!("{max_vus} can't be less than `preAllocatedVUs`, {pre_allocated_vus}"),
            );
        }
        self.positive("maxVUs", max_vus);
        Pacing::ArrivalRate {
            kind: self.options.executor,
            arrivals,
            pre_allocated_vus,
            max_vus,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plans(options: serde_json::Value) -> Result<Vec<ScenarioPlan>, String> {
        let options: LoadOptions = serde_json::from_value(options).map_err(|e| e.to_string())?;
        plan_scenarios(&options).map_err(|problems| {
            problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        })
    }

    fn pacing(options: serde_json::Value) -> Pacing {
        plans(options).unwrap().remove(0).pacing
    }

    #[test]
    fn shortcuts_stand_for_scenarios() {
        let secs = Duration::from_secs;
        assert_eq!(
            pacing(json!({})),
            Pacing::SharedIterations {
                vus: 1,
                iterations: 1,
                max_duration: secs(600)
            }
        );
        assert_eq!(
            pacing(json!({ "vus": 3, "duration": "10s" })),
            Pacing::ConstantVus {
                vus: 3,
                duration: secs(10)
            }
        );
        assert_eq!(
            pacing(json!({ "vus": 3, "iterations": 9, "duration": 20_000 })),
            Pacing::SharedIterations {
                vus: 3,
                iterations: 9,
                max_duration: secs(20)
            }
        );
        let stages = json!([{ "duration": "5s", "target": 4 }]);
        assert_eq!(pacing(json!({ "stages": stages })).planned_vus(), 4);
        let both = plans(json!({ "stages": stages, "iterations": 3 })).unwrap_err();
        assert!(both.contains("`iterations` and `stages`"), "{both}");
    }

    #[test]
    fn defaults_are_those_of_the_executors() {
        let plan = plans(json!({ "scenarios": { "a": { "executor": "per-vu-iterations" } } }));
        let plan = plan.unwrap().remove(0);
        assert_eq!(
            (plan.exec.as_str(), plan.graceful_stop),
            ("default", GRACEFUL_DEFAULT)
        );
        assert_eq!(
            plan.pacing,
            Pacing::PerVuIterations {
                vus: 1,
                iterations: 1,
                max_duration: Duration::from_mins(10)
            }
        );
        let open = json!({ "scenarios": { "a": {
            "executor": "constant-arrival-rate", "rate": 90, "timeUnit": "1m", "duration": "10s",
            "preAllocatedVUs": 2 } } });
        assert_eq!(
            pacing(open),
            Pacing::ArrivalRate {
                kind: ExecutorKind::ConstantArrivalRate,
                arrivals: Arrivals::constant(1.5, Duration::from_secs(10)),
                pre_allocated_vus: 2,
                max_vus: 2,
            }
        );
    }

    #[test]
    fn all_mistakes_are_said_together() {
        let problems = plans(json!({ "scenarios": {
            "bad name": { "executor": "constant-vus", "duration": "1s" },
            "a": { "executor": "constant-vus", "stages": [], "vus": 0 },
            "b": { "executor": "ramping-arrival-rate", "preAllocatedVUs": 9, "maxVUs": 3 },
        } }))
        .unwrap_err();
        for part in [
            "bad name",
            "`stages`: is not a field",
            "`vus`: must",
            "`duration`: is missing",
            "`stages`: is missing",
            "`maxVUs`: 3 can't be less",
        ] {
            assert!(problems.contains(part), "{part} in {problems}");
        }
        assert!(plans(json!({ "scenarios": { "a": { "executor": "magic" } } })).is_err());
        let typo = json!({ "scenarios": { "a": { "executor": "constant-vus", "vsu": 1 } } });
        assert!(plans(typo).unwrap_err().contains("vsu"));
        let many = plans(json!({ "vus": 1_000_000, "duration": "1s" })).unwrap_err();
        assert!(many.contains("100000"), "{many}");
    }
}
