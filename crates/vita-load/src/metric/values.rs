//! A metric's samples as numbers that can be shown.

use std::time::Duration;

use super::registry::MetricKind;
use super::sink::Sink;
use super::trend::{Precision, Trend};
use crate::threshold::Aggregation;

/// What became of a metric's samples.
#[derive(Clone, Debug)]
pub enum MetricValues {
    /// Their sum, and how much of it each second.
    Counter {
        /// The sum.
        count: f64,
        /// The sum by the run's seconds.
        rate: f64,
    },
    /// The last, the least and the greatest.
    Gauge {
        /// The last.
        value: f64,
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
    },
    /// How many were not zero, and how many were.
    Rate {
        /// Those that were not.
        passes: u64,
        /// Those that were.
        fails: u64,
    },
    /// Their distribution.
    Trend(TrendValues),
}

/// The distribution of a trend's samples.
#[derive(Clone, Debug)]
pub struct TrendValues {
    trend: Trend,
}

impl TrendValues {
    pub(crate) fn new(trend: Trend) -> Self {
        Self { trend }
    }

    /// A statistic.
    pub(crate) fn stat(&self, aggregation: Aggregation) -> f64 {
        match aggregation {
            Aggregation::Count => self.trend.count() as f64,
            Aggregation::Avg => self.trend.avg(),
            Aggregation::Min => self.trend.min(),
            Aggregation::Max => self.trend.max(),
            Aggregation::Med => self.percentile(50.0),
            Aggregation::Percentile(percent) => self.percentile(percent),
            Aggregation::Rate | Aggregation::Value => 0.0,
        }
    }

    /// Statistics, in the order asked for; the samples are sorted once.
    pub(crate) fn stats(&self, wanted: impl Iterator<Item = Aggregation>) -> Vec<f64> {
        let sorted = self.trend.sorted();
        let stat = |aggregation| match aggregation {
            Aggregation::Med => sorted.percentile(50.0),
            Aggregation::Percentile(percent) => sorted.percentile(percent),
            other => self.stat(other),
        };
        wanted.map(stat).collect()
    }

    /// The values below which so many of a hundred samples lie.
    pub fn percentiles(&self, percents: &[f64]) -> Vec<f64> {
        let sorted = self.trend.sorted();
        percents
            .iter()
            .map(|percent| sorted.percentile(*percent))
            .collect()
    }

    /// The value below which so many of a hundred samples lie.
    pub fn percentile(&self, percent: f64) -> f64 {
        self.trend.sorted().percentile(percent)
    }

    /// How many samples there are.
    pub const fn count(&self) -> u64 {
        self.trend.count()
    }

    /// Their sum.
    pub const fn sum(&self) -> f64 {
        self.trend.sum()
    }

    /// Their mean.
    pub fn avg(&self) -> f64 {
        self.trend.avg()
    }

    /// The greatest.
    pub const fn max(&self) -> f64 {
        self.trend.max()
    }
}

impl MetricValues {
    pub(crate) fn of(sink: &Sink, elapsed: Duration) -> Self {
        match sink {
            Sink::Counter { sum, .. } => Self::Counter {
                count: *sum,
                rate: per_sec(*sum, elapsed),
            },
            Sink::Gauge(None) => Self::Gauge {
                value: 0.0,
                min: 0.0,
                max: 0.0,
            },
            Sink::Gauge(Some(own)) => Self::Gauge {
                value: own.last,
                min: own.min,
                max: own.max,
            },
            Sink::Rate { trues, total } => Self::Rate {
                passes: *trues,
                fails: total - trues,
            },
            Sink::Trend(trend) => Self::Trend(TrendValues::new(trend.clone())),
        }
    }

    /// Of a metric without samples.
    pub(crate) fn none_yet(kind: MetricKind) -> Self {
        Self::of(&Sink::new(kind, Precision::METRIC), Duration::ZERO)
    }
}

fn per_sec(sum: f64, elapsed: Duration) -> f64 {
    if elapsed.is_zero() {
        0.0
    } else {
        sum / elapsed.as_secs_f64()
    }
}
