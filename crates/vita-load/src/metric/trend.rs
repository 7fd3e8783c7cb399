//! The distribution of a trend's values: exact while they are few, a histogram afterwards.

use std::borrow::Cow;

use super::histogram::Histogram;

/// How exactly a trend keeps its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Precision {
    /// Values kept as they are; with more of them, they move to a histogram.
    pub(crate) exact_max: usize,
    /// A histogram's bucket is as wide as 2^-`bits` of its value.
    pub(crate) bits: u32,
}

impl Precision {
    /// Of a metric or sub-metric: small runs have k6's exact percentiles (8 bytes a value), long
    /// ones three significant digits.
    pub(crate) const METRIC: Self = Self {
        exact_max: 5_000,
        bits: 10,
    };
    /// Of one name or group among hundreds: within 1 %.
    pub(crate) const SERIES: Self = Self {
        exact_max: 128,
        bits: 7,
    };
    /// Of one second in a chart: within 2 %.
    pub(crate) const SLOT: Self = Self {
        exact_max: 64,
        bits: 6,
    };
}

/// Values that wait to go into a histogram together. A worker has some dozens of histograms with
/// megabytes of counts: one value at a time in each, it would find none of them in its cache.
const WAITING_MAX: usize = 256;

/// The values of a trend.
#[derive(Clone, Debug)]
pub(crate) struct Trend {
    precision: Precision,
    /// All values, or those that wait to go into the histogram.
    exact: Vec<f64>,
    histogram: Option<Box<Histogram>>,
    count: u64,
    sum: f64,
    min: f64,
    max: f64,
}

impl Trend {
    pub(crate) fn new(precision: Precision) -> Self {
        Self {
            precision,
            exact: Vec::new(),
            histogram: None,
            count: 0,
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
        }
    }

    pub(crate) fn add(&mut self, value: f64) {
        self.count += 1;
        self.sum += value;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.exact.push(value);
        let exact_max = match self.histogram {
            Some(_) => WAITING_MAX,
            None => self.precision.exact_max,
        };
        if self.exact.len() > exact_max {
            self.spill();
        }
    }

    /// Moves the exact values to a histogram.
    fn spill(&mut self) -> &mut Histogram {
        let bits = self.precision.bits;
        let histogram = self
            .histogram
            .get_or_insert_with(|| Box::new(Histogram::new(bits)));
        self.exact.drain(..).for_each(|value| histogram.add(value));
        self.exact.shrink_to(WAITING_MAX);
        histogram
    }

    /// Adds another's values and leaves it empty.
    pub(crate) fn take_from(&mut self, other: &mut Self) {
        if other.count == 0 {
            return;
        }
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        other.reset_totals();
        if other.histogram.is_some() {
            self.spill().take_from(other.spill());
        } else if self.histogram.is_none()
            && self.exact.len() + other.exact.len() <= self.precision.exact_max
        {
            self.exact.append(&mut other.exact);
        } else {
            let histogram = self.spill();
            other.exact.drain(..).for_each(|value| histogram.add(value));
        }
        if self.histogram.is_some() {
            // Only who adds value by value needs the room for those that wait.
            self.exact = Vec::new();
        }
    }

    /// Adds another's values, which it keeps.
    pub(crate) fn add_all(&mut self, other: &Self) {
        self.take_from(&mut other.clone());
    }

    fn reset_totals(&mut self) {
        self.count = 0;
        self.sum = 0.0;
        self.min = f64::INFINITY;
        self.max = f64::NEG_INFINITY;
    }

    /// Fixes the percentiles' order; the rest can be asked for in any state.
    pub(crate) fn sorted(&self) -> SortedTrend<'_> {
        let mut exact = self.exact.clone();
        let histogram = self.histogram.as_deref().map(|histogram| {
            let mut histogram = Cow::Borrowed(histogram);
            for value in exact.drain(..) {
                histogram.to_mut().add(value);
            }
            histogram
        });
        exact.sort_unstable_by(f64::total_cmp);
        SortedTrend {
            trend: self,
            exact,
            histogram,
        }
    }

    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    pub(crate) const fn sum(&self) -> f64 {
        self.sum
    }

    /// The mean; zero without values, as of all statistics.
    pub(crate) fn avg(&self) -> f64 {
        if self.count == 0 {
            0.0
        } else {
            self.sum / self.count as f64
        }
    }

    pub(crate) const fn min(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.min }
    }

    pub(crate) const fn max(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.max }
    }
}

