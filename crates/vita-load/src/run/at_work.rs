//! Virtual users at work on a worker, and for how long altogether.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

/// How many of a worker's virtual users are in the midst of an iteration, integrated over time:
/// their mean follows from it exactly, however they come and go. Looks now and then would meet
/// arrivals always in the same phase.
#[derive(Debug)]
pub(super) struct AtWork {
    count: Cell<u32>,
    settled: Cell<Instant>,
    total: Cell<Duration>,
}

impl AtWork {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            count: Cell::new(0),
            settled: Cell::new(now),
            total: Cell::default(),
        }
    }

    pub(super) fn enter(&self, now: Instant) {
        self.settle(now);
        self.count.set(self.count.get() + 1);
    }

    pub(super) fn leave(&self, now: Instant) {
        self.settle(now);
        self.count.set(self.count.get().saturating_sub(1));
    }

    /// The time at work of all of them since this was last called.
    pub(super) fn take(&self, now: Instant) -> Duration {
        self.settle(now);
        self.total.take()
    }

    fn settle(&self, now: Instant) {
        let span = now.saturating_duration_since(self.settled.replace(now));
        self.total.set(self.total.get() + span * self.count.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_at_work_is_that_of_everybody() {
        let begun = Instant::now();
        let at = |secs| begun + Duration::from_secs(secs);
        let work = AtWork::new(begun);
        work.enter(at(1));
        work.enter(at(2));
        work.leave(at(5));
        assert_eq!(work.take(at(7)), Duration::from_secs(1 + 2 * 3 + 2));
        assert_eq!(work.take(at(8)), Duration::from_secs(1), "one still is");
        work.leave(at(8));
        assert_eq!(work.take(at(9)), Duration::ZERO);
    }
}
