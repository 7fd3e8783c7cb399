//! How the generator itself fares, and whether it was what limited the test.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Ticks of `/proc/self/stat` in a second: `USER_HZ`, which is 100 on every architecture of Linux.
const TICKS_PER_SEC: f64 = 100.0;

/// Bytes of a page in `/proc/self/statm`. Kernels with greater pages show less than there is.
const PAGE_BYTES: u64 = 4096;

/// The share of its processors from which on the generator may have been short of them.
const BUSY_SHARE: f64 = 0.85;

/// The share of the machine's processors from which on who runs there waits for them.
const MACHINE_BUSY_SHARE: f64 = 0.95;

/// A worker that comes later than this to what is due shows it in every latency it measures.
const LAG_MILLIS_MAX: f64 = 20.0;

/// What the process has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    pub(crate) cpu: Duration,
    pub(crate) memory_bytes: u64,
    /// Ticks of all the machine's processors since it started, and those of them with nothing to do.
    machine_ticks: u64,
    machine_idle_ticks: u64,
}

impl Usage {
    /// Reads it from the kernel; `None` where there is no `/proc`.
    pub(crate) fn read() -> Option<Self> {
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
        let machine = std::fs::read_to_string("/proc/stat").ok()?;
        Self::parse(&stat, &statm, &machine)
    }

    /// proc(5): user and system time are fields 14 and 15 of `self/stat`, of which the second may
    /// hold anything in parentheses; resident pages are field 2 of `self/statm`; the first line of
    /// `stat` has ticks by what they went to, of which the fourth and fifth are idle.
    fn parse(stat: &str, statm: &str, machine: &str) -> Option<Self> {
        let (_, behind) = stat.rsplit_once(')')?;
        let mut fields = behind.split_whitespace().skip(11);
        let user: f64 = fields.next()?.parse().ok()?;
        let system: f64 = fields.next()?.parse().ok()?;
        let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
        // Time of guests, from the ninth on, is in the others' already.
        let ticks = machine.lines().next()?.split_whitespace().skip(1).take(8);
        let ticks: Vec<u64> = ticks.filter_map(|ticks| ticks.parse().ok()).collect();
        Some(Self {
            cpu: Duration::from_secs_f64((user + system) / TICKS_PER_SEC),
            memory_bytes: pages * PAGE_BYTES,
            machine_ticks: ticks.iter().sum(),
            machine_idle_ticks: ticks.iter().skip(3).take(2).sum(),
        })
    }
}

/// The process's use of processors, between looks and since the first.
#[derive(Debug)]
pub(crate) struct CpuMeter {
    first: Option<(Instant, Usage)>,
    last: Option<(Instant, Usage)>,
}

impl CpuMeter {
    pub(crate) fn new() -> Self {
        let now = Usage::read().map(|usage| (Instant::now(), usage));
        Self {
            first: now,
            last: now,
        }
    }

    /// Processors used since the last look, and memory; `None` where the kernel doesn't tell.
    pub(crate) fn look(&mut self) -> Option<(f64, u64)> {
        let before = self.last?;
        let now = (Instant::now(), Usage::read()?);
        self.last = Some(now);
        Some((processors_between(before, now), now.1.memory_bytes))
    }

    /// Processors used from the first look to the last.
    pub(crate) fn mean(&self) -> f64 {
        match (self.first, self.last) {
            (Some(first), Some(last)) => processors_between(first, last),
            _ => 0.0,
        }
    }
}

impl CpuMeter {
    /// The share of the machine's processors that anybody used, from the first look to the last.
    pub(crate) fn machine_busy(&self) -> f64 {
        let (Some((_, first)), Some((_, last))) = (self.first, self.last) else {
            return 0.0;
        };
        let ticks = last.machine_ticks.saturating_sub(first.machine_ticks);
        let idle = last
            .machine_idle_ticks
            .saturating_sub(first.machine_idle_ticks);
        if ticks == 0 {
            0.0
        } else {
            1.0 - idle as f64 / ticks as f64
        }
    }
}

fn processors_between(before: (Instant, Usage), after: (Instant, Usage)) -> f64 {
    let wall = after.0.duration_since(before.0).as_secs_f64();
    let cpu = after.1.cpu.saturating_sub(before.1.cpu).as_secs_f64();
    if wall > 0.0 { cpu / wall } else { 0.0 }
}

/// The generator's figures over a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GeneratorHealth {
    /// Processors used on average.
    pub cpu_mean: f64,
    /// Processors used in the busiest second.
    pub cpu_max: f64,
    /// The share of the machine's processors that anybody used, from 0 to 1.
    pub machine_busy: f64,
    /// Threads on which virtual users live.
    pub workers: usize,
    /// The most resident memory, in bytes.
    pub memory_bytes_max: u64,
    /// How late workers came to what was due, in milliseconds: the value below which 95 of 100 lie.
    pub lag_p95_ms: f64,
    /// The latest they came.
    pub lag_max_ms: f64,
    /// Why the generator limited the test; empty when it did not.
    pub limits: Vec<String>,
}

