//! The `rps` limit: all virtual users of a process share one queue of starting times.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Hands out starting times, evenly spaced. Late starts are not made up for: the limit holds in
/// every second.
#[derive(Debug)]
pub(crate) struct Pacer {
    epoch: Instant,
    interval_nanos: u64,
    /// The next free starting time, in nanoseconds since `epoch`.
    next: AtomicU64,
}

impl Pacer {
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        Self {
            epoch: Instant::now(),
            interval_nanos: 1_000_000_000 / u64::from(per_second.get()),
            next: AtomicU64::new(0),
        }
    }

    /// Waits for this request's turn.
    pub(crate) async fn wait(&self) {
        let now = self.epoch.elapsed().as_nanos() as u64;
        let wait = self.reserve(now);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    fn reserve(&self, now_nanos: u64) -> Duration {
        let mut start = 0;
        let _ = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
                start = next.max(now_nanos);
                Some(start + self.interval_nanos)
            });
        Duration::from_nanos(start - now_nanos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_spaced_evenly_and_idleness_is_not_saved_up() {
        let pacer = Pacer::new(NonZeroU32::new(1000).unwrap());
        let millis = |number: u64| number * 1_000_000;
        assert_eq!(pacer.reserve(millis(5)), Duration::ZERO);
        assert_eq!(pacer.reserve(millis(5)), Duration::from_millis(1));
        assert_eq!(pacer.reserve(millis(5)), Duration::from_millis(2));
        assert_eq!(pacer.reserve(millis(100)), Duration::ZERO);
        assert_eq!(pacer.reserve(millis(100)), Duration::from_millis(1));
    }
}
