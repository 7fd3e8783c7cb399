use std::time::Duration;

use super::{Expression, Selector};
use crate::config::{ConfigError, LoadOptions, ThresholdOptions};
use crate::metric::{MetricHub, MetricId, MetricRegistry, SinkKey, SubMetric, builtin};

/// The sub-metric that every run has.
const ALWAYS_SELECTED: (&str, &str) = ("expected_response", "true");

/// The thresholds of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct ThresholdSet {
    entries: Vec<Entry>,
}

/// The thresholds of a metric or sub-metric.
#[derive(Clone, Debug)]
struct Entry {
    key: String,
    sink: SinkKey,
    metric: MetricId,
    thresholds: Vec<Threshold>,
}

#[derive(Clone, Debug)]
struct Threshold {
    source: String,
    expression: Expression,
    abort_on_fail: bool,
    delay: Duration,
}

/// How a threshold stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ThresholdOutcome {
    pub(crate) sink: SinkKey,
    pub(crate) source: String,
    /// The aggregation's name.
    pub(crate) aggregation: String,
    /// Its value; `None` of a rate without samples.
    pub(crate) value: Option<f64>,
    pub(crate) ok: bool,
}

/// What an evaluation in the midst of a run found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Crossed {
    /// Metrics whose thresholds abort the run.
    pub(crate) aborting: Vec<String>,
}

impl ThresholdSet {
    /// Reads thresholds, and the sub-metrics they make; all mistakes are said together.
    pub(crate) fn read(
        options: &LoadOptions,
        registry: &MetricRegistry,
    ) -> Result<(Self, Vec<SubMetric>), Vec<ConfigError>> {
        let mut reader = Reader {
            registry,
            subs: Vec::new(),
            problems: Vec::new(),
        };
        let mut entries: Vec<Entry> = options
            .thresholds
            .iter()
            .flatten()
            .filter_map(|(key, thresholds)| reader.entry(key, thresholds))
            .collect();
        if !reader.problems.is_empty() {
            return Err(reader.problems);
        }
        reader.sub_metric(
            builtin::HTTP_REQ_DURATION,
            format!("{}:{}", ALWAYS_SELECTED.0, ALWAYS_SELECTED.1),
            vec![(ALWAYS_SELECTED.0.to_owned(), ALWAYS_SELECTED.1.to_owned())],
        );
        entries.sort_by(|left, right| left.key.cmp(&right.key));
        Ok((Self { entries }, reader.subs))
    }

    /// Looks at thresholds whose metrics have samples, in the midst of a run.
    pub(crate) fn look(&self, hub: &MetricHub, elapsed: Duration) -> Crossed {
        let mut crossed = Crossed::default();
        for entry in &self.entries {
            let aborts = |t: &&Threshold| t.abort_on_fail && elapsed >= t.delay;
            if !entry.thresholds.iter().any(|threshold| aborts(&threshold)) {
                continue;
            }
            let Some(values) = hub.values(&entry.sink, elapsed) else {
                continue;
            };
            let fails = |threshold: &Threshold| {
                let value = threshold.expression.aggregation.of(&values);
                value.is_some_and(|value| !threshold.expression.holds(value))
            };
            if entry.thresholds.iter().filter(aborts).any(fails) {
                crossed.aborting.push(entry.key.clone());
            }
        }
        crossed
    }

    /// How each threshold stands at the end.
    pub(crate) fn outcomes(&self, hub: &MetricHub, duration: Duration) -> Vec<ThresholdOutcome> {
        let mut outcomes = Vec::new();
        for entry in &self.entries {
            let values = hub.values_or_none_yet(&entry.sink, entry.metric, duration);
            for threshold in &entry.thresholds {
                let value = threshold.expression.aggregation.of(&values);
                outcomes.push(ThresholdOutcome {
                    sink: entry.sink.clone(),
                    source: threshold.source.clone(),
                    aggregation: threshold.expression.aggregation.to_string(),
                    value,
                    ok: value.is_none_or(|value| threshold.expression.holds(value)),
                });
            }
        }
        outcomes
    }

    /// The keys as written, with the texts of their thresholds.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (&SinkKey, impl Iterator<Item = &str>)> {
        self.entries.iter().map(|entry| {
            (
                &entry.sink,
                entry
                    .thresholds
                    .iter()
                    .map(|threshold| threshold.source.as_str()),
            )
        })
    }
}

struct Reader<'a> {
    registry: &'a MetricRegistry,
    subs: Vec<SubMetric>,
    problems: Vec<ConfigError>,
}

