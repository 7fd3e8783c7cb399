//! Running a transaction again.

use std::time::{Duration, Instant};

use vita_model::{Entropy as _, SystemEntropy};
use vita_telemetry::metric;

use super::error::{Cause, Failure};

/// Most runs of one transaction. The acquire time-out ends nearly all before.
const RUNS_MAX: u32 = 50;

/// Most runs that end with a lost connection. The first may meet one that died long ago, but a
/// statement that kills its server must not do so for long.
const LOSSES_MAX: u32 = 3;

/// Runs that follow each other without a wait. Whoever met another one has waited for its turn.
const RUNS_AT_ONCE: u32 = 3;

/// Wait before the next run, at most; each further one may wait twice as long.
const WAIT_BASE: Duration = Duration::from_millis(2);
/// Longest wait between two runs.
const WAIT_MAX: Duration = Duration::from_millis(100);

/// How often, and for how long, a transaction has been run.
pub(super) struct Runs {
    begun: Instant,
    limit: Duration,
    count: u32,
    losses: u32,
    has_met_unique: bool,
}

impl Runs {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            begun: Instant::now(),
            limit,
            count: 0,
            losses: 0,
            has_met_unique: false,
        }
    }

    /// How much of the limit is left.
    pub(super) fn left(&self) -> Duration {
        self.limit.saturating_sub(self.begun.elapsed())
    }

    /// How long to wait before the next run; none when the failure stands.
    pub(super) fn wait_after(&mut self, failure: &Failure) -> Option<Duration> {
        self.count += 1;
        let may_help = match failure.cause {
            Cause::Conflict => true,
            Cause::Unique => !std::mem::replace(&mut self.has_met_unique, true),
            Cause::Lost => {
                self.losses += 1;
                self.losses < LOSSES_MAX
            }
            Cause::Hung | Cause::Unsent | Cause::Refused => false,
        };
        if !may_help || self.count >= RUNS_MAX || self.begun.elapsed() >= self.limit {
            return None;
        }
        metric::DB_RERUNS.add(1, [failure.cause.as_str()]);
        if failure.cause != Cause::Conflict || self.count <= RUNS_AT_ONCE {
            return Some(Duration::ZERO);
        }
        let doublings = (self.count - RUNS_AT_ONCE).min(10);
        let ceiling = (WAIT_BASE * 2_u32.pow(doublings)).min(WAIT_MAX);
        Some(ceiling.mul_f64(random_part()))
    }
}

/// A number from 0 to 1, so that those who met do not meet again.
fn random_part() -> f64 {
    let mut bytes = [0; 4];
    SystemEntropy.fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}
