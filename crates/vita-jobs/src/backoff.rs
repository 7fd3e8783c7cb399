//! When a job that failed, or lost its worker, is tried again: pure functions.

use std::time::Duration;

/// Lost leases after which a job no longer starts again at once: by then it may be what kills its
/// workers.
const LOST_LEASES_FORGIVEN: u32 = 3;

/// Exponential backoff with full jitter: a wait drawn evenly from zero to `base · 2^(failures − 1)`,
/// bounded by `cap`. Full jitter spreads retries that failed together better than any fixed part
/// (M. Brooker, "Exponential Backoff And Jitter", 2015).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The longest wait after the first failure.
    pub base: Duration,
    /// The longest wait of all.
    pub cap: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            base: Duration::from_secs(2),
            cap: Duration::from_mins(5),
        }
    }
}

impl Backoff {
    /// The longest wait after `failures` failures (from 1).
    pub fn ceiling(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.base.saturating_mul(1 << doublings).min(self.cap)
    }

    /// The wait after `failures` failures (from 1); `random` is evenly distributed.
    pub fn delay(&self, failures: u32, random: u64) -> Duration {
        let ceiling = self.ceiling(failures).as_micros().min(u128::from(u64::MAX));
        let micros = (u128::from(random) * ceiling) >> 64;
        Duration::from_micros(micros as u64)
    }

    /// The wait after a job lost its lease for the `lost`-th time: none at first, as after a
    /// restart everything should go on, later as after failures.
    pub fn delay_after_lost_lease(&self, lost: u32, random: u64) -> Duration {
        match lost.checked_sub(LOST_LEASES_FORGIVEN) {
            None | Some(0) => Duration::ZERO,
            Some(further) => self.delay(further, random),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_delay_never_exceeds_its_ceiling_nor_the_cap(
            base in 0_u64..10_000_000, cap in 0_u64..1_000_000_000, failures: u32, random: u64,
        ) {
            let backoff = Backoff {
                base: Duration::from_micros(base),
                cap: Duration::from_micros(cap),
            };
            let delay = backoff.delay(failures, random);
            prop_assert!(delay <= backoff.ceiling(failures));
            prop_assert!(backoff.ceiling(failures) <= backoff.cap);
            prop_assert!(backoff.ceiling(failures) <= backoff.ceiling(failures.saturating_add(1)));
        }

        #[test]
        fn more_randomness_is_a_longer_wait(failures in 1_u32..40, one: u64, other: u64) {
            let backoff = Backoff::default();
            let (less, more) = (one.min(other), one.max(other));
            prop_assert!(backoff.delay(failures, less) <= backoff.delay(failures, more));
        }
    }

    #[test]
    fn waits_double_until_the_cap() {
        let backoff = Backoff {
            base: Duration::from_secs(1),
            cap: Duration::from_secs(5),
        };
        let ceilings = [0, 1, 2, 3, 4, u32::MAX].map(|n| backoff.ceiling(n).as_secs());
        assert_eq!(ceilings, [1, 1, 2, 4, 5, 5]);
    }

    #[test]
    fn the_first_lost_leases_cost_no_wait() {
        let backoff = Backoff::default();
        for lost in 0..=3 {
            assert_eq!(
                backoff.delay_after_lost_lease(lost, u64::MAX),
                Duration::ZERO
            );
        }
        assert!(backoff.delay_after_lost_lease(4, u64::MAX) > Duration::ZERO);
    }
}
