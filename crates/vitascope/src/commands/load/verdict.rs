//! Whether the figures can be believed: said after each run, in two lines.

use std::time::Duration;

use vita_k6::Level;
use vita_load::{LittlesLaw, RunEnd, RunHandle};

use super::live::millis;
use super::logger::Logger;

/// A shorter test isn't judged: processors are looked at once a second, which says nothing after a
/// look or two.
const JUDGED_MIN: Duration = Duration::from_secs(2);

pub(super) fn say(log: &Logger, end: &RunEnd, handle: &RunHandle, is_quiet: bool) {
    let law = handle.littles_law();
    let health = handle.generator_health();
    if end.duration < JUDGED_MIN {
        if !is_quiet {
            log.say(
                Level::Info,
                "the test was too short to tell whether its figures agree with each other",
            );
        }
        return;
    }
    // Of iterations that were left behind nobody knows how long they took.
    let is_whole = end.vus_left_behind == 0 && law.busy_vus > 0.0;
    if is_whole && !law.agrees() {
        log.say(Level::Warning, &law_line(&law));
    } else if is_whole && !is_quiet {
        log.say(Level::Info, &law_line(&law));
    }
    if !health.limits.is_empty() {
        let limits = health.limits.join("; ");
        log.say(
            Level::Warning,
            &format!("the server may not be what limited the test; the generator: {limits}"),
        );
    } else if !is_quiet {
        log.say(
            Level::Info,
            &format!(
                "the generator was not the bottleneck: it used {:.2} of {} processors and {:.0} MB, and came {} late at p95",
                health.cpu_mean,
                health.workers,
                health.memory_bytes_max as f64 / 1e6,
                millis(health.lag_p95_ms)
            ),
        );
    }
}

fn law_line(law: &LittlesLaw) -> String {
    let verdict = if law.agrees() {
        "the samples agree with what virtual users did"
    } else {
        "they should be equal, so samples are missing or wrong"
    };
    format!(
        "Little's law: {:.1} virtual users were at work on average, and the samples of {:.1} iterations/s of {} each make {:.1}: {verdict}",
        law.busy_vus,
        law.iterations_per_sec,
        millis(law.iteration_secs * 1_000.0),
        law.expected_vus(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_the_law_are_said() {
        let law = LittlesLaw {
            busy_vus: 10.0,
            iterations_per_sec: 20.0,
            iteration_secs: 0.5,
        };
        let line = law_line(&law);
        assert!(
            line.contains("the samples of 20.0 iterations/s of 500.0ms each make 10.0"),
            "{line}"
        );
        assert!(
            line.ends_with("agree with what virtual users did"),
            "{line}"
        );
    }
}
