//! What is said at a run's end: texts in both of k6's layouts, and the same as values.

mod classic;
mod collect;
mod current;
mod data;
mod layout;
mod numbers;

use std::time::Duration;

use crate::config::TimeUnit;
use crate::metric::{Contains, Group, MetricKind, MetricValues};
use crate::threshold::Aggregation;

pub(crate) use collect::{Showing, collect};
pub use data::SummaryContext;
pub(crate) use data::number;

/// The figures of a run that is over, or as they stand.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// How long it took, `setup()` and `teardown()` included.
    pub duration: Duration,
    /// The metrics that have samples or thresholds, by name.
    pub metrics: Vec<MetricSummary>,
    /// Those that k6 doesn't know, by name.
    pub own_metrics: Vec<MetricSummary>,
    /// The groups and checks.
    pub root_group: Group,
    /// Each scenario's and then each group's metrics, when they were told apart.
    pub parts: Vec<PartSummary>,
    /// Each request name's figures, the most frequent first.
    pub requests: Vec<RequestSummary>,
    /// The statistics of trends to show.
    pub(crate) trend_stats: Vec<TrendStat>,
    pub(crate) time_unit: Option<TimeUnit>,
}

/// The figures of a metric or sub-metric.
#[derive(Clone, Debug)]
pub struct MetricSummary {
    /// Its name; a sub-metric's has its selector in braces.
    pub name: String,
    /// A sub-metric's selector as written.
    pub suffix: Option<String>,
    /// How its samples are taken together.
    pub kind: MetricKind,
    /// What they are.
    pub contains: Contains,
    /// What became of them.
    pub values: MetricValues,
    /// Its thresholds, in the order written.
    pub thresholds: Vec<ThresholdSummary>,
    /// Its sub-metrics, by name.
    pub subs: Vec<Self>,
}

/// How a threshold stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ThresholdSummary {
    /// It, as written.
    pub source: String,
    /// Its aggregation's name.
    pub aggregation: String,
    /// Its aggregation's value; `None` of a rate without samples.
    pub value: Option<f64>,
    /// Whether it holds.
    pub ok: bool,
}

/// The figures of a scenario or group.
#[derive(Clone, Debug)]
pub struct PartSummary {
    /// The scenario's name or the group's path.
    pub name: String,
    /// Whether it is a scenario.
    pub is_scenario: bool,
    /// Its metrics, by name.
    pub metrics: Vec<MetricSummary>,
}

/// The figures of the requests of one name, or in one group.
#[derive(Clone, Debug)]
pub struct RequestSummary {
    /// Method and name, or the group's path.
    pub name: String,
    /// Whether it is a group.
    pub is_group: bool,
    /// Their durations, in milliseconds.
    pub durations: TrendFigures,
    /// How many failed.
    pub failed: u64,
}

/// The usual figures of a distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TrendFigures {
    /// How many there are.
    pub count: u64,
    /// The mean.
    pub avg: f64,
    /// The median.
    pub p50: f64,
    /// The value below which 90 of 100 lie.
    pub p90: f64,
    /// The value below which 95 of 100 lie.
    pub p95: f64,
    /// The value below which 99 of 100 lie.
    pub p99: f64,
    /// The greatest.
    pub max: f64,
}

/// A statistic of trends, under the name by which it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TrendStat {
    pub(crate) name: String,
    pub(crate) aggregation: Aggregation,
}

/// The statistics shown unless options say else.
const TREND_STATS: [&str; 6] = ["avg", "min", "med", "max", "p(90)", "p(95)"];

impl TrendStat {
    /// Reads `summaryTrendStats`; the error says what is wrong with it.
    pub(crate) fn read(names: Option<&[String]>) -> Result<Vec<Self>, String> {
        let default = || TREND_STATS.map(str::to_owned).to_vec();
        let names = names.map_or_else(default, <[String]>::to_vec);
        let read = |name: String| {
            let aggregation = Aggregation::parse(name.trim())?;
            let is_stat = aggregation.is_of(MetricKind::Trend) || aggregation == Aggregation::Count;
            if is_stat {
                Ok(Self { name, aggregation })
            } else {
                Err(format!("`{name}` is no statistic of a trend"))
            }
        };
        names.into_iter().map(read).collect()
    }
}

impl RunSummary {
    /// The text in the layout of k6 before 1.0.
    pub fn classic_text(&self, colors: bool) -> String {
        classic::text(self, layout::Palette::new(colors))
    }

    /// The text in k6's present layout, compact.
    pub fn compact_text(&self, colors: bool) -> String {
        current::text(self, current::Extent::Compact, layout::Palette::new(colors))
    }

    /// The text in k6's present layout with every metric, scenario and group.
    pub fn full_text(&self, colors: bool) -> String {
        current::text(self, current::Extent::Full, layout::Palette::new(colors))
    }

    /// Metrics and sub-metrics of which a threshold doesn't hold, as thresholds name them.
    pub fn crossed_thresholds(&self) -> Vec<&str> {
        let all = self.metrics.iter().chain(&self.own_metrics);
        all.flat_map(|metric| std::iter::once(metric).chain(&metric.subs))
            .filter(|metric| metric.thresholds.iter().any(|threshold| !threshold.ok))
            .map(|metric| metric.name.as_str())
            .collect()
    }

    /// A metric by its name.
    pub fn lookup(&self, name: &str) -> Option<&MetricSummary> {
        let all = self.metrics.iter().chain(&self.own_metrics);
        all.flat_map(|metric| std::iter::once(metric).chain(&metric.subs))
            .find(|metric| metric.name == name)
    }
}

#[cfg(test)]
mod tests;