/// A trend whose percentiles can be asked for, one after another.
pub(crate) struct SortedTrend<'a> {
    trend: &'a Trend,
    exact: Vec<f64>,
    histogram: Option<Cow<'a, Histogram>>,
}

impl SortedTrend<'_> {
    /// The value below which `percent` of the values lie, between two of them by linear
    /// interpolation (R. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages", type 7).
    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        let trend = self.trend;
        if trend.count == 0 {
            return 0.0;
        }
        let rank = (percent / 100.0).clamp(0.0, 1.0) * (trend.count - 1) as f64;
        if let Some(histogram) = &self.histogram {
            if rank <= 0.0 {
                return trend.min;
            }
            if rank >= (trend.count - 1) as f64 {
                return trend.max;
            }
            return histogram.value_at(rank).clamp(trend.min, trend.max);
        }
        let below = rank.floor();
        let low = self.exact[below as usize];
        let high = self.exact[rank.ceil() as usize];
        low + (high - low) * (rank - below)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn trend_of(precision: Precision, values: impl IntoIterator<Item = f64>) -> Trend {
        let mut trend = Trend::new(precision);
        values.into_iter().for_each(|value| trend.add(value));
        trend
    }

    #[test]
    fn few_values_have_exact_percentiles() {
        let trend = trend_of(Precision::METRIC, [4.0, 1.0, 3.0, 2.0]);
        let sorted = trend.sorted();
        let percentiles = [50.0, 90.0, 100.0].map(|percent| sorted.percentile(percent));
        assert_eq!(
            percentiles.map(|value| value.to_string()),
            ["2.5", "3.7", "4"]
        );
        assert_eq!(
            (trend.avg(), trend.min(), trend.max(), trend.count()),
            (2.5, 1.0, 4.0, 4)
        );
        let empty = Trend::new(Precision::METRIC);
        assert_eq!(
            (empty.avg(), empty.min(), empty.sorted().percentile(95.0)),
            (0.0, 0.0, 0.0)
        );
    }

    #[test]
    fn many_values_keep_three_digits() {
        let trend = trend_of(
            Precision::METRIC,
            (0..100_000).map(|n| f64::from(n) / 100.0),
        );
        let sorted = trend.sorted();
        for percent in [1.0, 50.0, 90.0, 99.0, 99.9] {
            let exact = percent / 100.0 * 999.99;
            let found = sorted.percentile(percent);
            assert!(
                (found - exact).abs() <= exact * 0.001,
                "p({percent}) is {found}, not {exact}"
            );
        }
        assert_eq!(
            (sorted.percentile(0.0), sorted.percentile(100.0)),
            (0.0, 999.99)
        );
    }

    proptest! {
        #[test]
        fn parts_merged_in_any_way_are_the_whole(
            values in prop::collection::vec(0.001_f64..1e5, 1..300),
            cut in 0_usize..300,
            exact_max in 0_usize..200,
        ) {
            let precision = Precision { exact_max, bits: 10 };
            let whole = trend_of(precision, values.iter().copied());
            let cut = cut.min(values.len());
            let mut merged = trend_of(precision, values[..cut].iter().copied());
            let mut rest = trend_of(precision, values[cut..].iter().copied());
            merged.take_from(&mut rest);
            prop_assert_eq!(rest.count(), 0);
            prop_assert_eq!(merged.count(), whole.count());
            for percent in [0.0, 25.0, 50.0, 95.0, 100.0] {
                let (a, b) = (merged.sorted().percentile(percent), whole.sorted().percentile(percent));
                prop_assert!((a - b).abs() <= b * 1e-9, "p({}): {} is not {}", percent, a, b);
            }
        }
    }
}
