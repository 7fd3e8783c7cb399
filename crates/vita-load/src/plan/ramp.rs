use std::time::Duration;

use crate::config::Stage;

/// A number of virtual users as a function of time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ramp {
    start: u64,
    stages: Vec<Stage>,
}

impl Ramp {
    pub(crate) fn new(start: u64, stages: Vec<Stage>) -> Self {
        Self { start, stages }
    }

    pub(crate) fn max(&self) -> u64 {
        self.stages
            .iter()
            .map(|stage| stage.target)
            .fold(self.start, u64::max)
    }

    pub(crate) fn duration(&self) -> Duration {
        let longer = |sum: Duration, stage: &Stage| sum.saturating_add(stage.duration.0);
        self.stages.iter().fold(Duration::ZERO, longer)
    }

    /// Each change of the number and its time, from the start on, in order. In a stage that
    /// changes it by `n`, the changes are spread evenly and the last is at its end.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (Duration, u64)> + use<> {
        let mut stages = self.stages.clone().into_iter();
        let mut stage: Option<(u64, Stage)> = None;
        let (mut begin, mut vus) = (Duration::ZERO, self.start);
        let mut changed = 0;
        let first = std::iter::once((Duration::ZERO, self.start));
        first.chain(std::iter::from_fn(move || {
            loop {
                let Some((from, current)) = stage else {
                    stage = Some((vus, stages.next()?));
                    changed = 0;
                    continue;
                };
                let changes = from.abs_diff(current.target);
                if changed == changes {
                    begin = begin.saturating_add(current.duration.0);
                    stage = None;
                    continue;
                }
                if current.duration.0.is_zero() {
                    changed = changes;
                    vus = current.target;
                    return Some((begin, vus));
                }
                changed += 1;
                vus = if current.target > from {
                    from + changed
                } else {
                    from - changed
                };
                let part = changed as f64 / changes as f64;
                return Some((begin + current.duration.0.mul_f64(part), vus));
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duration::GoDuration;

    fn stage(secs: u64, target: u64) -> Stage {
        Stage {
            duration: GoDuration::from_secs(secs),
            target,
        }
    }

    fn check(start: u64, stages: &[Stage], expected: &[(u64, u64)]) {
        let ramp = Ramp::new(start, stages.to_vec());
        let steps: Vec<(u64, u64)> = ramp
            .steps()
            .map(|(time, vus)| (time.as_millis() as u64, vus))
            .collect();
        assert_eq!(steps, expected);
    }

    #[test]
    fn a_stage_spreads_its_changes_evenly_and_ends_on_its_target() {
        check(1, &[stage(2, 3)], &[(0, 1), (1000, 2), (2000, 3)]);
        check(
            0,
            &[stage(1, 2), stage(3, 2), stage(1, 0)],
            &[(0, 0), (500, 1), (1000, 2), (4500, 1), (5000, 0)],
        );
    }

    #[test]
    fn a_stage_without_duration_jumps() {
        check(
            0,
            &[stage(0, 5), stage(10, 5), stage(0, 2)],
            &[(0, 0), (0, 5), (10_000, 2)],
        );
    }

    #[test]
    fn the_greatest_number_may_be_the_first() {
        let ramp = Ramp::new(9, vec![stage(3, 2), stage(4, 5)]);
        assert_eq!((ramp.max(), ramp.duration()), (9, Duration::from_secs(7)));
    }
}