impl GeneratorHealth {
    /// Says why the figures may be the generator's rather than the server's.
    pub(crate) fn judged(mut self) -> Self {
        let processors = self.workers.max(1) as f64;
        if self.cpu_mean >= BUSY_SHARE * processors {
            self.limits.push(format!(
                "it used {:.1} of {processors} processors on average: give it more, or less to do",
                self.cpu_mean
            ));
        }
        let takes_all = !self.limits.is_empty();
        if self.machine_busy >= MACHINE_BUSY_SHARE && !takes_all {
            self.limits.push(format!(
                "the machine's processors were {:.0} % busy, of which it used {:.2}: whatever else runs \
                 there, such as the server, took them from it",
                self.machine_busy * 100.0,
                self.cpu_mean
            ));
        }
        if self.lag_p95_ms >= LAG_MILLIS_MAX {
            self.limits.push(format!(
                "its workers came {:.0} ms late to what was due in 5 of 100 cases, which shows in \
                 the latencies: give it more processors, or less to do",
                self.lag_p95_ms
            ));
        }
        self
    }
}

/// Little's law: virtual users at work are iterations a second times their duration.
///
/// The one side is what workers counted while virtual users came and went, the other what the
/// samples of `iteration_duration` say, which took the way of all samples. When they differ,
/// samples are missing or wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LittlesLaw {
    /// Virtual users at work on average, weighted by time.
    pub busy_vus: f64,
    /// Iterations a second by their samples, with those that were interrupted.
    pub iterations_per_sec: f64,
    /// The mean duration of an iteration by the same, in seconds.
    pub iteration_secs: f64,
}

impl LittlesLaw {
    /// Iterations a second times their duration.
    pub fn expected_vus(&self) -> f64 {
        self.iterations_per_sec * self.iteration_secs
    }

    /// Whether both sides are within 2 % of each other. Nothing is estimated, so it is less when
    /// all is well; more would show in the summary's figures.
    pub fn agrees(&self) -> bool {
        self.deviation() <= 0.02
    }

    /// How far both sides are apart, as a share of the greater; zero when nothing ran.
    pub fn deviation(&self) -> f64 {
        let greater = self.busy_vus.max(self.expected_vus());
        if greater <= 0.0 {
            0.0
        } else {
            (self.busy_vus - self.expected_vus()).abs() / greater
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_read_whatever_the_process_is_called() {
        let stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 3 0 5 6 7";
        let machine = "cpu  10 0 20 60 10 0 0 0 5 5\ncpu0 1 2 3\n";
        let usage = Usage::parse(stat, "1000 25 3 4 0 5 0", machine).unwrap();
        let expected = Usage {
            cpu: Duration::from_secs(2),
            memory_bytes: 25 * 4096,
            machine_ticks: 100,
            machine_idle_ticks: 70,
        };
        assert_eq!(usage, expected);
        assert_eq!(Usage::parse("42 (a) S", "1 2", machine), None);
    }

    #[test]
    fn a_generator_at_its_limits_says_so() {
        let well = GeneratorHealth {
            cpu_mean: 1.0,
            workers: 2,
            lag_p95_ms: 2.0,
            ..GeneratorHealth::default()
        };
        assert!(well.clone().judged().limits.is_empty());
        let ill = GeneratorHealth {
            cpu_mean: 1.9,
            lag_p95_ms: 40.0,
            ..well
        };
        let limits = ill.judged().limits;
        assert_eq!(limits.len(), 2, "{limits:?}");
        assert!(limits[0].contains("1.9 of 2 processors"), "{limits:?}");
        let crowded = GeneratorHealth {
            cpu_mean: 0.9,
            machine_busy: 0.97,
            workers: 2,
            ..GeneratorHealth::default()
        };
        let limits = crowded.judged().limits;
        assert!(limits[0].contains("97 % busy"), "{limits:?}");
    }

    #[test]
    fn littles_law_compares_both_sides() {
        let law = LittlesLaw {
            busy_vus: 10.0,
            iterations_per_sec: 19.8,
            iteration_secs: 0.5,
        };
        assert!((law.deviation() - 0.01).abs() < 1e-9 && law.agrees());
        let lossy = LittlesLaw {
            iterations_per_sec: 19.0,
            ..law
        };
        assert!(!lossy.agrees(), "{lossy:?}");
        assert!(LittlesLaw::default().deviation().abs() < 1e-9);
    }
}
