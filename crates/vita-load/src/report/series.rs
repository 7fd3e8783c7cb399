//! A run second by second, in bounded memory.

use serde::{Deserialize, Serialize};

use crate::metric::Window;

/// Points of a series. With more seconds than that, two become one: 20 minutes by the second, a
/// day by 72 of them. Each takes up to 4 KB.
const POINTS_MAX: usize = 1_200;

/// Spans are whole seconds but for the last, so what is nearer than this is equal.
const HALF_A_SECOND: f64 = 0.5;

/// A last span shorter than this is no point of its own: its rates would be chance.
const CRUMB_SECS: f64 = 0.2;

/// A span of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeriesPoint {
    /// When it ended, in seconds after the run's start.
    pub at_secs: f64,
    /// Virtual users at work at its end.
    pub vus: u64,
    /// Requests a second.
    pub requests_per_sec: f64,
    /// Failed requests a second.
    pub failed_per_sec: f64,
    /// Iterations a second.
    pub iterations_per_sec: f64,
    /// Dropped iterations a second.
    pub dropped_per_sec: f64,
    /// Failed checks a second.
    pub failed_checks_per_sec: f64,
    /// The median duration of a request, in milliseconds.
    pub p50_ms: f64,
    /// The duration below which 95 of 100 requests lie.
    pub p95_ms: f64,
    /// The duration below which 99 of 100 requests lie.
    pub p99_ms: f64,
    /// The median duration of an iteration, in milliseconds.
    pub iteration_p50_ms: f64,
    /// The duration below which 95 of 100 iterations lie.
    pub iteration_p95_ms: f64,
    /// Bytes sent a second.
    pub sent_per_sec: f64,
    /// Bytes received a second.
    pub received_per_sec: f64,
    /// Processors that the generator used.
    pub generator_cpu: f64,
}

/// What a second's window doesn't hold.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Surroundings {
    pub(crate) vus: u64,
    pub(crate) generator_cpu: f64,
}

#[derive(Debug)]
struct Slot {
    secs: f64,
    window: Window,
    surroundings: Surroundings,
}

/// The run so far.
#[derive(Debug, Default)]
pub(crate) struct TimeSeries {
    slots: Vec<Slot>,
    /// Seconds of a full slot.
    slot_secs: f64,
}

impl TimeSeries {
    /// Adds a span of `secs`, which is a second but for the run's last.
    pub(crate) fn push(&mut self, mut window: Window, surroundings: Surroundings, secs: f64) {
        self.slot_secs = self.slot_secs.max(1.0);
        let is_crumb = secs < CRUMB_SECS;
        let has_room = |last: &&mut Slot| last.secs + HALF_A_SECOND < self.slot_secs || is_crumb;
        match self.slots.last_mut().filter(has_room) {
            Some(last) => last.take_from(&mut window, surroundings, secs),
            None => self.slots.push(Slot {
                secs,
                window,
                surroundings,
            }),
        }
        if self.slots.len() > POINTS_MAX {
            self.halve();
        }
    }

    fn halve(&mut self) {
        self.slot_secs *= 2.0;
        let mut halved: Vec<Slot> = Vec::with_capacity(POINTS_MAX);
        for mut slot in std::mem::take(&mut self.slots) {
            let longest = self.slot_secs + HALF_A_SECOND;
            match halved
                .last_mut()
                .filter(|last| last.secs + slot.secs < longest)
            {
                Some(last) => last.take_from(&mut slot.window, slot.surroundings, slot.secs),
                None => halved.push(slot),
            }
        }
        self.slots = halved;
    }

    /// The points in order.
    pub(crate) fn points(&self) -> Vec<SeriesPoint> {
        let mut at_secs = 0.0;
        let point = |slot: &Slot| {
            at_secs += slot.secs;
            slot.point(at_secs)
        };
        self.slots.iter().map(point).collect()
    }

    /// The last point.
    pub(crate) fn last(&self) -> Option<SeriesPoint> {
        let at_secs = self.slots.iter().map(|slot| slot.secs).sum();
        self.slots.last().map(|slot| slot.point(at_secs))
    }
}

impl Slot {
    fn take_from(&mut self, window: &mut Window, surroundings: Surroundings, secs: f64) {
        self.window.take_from(window);
        self.secs += secs;
        self.surroundings = surroundings;
    }

    fn point(&self, at_secs: f64) -> SeriesPoint {
        let (window, secs) = (&self.window, self.secs.max(CRUMB_SECS));
        let requests = window.requests.sorted();
        let iterations = window.iteration_times.sorted();
        SeriesPoint {
            at_secs,
            vus: self.surroundings.vus,
            requests_per_sec: window.requests.count() as f64 / secs,
            failed_per_sec: window.failed_requests as f64 / secs,
            iterations_per_sec: window.iterations as f64 / secs,
            dropped_per_sec: window.dropped_iterations as f64 / secs,
            failed_checks_per_sec: window.failed_checks as f64 / secs,
            p50_ms: requests.percentile(50.0),
            p95_ms: requests.percentile(95.0),
            p99_ms: requests.percentile(99.0),
            iteration_p50_ms: iterations.percentile(50.0),
            iteration_p95_ms: iterations.percentile(95.0),
            sent_per_sec: window.bytes_sent / secs,
            received_per_sec: window.bytes_received / secs,
            generator_cpu: self.surroundings.generator_cpu,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_keeps_its_sums_in_fewer_points() {
        let mut series = TimeSeries::default();
        let seconds = POINTS_MAX as u64 * 3;
        for second in 0..seconds {
            let mut window = Window {
                iterations: 10,
                ..Window::default()
            };
            window.requests.add(second as f64 + 1.0);
            series.push(
                window,
                Surroundings {
                    vus: second,
                    generator_cpu: 0.5,
                },
                1.0,
            );
        }
        let points = series.points();
        assert!(points.len() <= POINTS_MAX, "{}", points.len());
        let last = points[points.len() - 1];
        assert_eq!((last.at_secs as u64, last.vus), (seconds, seconds - 1));
        assert!(
            points
                .iter()
                .all(|point| (point.iterations_per_sec - 10.0).abs() < 1e-9)
        );
        assert_eq!(series.last(), Some(last));
        let middle = points[points.len() / 2];
        assert!((middle.p50_ms - middle.at_secs).abs() < middle.at_secs * 0.02);
    }
}
