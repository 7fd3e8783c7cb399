use std::time::Duration;

/// When each iteration of an arrival rate is to start: a pure function of its number, so that a
/// late pacer catches up instead of drifting.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Arrivals {
    segments: Vec<Segment>,
    /// Whether the first starts at once, as at a constant rate, or once the ramp has come to one.
    begins_at_once: bool,
}

/// A rate going evenly from one value to another.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Segment {
    begin_secs: f64,
    secs: f64,
    from_rate: f64,
    to_rate: f64,
    /// Iterations due before it, as a real number.
    before: f64,
}

/// A stage of a ramp, in iterations a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RateStage {
    pub(crate) duration: Duration,
    pub(crate) target_rate: f64,
}

/// Numbers below are whole but for rounding.
const ROUNDING: f64 = 1e-6;

impl Arrivals {
    pub(crate) fn constant(rate: f64, duration: Duration) -> Self {
        let stage = RateStage {
            duration,
            target_rate: rate,
        };
        Self {
            begins_at_once: true,
            ..Self::ramping(rate, &[stage])
        }
    }

    pub(crate) fn ramping(start_rate: f64, stages: &[RateStage]) -> Self {
        let (mut begin_secs, mut from_rate, mut before) = (0.0, start_rate, 0.0);
        let mut segments = Vec::with_capacity(stages.len());
        for stage in stages {
            let secs = stage.duration.as_secs_f64();
            let to_rate = stage.target_rate;
            if secs > 0.0 {
                segments.push(Segment {
                    begin_secs,
                    secs,
                    from_rate,
                    to_rate,
                    before,
                });
            }
            begin_secs += secs;
            before += f64::midpoint(from_rate, to_rate) * secs;
            from_rate = to_rate;
        }
        Self {
            segments,
            begins_at_once: false,
        }
    }

    pub(crate) fn duration(&self) -> Duration {
        let end = self
            .segments
            .last()
            .map_or(0.0, |last| last.begin_secs + last.secs);
        Duration::from_secs_f64(end)
    }

    /// When iteration `number` (from 0) is to start, after the scenario's start; `None` when it is
    /// beyond the end.
    pub(crate) fn due(&self, number: u64) -> Option<Duration> {
        let due = number as f64 + if self.begins_at_once { 0.0 } else { 1.0 };
        let in_it = |segment: &&Segment| {
            let end = segment.before + segment.iterations();
            // Without it the last of a ramp could be lost to rounding, and a constant rate's first
            // beyond the end be begun.
            if self.begins_at_once {
                due < end - ROUNDING
            } else {
                due <= end + ROUNDING
            }
        };
        let position = self.segments.partition_point(|segment| !in_it(&segment));
        let segment = self.segments.get(position)?;
        let secs = segment.begin_secs + segment.secs_until(due - segment.before);
        Some(Duration::from_secs_f64(secs))
    }
}

impl Segment {
    fn iterations(&self) -> f64 {
        f64::midpoint(self.from_rate, self.to_rate) * self.secs
    }

    /// The time in it at which `count` iterations are due: `from·t + (to − from)·t² / (2·secs)`
    /// solved for t, in the form that has no division by a small difference.
    fn secs_until(&self, count: f64) -> f64 {
        let slope = (self.to_rate - self.from_rate) / self.secs;
        let root = (self.from_rate * self.from_rate + 2.0 * slope * count)
            .max(0.0)
            .sqrt();
        let secs = 2.0 * count / (self.from_rate + root);
        if secs.is_finite() {
            secs.clamp(0.0, self.secs)
        } else {
            0.0
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(arrivals: &Arrivals) -> Vec<f64> {
        (0..)
            .map_while(|n| arrivals.due(n))
            .map(|due| due.as_secs_f64())
            .collect()
    }

    #[test]
    fn a_constant_rate_starts_at_once_and_evenly() {
        let arrivals = Arrivals::constant(4.0, Duration::from_secs(2));
        assert_eq!(all(&arrivals), [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75]);
        assert_eq!(arrivals.duration(), Duration::from_secs(2));
        assert_eq!(
            all(&Arrivals::constant(0.0, Duration::from_secs(2))),
            Vec::<f64>::new()
        );
        assert_eq!(
            all(&Arrivals::constant(10_000.0, Duration::from_secs(3))).len(),
            30_000
        );
    }

    #[test]
    fn a_ramp_has_as_many_as_lie_under_it() {
        let stage = |secs, target_rate| RateStage {
            duration: Duration::from_secs(secs),
            target_rate,
        };
        let arrivals = Arrivals::ramping(0.0, &[stage(10, 10.0), stage(0, 2.0), stage(5, 2.0)]);
        let due = all(&arrivals);
        assert_eq!(due.len(), 60);
        assert!((due[49] - 10.0).abs() < 1e-6, "{}", due[49]);
        assert!((due[50] - 10.5).abs() < 1e-6, "{}", due[50]);
    }

    proptest! {
        #[test]
        fn starts_are_in_order_and_within_the_duration(
            start in 0.0_f64..50.0,
            stages in prop::collection::vec((0_u64..5, 0.0_f64..50.0), 1..5),
        ) {
            let stages: Vec<RateStage> = stages
                .into_iter()
                .map(|(secs, target_rate)| RateStage { duration: Duration::from_secs(secs), target_rate })
                .collect();
            let arrivals = Arrivals::ramping(start, &stages);
            let due = all(&arrivals);
            prop_assert!(due.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9));
            prop_assert!(due.iter().all(|secs| *secs <= arrivals.duration().as_secs_f64() + 1e-9));
        }
    }
}
