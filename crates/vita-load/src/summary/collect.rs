//! From the store's sinks to the figures of a run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::{
    MetricSummary, PartSummary, RequestSummary, RunSummary, ThresholdSummary, TrendFigures,
    TrendStat,
};
use crate::config::TimeUnit;
use crate::metric::{
    Dimension, MetricHub, MetricId, MetricInfo, MetricValues, SinkKey, TrendValues, builtin,
};
use crate::threshold::{ThresholdOutcome, ThresholdSet};

/// How figures are to be shown.
#[derive(Clone, Debug)]
pub(crate) struct Showing {
    pub(crate) trend_stats: Vec<TrendStat>,
    pub(crate) time_unit: Option<TimeUnit>,
}

/// The figures of a run after `duration`.
pub(crate) fn collect(
    hub: &MetricHub,
    thresholds: &ThresholdSet,
    duration: Duration,
    showing: Showing,
) -> RunSummary {
    let collector = Collector {
        hub,
        outcomes: thresholds.outcomes(hub, duration),
        duration,
    };
    let mut infos = hub.registry.list();
    infos.sort_by(|left, right| left.name.cmp(&right.name));
    let (own, known): (Vec<MetricInfo>, Vec<MetricInfo>) = infos
        .into_iter()
        .partition(|info| builtin::is_beyond_k6(info.id));
    RunSummary {
        duration,
        metrics: known
            .iter()
            .filter_map(|info| collector.metric(info))
            .collect(),
        own_metrics: own
            .iter()
            .filter_map(|info| collector.metric(info))
            .collect(),
        root_group: hub.check_tree(),
        parts: collector.parts(),
        requests: collector.requests(),
        trend_stats: showing.trend_stats,
        time_unit: showing.time_unit,
    }
}

struct Collector<'a> {
    hub: &'a MetricHub,
    outcomes: Vec<ThresholdOutcome>,
    duration: Duration,
}

impl Collector<'_> {
    /// A metric, when there is anything to say of it.
    fn metric(&self, info: &MetricInfo) -> Option<MetricSummary> {
        let key = SinkKey::Metric(info.id);
        let thresholds = self.thresholds(&key);
        let subs = self.subs(info);
        let values = self.hub.values(&key, self.duration);
        if values.is_none() && thresholds.is_empty() && subs.is_empty() {
            return None;
        }
        Some(MetricSummary {
            name: info.name.to_string(),
            suffix: None,
            kind: info.kind,
            contains: info.contains,
            values: values.unwrap_or_else(|| MetricValues::none_yet(info.kind)),
            thresholds,
            subs,
        })
    }

    fn subs(&self, info: &MetricInfo) -> Vec<MetricSummary> {
        let mut subs: Vec<MetricSummary> = self
            .hub
            .routes
            .subs()
            .iter()
            .enumerate()
            .filter(|(_, sub)| sub.metric == info.id)
            .filter_map(|(position, sub)| {
                let key = SinkKey::Sub(position);
                let thresholds = self.thresholds(&key);
                let values = self.hub.values(&key, self.duration);
                if values.is_none() && thresholds.is_empty() {
                    return None;
                }
                Some(MetricSummary {
                    name: format!("{}{{{}}}", info.name, sub.suffix),
                    suffix: Some(sub.suffix.clone()),
                    kind: info.kind,
                    contains: info.contains,
                    values: values.unwrap_or_else(|| MetricValues::none_yet(info.kind)),
                    thresholds,
                    subs: Vec::new(),
                })
            })
            .collect();
        subs.sort_by(|left, right| left.name.cmp(&right.name));
        subs
    }

    fn thresholds(&self, key: &SinkKey) -> Vec<ThresholdSummary> {
        let own = self.outcomes.iter().filter(|outcome| outcome.sink == *key);
        own.map(|outcome| ThresholdSummary {
            source: outcome.source.clone(),
            aggregation: outcome.aggregation.clone(),
            value: outcome.value,
            ok: outcome.ok,
        })
        .collect()
    }

    /// The series of some dimensions: each value's metrics.
    fn series(&self, wanted: &[Dimension]) -> BTreeMap<(usize, Arc<str>), Vec<MetricId>> {
        let mut series: BTreeMap<(usize, Arc<str>), Vec<MetricId>> = BTreeMap::new();
        for key in self.hub.routes.keys() {
            if let SinkKey::Series {
                dimension,
                value,
                metric,
            } = key
                && let Some(order) = wanted.iter().position(|own| *own == dimension)
            {
                series.entry((order, value)).or_default().push(metric);
            }
        }
        series
    }

    fn parts(&self) -> Vec<PartSummary> {
        let dimensions = [Dimension::Scenario, Dimension::Group];
        let series = self.series(&dimensions);
        if !series.keys().any(|(order, _)| *order == 0) {
            return Vec::new();
        }
        series
            .into_iter()
            .map(|((order, value), metrics)| {
                let dimension = dimensions[order];
                let metric = |id: MetricId| {
                    let key = SinkKey::Series {
                        dimension,
                        value: value.clone(),
                        metric: id,
                    };
                    let info = self.hub.registry.info(id);
                    Some(MetricSummary {
                        name: info.name.to_string(),
                        suffix: None,
                        kind: info.kind,
                        contains: info.contains,
                        values: self.hub.values(&key, self.duration)?,
                        thresholds: Vec::new(),
                        subs: Vec::new(),
                    })
                };
                let mut metrics: Vec<MetricSummary> = metrics
                    .into_iter()
                    .filter(|id| !builtin::is_beyond_k6(*id))
                    .filter_map(metric)
                    .collect();
                metrics.sort_by(|left, right| left.name.cmp(&right.name));
                PartSummary {
                    name: value.to_string(),
                    is_scenario: order == 0,
                    metrics,
                }
            })
            .collect()
    }

    fn requests(&self) -> Vec<RequestSummary> {
        let dimensions = [Dimension::Name, Dimension::Group];
        let mut requests: Vec<RequestSummary> = self
            .series(&dimensions)
            .into_keys()
            .filter_map(|(order, value)| {
                let values = |metric| {
                    let dimension = dimensions[order];
                    let key = SinkKey::Series {
                        dimension,
                        value: value.clone(),
                        metric,
                    };
                    self.hub.values(&key, self.duration)
                };
                let Some(MetricValues::Trend(durations)) = values(builtin::HTTP_REQ_DURATION)
                else {
                    return None;
                };
                let failed = match values(builtin::HTTP_REQ_FAILED) {
                    Some(MetricValues::Rate { passes, .. }) => passes,
                    _ => 0,
                };
                Some(RequestSummary {
                    name: value.to_string(),
                    is_group: order == 1,
                    durations: durations.figures(),
                    failed,
                })
            })
            .collect();
        requests
            .sort_by_key(|request| (request.is_group, std::cmp::Reverse(request.durations.count)));
        requests
    }
}

impl TrendValues {
    /// The usual figures.
    pub fn figures(&self) -> TrendFigures {
        let percentiles = self.percentiles(&[50.0, 90.0, 95.0, 99.0]);
        TrendFigures {
            count: self.count(),
            avg: self.avg(),
            p50: percentiles[0],
            p90: percentiles[1],
            p95: percentiles[2],
            p99: percentiles[3],
            max: self.max(),
        }
    }
}
