//! How late the runtime comes to what is due.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::metric;

/// How often the lag is measured.
const MEASURE_PAUSE: Duration = Duration::from_millis(100);

/// A lag that is told: every request that came in that time waited as long.
const LAG_WARNED: Duration = Duration::from_millis(50);

/// How long nothing more is told after a warning: a machine that is too busy needs no more work.
const WARNING_PAUSE: Duration = Duration::from_secs(10);

/// Measures for ever, ten times a second, how late a task is woken, and warns when that is too
/// late: then something blocks the threads of the runtime, or the machine is too busy. To be
/// spawned on the runtime that it shall measure.
pub async fn watch() {
    let start = Instant::now();
    let mut warnings = Warnings::default();
    loop {
        let due = Instant::now() + MEASURE_PAUSE;
        sleep_until(due).await;
        let now = Instant::now();
        let lag = now.saturating_duration_since(due);
        metric::RUNTIME_LAG_SECONDS.record_time(lag, []);
        if let Some(Warning { worst, times }) = warnings.note(lag, now - start) {
            tracing::warn!(
                lag_ms = worst.as_millis() as u64,
                times,
                "the runtime came late to what was due"
            );
        }
    }
}

/// Gathers lags into few warnings.
#[derive(Default)]
struct Warnings {
    worst: Duration,
    times: u32,
    quiet_until: Duration,
}

#[derive(Debug, PartialEq, Eq)]
struct Warning {
    worst: Duration,
    times: u32,
}

impl Warnings {
    /// Takes a lag that was measured at `now`, and gives the warning that is due, if one is.
    fn note(&mut self, lag: Duration, now: Duration) -> Option<Warning> {
        if lag > LAG_WARNED {
            self.worst = self.worst.max(lag);
            self.times += 1;
        }
        if self.times == 0 || now < self.quiet_until {
            return None;
        }
        self.quiet_until = now + WARNING_PAUSE;
        let warning = Warning {
            worst: self.worst,
            times: self.times,
        };
        (self.worst, self.times) = (Duration::ZERO, 0);
        Some(warning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lags_are_told_at_once_and_then_together() {
        let mut warnings = Warnings::default();
        let mut note = |lag, at| {
            warnings
                .note(Duration::from_millis(lag), Duration::from_secs(at))
                .map(|warning| (warning.worst.as_millis(), warning.times))
        };
        assert_eq!(note(50, 1), None);
        assert_eq!(note(51, 2), Some((51, 1)));
        assert_eq!(note(900, 3), None);
        assert_eq!(note(70, 4), None);
        assert_eq!(note(0, 11), None);
        assert_eq!(note(0, 12), Some((900, 2)));
        assert_eq!(note(0, 40), None);
        assert_eq!(note(60, 41), Some((60, 1)));
    }
}