impl Reader<'_> {
    fn entry(&mut self, key: &str, thresholds: &[ThresholdOptions]) -> Option<Entry> {
        let problem = |text: String| ConfigError::new(format!("threshold on `{key}`"), text);
        let selector = match Selector::parse(key) {
            Ok(selector) => selector,
            Err(error) => {
                self.problems.push(problem(error));
                return None;
            }
        };
        let Some(info) = self.registry.lookup(&selector.metric) else {
            let text = format!("there is no metric named `{}`", selector.metric);
            self.problems.push(problem(text));
            return None;
        };
        let mut read = Vec::new();
        for threshold in thresholds {
            let threshold = Threshold::new(threshold);
            match threshold {
                Ok(threshold) if !threshold.expression.aggregation.is_of(info.kind) => {
                    self.problems.push(problem(format!(
                        "`{}` doesn't apply to a {}",
                        threshold.expression.aggregation,
                        info.kind.as_str()
                    )));
                }
                Ok(threshold) => read.push(threshold),
                Err(error) => self.problems.push(problem(error)),
            }
        }
        let sink = match selector.suffix {
            None => SinkKey::Metric(info.id),
            Some(suffix) => SinkKey::Sub(self.sub_metric(info.id, suffix, selector.tags)),
        };
        Some(Entry {
            key: key.to_owned(),
            sink,
            metric: info.id,
            thresholds: read,
        })
    }

    /// The position of a sub-metric, made if it is not there.
    fn sub_metric(
        &mut self,
        metric: MetricId,
        suffix: String,
        selector: Vec<(String, String)>,
    ) -> usize {
        let sub = SubMetric {
            metric,
            suffix,
            selector,
        };
        let known = self.subs.iter().position(|known| *known == sub);
        known.unwrap_or_else(|| {
            self.subs.push(sub);
            self.subs.len() - 1
        })
    }
}

impl Threshold {
    fn new(options: &ThresholdOptions) -> Result<Self, String> {
        let (source, abort_on_fail, delay) = match options {
            ThresholdOptions::Expression(source) => (source, false, None),
            ThresholdOptions::Full {
                threshold,
                abort_on_fail,
                delay_abort_eval,
            } => (threshold, *abort_on_fail, *delay_abort_eval),
        };
        Ok(Self {
            source: source.clone(),
            expression: Expression::parse(source)?,
            abort_on_fail,
            delay: delay.unwrap_or_default().0,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::metric::{HubSetup, Recorder};

    fn read(thresholds: &Value) -> Result<(ThresholdSet, Vec<SubMetric>), String> {
        let options: LoadOptions =
            serde_json::from_value(json!({ "thresholds": thresholds })).unwrap();
        ThresholdSet::read(&options, &MetricRegistry::new()).map_err(|problems| {
            problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        })
    }

    fn bed(thresholds: &Value) -> (ThresholdSet, Arc<MetricHub>, Recorder) {
        let (set, subs) = read(thresholds).unwrap();
        let registry = Arc::new(MetricRegistry::new());
        let setup = HubSetup {
            registry,
            subs,
            breaks_down: false,
            raw: None,
        };
        let hub = Arc::new(MetricHub::new(setup));
        let recorder = Recorder::new(hub.clone());
        (set, hub, recorder)
    }

    fn oks(set: &ThresholdSet, hub: &MetricHub) -> Vec<bool> {
        let outcomes = set.outcomes(hub, Duration::from_secs(2));
        outcomes.iter().map(|outcome| outcome.ok).collect()
    }

    #[test]
    fn mistakes_are_said_together_before_the_run() {
        let problems = read(&json!({
            "nothing": ["avg<1"], "http_reqs": ["avg<1"], "checks": ["rate>"], "vus{": ["value>1"],
        }))
        .unwrap_err();
        for part in [
            "no metric named `nothing`",
            "`avg` doesn't apply to a counter",
            "not a number",
            "no closing",
        ] {
            assert!(problems.contains(part), "{part} in {problems}");
        }
    }

    #[test]
    fn sub_metrics_take_the_samples_with_their_tags() {
        let (set, hub, recorder) = bed(&json!({
            "http_req_duration": ["max<100"],
            "http_req_duration{name:slow, group: ::a}": ["max<50", "max<200"],
        }));
        recorder.add(
            builtin::HTTP_REQ_DURATION,
            10.0,
            recorder.tags(&[("name", "fast")]),
        );
        let slow = recorder.tags(&[("name", "slow"), ("group", "::a")]);
        recorder.add(builtin::HTTP_REQ_DURATION, 90.0, slow);
        recorder.flush();
        assert_eq!(oks(&set, &hub), [true, false, true]);
    }

    #[test]
    fn without_samples_numbers_are_zero_and_a_rate_passes() {
        let (set, hub, _) = bed(&json!({
            "checks": ["rate>0.9"], "http_req_duration": ["p(95)<1"], "http_reqs": ["count>0"],
        }));
        assert_eq!(oks(&set, &hub), [true, true, false]);
        let looked = set.look(&hub, Duration::from_secs(9));
        assert!(looked.aborting.is_empty());
    }

    #[test]
    fn a_run_is_aborted_no_sooner_than_its_delay() {
        let (set, hub, recorder) = bed(&json!({ "checks": [
            "rate>0.5",
            { "threshold": "rate>0.9", "abortOnFail": true, "delayAbortEval": "10s" } ] }));
        recorder.add(builtin::CHECKS, 0.0, recorder.tags(&[]));
        recorder.flush();
        assert!(set.look(&hub, Duration::from_secs(9)).aborting.is_empty());
        assert_eq!(set.look(&hub, Duration::from_secs(10)).aborting, ["checks"]);
    }
}
