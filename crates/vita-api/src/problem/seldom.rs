use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Lets something that may happen thousands of times a second be told once in a while, with how
/// often it happened: an overload must not be made worse by a log of it.
pub(super) struct Seldom {
    every: Duration,
    began: OnceLock<Instant>,
    /// Milliseconds after `began` from which it may be told again.
    next_millis: AtomicU64,
    untold: AtomicU64,
}

impl Seldom {
    pub(super) const fn new(every: Duration) -> Self {
        Self {
            every,
            began: OnceLock::new(),
            next_millis: AtomicU64::new(0),
            untold: AtomicU64::new(0),
        }
    }

    /// Notes that it happened at `now`; how often since it was last told, when it is time to tell.
    pub(super) fn note(&self, now: Instant) -> Option<u64> {
        self.untold.fetch_add(1, Ordering::Relaxed);
        let passed = now.duration_since(*self.began.get_or_init(|| now));
        let passed = passed.as_millis() as u64;
        let next = self.next_millis.load(Ordering::Relaxed);
        let later = passed + self.every.as_millis() as u64;
        // Of several that find it is time, one tells.
        let is_mine = passed >= next
            && self
                .next_millis
                .compare_exchange(next, later, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        is_mine.then(|| self.untold.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_at_once_and_then_together() {
        let seldom = Seldom::new(Duration::from_secs(1));
        let began = Instant::now();
        let note = |millis| seldom.note(began + Duration::from_millis(millis));
        assert_eq!(note(0), Some(1));
        assert_eq!([note(1), note(999)], [None, None]);
        assert_eq!(note(1_000), Some(3));
        assert_eq!(note(5_000), Some(1));
    }
}
