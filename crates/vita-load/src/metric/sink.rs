use super::registry::MetricKind;
use super::trend::{Precision, Trend};

/// What a metric's samples are taken together in.
#[derive(Clone, Debug)]
pub(crate) enum Sink {
    Counter { sum: f64, count: u64 },
    Gauge(Option<GaugeValues>),
    Rate { trues: u64, total: u64 },
    Trend(Trend),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GaugeValues {
    pub(crate) last: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// Numbers the gauges' samples of a run, so that the last of all workers is known.
    pub(crate) order: u64,
}

impl Sink {
    pub(crate) fn new(kind: MetricKind, precision: Precision) -> Self {
        match kind {
            MetricKind::Counter => Self::Counter { sum: 0.0, count: 0 },
            MetricKind::Gauge => Self::Gauge(None),
            MetricKind::Rate => Self::Rate { trues: 0, total: 0 },
            MetricKind::Trend => Self::Trend(Trend::new(precision)),
        }
    }

    /// Adds a sample; `order` is asked for only of a gauge.
    pub(crate) fn add(&mut self, value: f64, order: impl FnOnce() -> u64) {
        match self {
            Self::Counter { sum, count } => {
                *sum += value;
                *count += 1;
            }
            Self::Gauge(values) => {
                let order = order();
                let (min, max) = values.map_or((value, value), |old| {
                    (old.min.min(value), old.max.max(value))
                });
                *values = Some(GaugeValues {
                    last: value,
                    min,
                    max,
                    order,
                });
            }
            Self::Rate { trues, total } => {
                *trues += u64::from(value != 0.0);
                *total += 1;
            }
            Self::Trend(trend) => trend.add(value),
        }
    }

    /// Adds another's samples and leaves it empty. Both are of one metric, so of one kind.
    pub(crate) fn take_from(&mut self, other: &mut Self) {
        match (self, other) {
            (
                Self::Counter { sum, count },
                Self::Counter {
                    sum: more,
                    count: times,
                },
            ) => {
                *sum += std::mem::take(more);
                *count += std::mem::take(times);
            }
            (Self::Gauge(own), Self::Gauge(theirs)) => {
                let Some(new) = theirs.take() else { return };
                let Some(old) = own else {
                    *own = Some(new);
                    return;
                };
                if new.order > old.order {
                    (old.last, old.order) = (new.last, new.order);
                }
                old.min = old.min.min(new.min);
                old.max = old.max.max(new.max);
            }
            (
                Self::Rate { trues, total },
                Self::Rate {
                    trues: more,
                    total: times,
                },
            ) => {
                *trues += std::mem::take(more);
                *total += std::mem::take(times);
            }
            (Self::Trend(own), Self::Trend(theirs)) => own.take_from(theirs),
            _ => debug_assert!(false, "sinks of one metric are of one kind"),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Counter { count, .. } => *count == 0,
            Self::Gauge(values) => values.is_none(),
            Self::Rate { total, .. } => *total == 0,
            Self::Trend(trend) => trend.count() == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_gauge_of_all_workers_holds() {
        let mut left = Sink::new(MetricKind::Gauge, Precision::METRIC);
        let mut right = left.clone();
        right.add(7.0, || 1);
        left.add(3.0, || 2);
        left.take_from(&mut right);
        let Sink::Gauge(Some(values)) = left else {
            panic!("a gauge with values")
        };
        assert_eq!((values.last, values.min, values.max), (3.0, 3.0, 7.0));
        assert!(right.is_empty());
    }
}
