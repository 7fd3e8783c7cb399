//! How a test goes, while it does: lines redrawn in a terminal, or one every few seconds elsewhere.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use vita_k6::Level;
use vita_load::{MetricValues, RunHandle};

use super::logger::Logger;
use crate::terminal;

/// How often the terminal is redrawn; as often as a person can follow.
const REDRAW_EVERY: Duration = Duration::from_millis(250);

/// How often the totals are: the engine's figures are a second old at most.
const TOTALS_EVERY: Duration = Duration::from_secs(1);

/// How often a line is written where nothing can be redrawn.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Steps of a scenario's bar.
const BAR_STEPS: u64 = 1_000;

/// Shows a run.
pub(super) struct View {
    pub(super) handle: RunHandle,
    pub(super) log: Arc<Logger>,
    pub(super) bars: MultiProgress,
    pub(super) is_quiet: bool,
    pub(super) no_color: bool,
    /// What the run has had to say, for the report.
    pub(super) warnings: Rc<RefCell<Vec<String>>>,
}

/// What is drawn in the terminal.
struct Drawn {
    scenarios: Vec<ProgressBar>,
    totals: [ProgressBar; 2],
    /// When the totals are to be drawn again.
    next_totals: Instant,
}

impl View {
    /// Shows it until `is_over`.
    pub(super) async fn show(self, is_over: CancellationToken) {
        let is_drawn = !self.is_quiet && io::stderr().is_terminal();
        let mut drawn = is_drawn.then(|| self.draw());
        let mut ticks = tokio::time::interval(REDRAW_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut next_line = Instant::now() + LINE_EVERY;
        while is_over.run_until_cancelled(ticks.tick()).await.is_some() {
            self.take_warnings();
            if let Some(drawn) = &mut drawn {
                self.redraw(drawn);
            } else if !self.is_quiet && Instant::now() >= next_line {
                next_line += LINE_EVERY;
                terminal::note(self.lines().join(", "));
            }
        }
        self.take_warnings();
        if let Some(drawn) = drawn {
            let own = drawn.scenarios.iter().chain(&drawn.totals);
            own.for_each(ProgressBar::finish_and_clear);
            self.bars.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    fn take_warnings(&self) {
        let new = self.handle.state().take_warnings();
        for warning in &new {
            self.log.say(Level::Warning, warning);
        }
        self.warnings.borrow_mut().extend(new);
    }

    fn draw(&self) -> Drawn {
        self.bars.set_draw_target(ProgressDrawTarget::stderr());
        let template = if self.no_color {
            "{prefix:16} [{bar:24}] {msg}"
        } else {
            "{prefix:16.bold} [{bar:24.cyan}] {msg}"
        };
        let style = ProgressStyle::with_template(template)
            .expect("the template is a constant and well formed")
            .progress_chars("=> ");
        let bar = |name: &str| {
            let bar = self.bars.add(ProgressBar::new(BAR_STEPS));
            bar.set_style(style.clone());
            bar.set_prefix(name.to_owned());
            bar
        };
        let scenarios = self.handle.scenarios().iter();
        let scenarios = scenarios.map(|scenario| bar(&scenario.name)).collect();
        let plain = ProgressStyle::with_template("{msg}")
            .expect("the template is a constant and well formed");
        let totals = [(); 2].map(|()| {
            let total = self.bars.add(ProgressBar::no_length());
            total.set_style(plain.clone());
            total
        });
        Drawn {
            scenarios,
            totals,
            next_totals: Instant::now(),
        }
    }

    fn redraw(&self, drawn: &mut Drawn) {
        for (bar, scenario) in drawn.scenarios.iter().zip(self.handle.scenarios_now()) {
            // A share from 0 to 1.
            bar.set_position((scenario.progress * BAR_STEPS as f64) as u64);
            let mut text = format!(
                "{:3.0} %  {} VUs  {} iterations",
                (scenario.progress * 100.0).floor(),
                scenario.vus,
                scenario.iterations
            );
            if scenario.dropped > 0 {
                let _ = write!(text, ", {} dropped", scenario.dropped);
            }
            bar.set_message(text);
        }
        if Instant::now() < drawn.next_totals {
            return;
        }
        drawn.next_totals = Instant::now() + TOTALS_EVERY;
        for (total, line) in drawn.totals.iter().zip(self.lines()) {
            total.set_message(line);
        }
    }

    /// Where the run stands: what it has done, and its last second.
    fn lines(&self) -> [String; 2] {
        let state = self.handle.state();
        let point = self.handle.last_point().unwrap_or_default();
        let (requests, failed) = self.requests();
        let share = if requests == 0 {
            0.0
        } else {
            failed as f64 / requests as f64 * 100.0
        };
        [
            format!(
                "running ({}), {}/{} VUs, {} complete and {} interrupted iterations",
                running_time(state.elapsed()),
                state.vus_active(),
                state.vus_initialized(),
                state.iterations_completed(),
                state.iterations_interrupted(),
            ),
            format!(
                "{:.1} iterations/s, {:.1} requests/s, p95 {}, {failed} failed ({share:.2} %)",
                point.iterations_per_sec,
                point.requests_per_sec,
                millis(point.p95_ms),
            ),
        ]
    }

    /// Requests so far, and those that failed.
    fn requests(&self) -> (u64, u64) {
        let summary = self.handle.summary();
        match summary
            .lookup("http_req_failed")
            .map(|metric| &metric.values)
        {
            Some(MetricValues::Rate { passes, fails }) => (passes + fails, *passes),
            _ => (0, 0),
        }
    }
}

/// A time as k6 writes that of a running test: `1h02m03.4s`, `02m03.4s`, `03.4s`.
fn running_time(time: Duration) -> String {
    let tenths = time.as_millis() / 100;
    let (seconds, tenth) = (tenths / 10, tenths % 10);
    let (minutes, second) = (seconds / 60, seconds % 60);
    match (minutes / 60, minutes % 60) {
        (0, minute) => format!("{minute}m{second:02}.{tenth}s"),
        (hour, minute) => format!("{hour}h{minute:02}m{second:02}.{tenth}s"),
    }
}

pub(super) fn millis(value: f64) -> String {
    if value >= 1_000.0 {
        format!("{:.2}s", value / 1_000.0)
    } else if value >= 1.0 {
        format!("{value:.1}ms")
    } else {
        format!("{:.0}µs", value * 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_k6_does() {
        assert_eq!(running_time(Duration::from_millis(1_250)), "0m01.2s");
        assert_eq!(running_time(Duration::from_secs(3_723)), "1h02m03.0s");
        assert_eq!(millis(0.25), "250µs");
        assert_eq!(millis(12.34), "12.3ms");
        assert_eq!(millis(1_500.0), "1.50s");
    }
}
