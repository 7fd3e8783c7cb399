//! Lines of names, dots and columns.

use super::numbers;
use super::{MetricSummary, RunSummary};
use crate::metric::MetricValues;

pub(super) const PASSED: &str = "✓";
pub(super) const FAILED: &str = "✗";

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    is_on: bool,
}

impl Palette {
    pub(super) fn new(is_on: bool) -> Self {
        Self { is_on }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.is_on {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    pub(super) fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    pub(super) fn strong(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn value(self, text: &str) -> String {
        self.paint("36", text)
    }

    fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }

    pub(super) fn mark(self, ok: bool) -> String {
        if ok {
            self.good(PASSED)
        } else {
            self.bad(FAILED)
        }
    }
}

/// What stands behind a name.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Columns {
    /// A value and what is said beside it.
    Values(Vec<String>),
    /// A trend's statistics.
    Stats(Vec<String>),
}

/// How a rate's counts are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RateStyle {
    /// `✓ 50        ✗ 10`
    Marks,
    /// `50 out of 60`
    OutOf,
}

/// A line of the table.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// What stands before the name: spaces, and a mark.
    pub(super) lead: String,
    /// How much further in the name stands than others.
    pub(super) depth: usize,
    pub(super) name: String,
    pub(super) columns: Columns,
}

/// How wide things have to be.
#[derive(Clone, Debug, Default)]
pub(super) struct Widths {
    name: usize,
    value: usize,
    extras: Vec<usize>,
    stats: Vec<usize>,
}

impl Widths {
    pub(super) fn of<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut widths = Self::default();
        for line in lines {
            widths.name = widths.name.max(line.depth + width(&line.name));
            match &line.columns {
                Columns::Stats(stats) => grow(&mut widths.stats, stats),
                Columns::Values(values) => {
                    if let [value, extras @ ..] = &values[..] {
                        widths.value = widths.value.max(width(value));
                        grow(&mut widths.extras, extras);
                    }
                }
            }
        }
        widths
    }
}

fn grow(widths: &mut Vec<usize>, texts: &[String]) {
    widths.resize(widths.len().max(texts.len()), 0);
    for (own, text) in widths.iter_mut().zip(texts) {
        *own = (*own).max(width(text));
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn padding(text: &str, to: usize) -> String {
    " ".repeat(to.saturating_sub(width(text)))
}

/// Dots between the longest name and its colon.
const DOTS_MIN: usize = 3;

impl Line {
    pub(super) fn write(&self, out: &mut String, widths: &Widths, palette: Palette) {
        let dots = ".".repeat(widths.name + DOTS_MIN - self.depth - width(&self.name));
        out.push_str(&self.lead);
        out.push_str(&self.name);
        out.push_str(&palette.faint(&format!("{dots}:")));
        match &self.columns {
            Columns::Stats(stats) => {
                for (stat, to) in stats.iter().zip(&widths.stats) {
                    out.push(' ');
                    out.push_str(&palette.value(stat));
                    out.push_str(&padding(stat, *to));
                }
            }
            Columns::Values(values) => write_values(out, values, widths, palette),
        }
        out.push('\n');
    }
}

fn write_values(out: &mut String, values: &[String], widths: &Widths, palette: Palette) {
    let [value, extras @ ..] = values else { return };
    out.push(' ');
    out.push_str(&palette.value(value));
    out.push_str(&padding(value, widths.value));
    // One thing beside the value ends the line; two are columns.
    let is_table = extras.len() > 1;
    for (extra, to) in extras.iter().zip(&widths.extras) {
        out.push(' ');
        out.push_str(&palette.value(extra));
        if is_table {
            out.push_str(&padding(extra, *to));
        }
    }
}

/// The columns of a metric.
pub(super) fn columns(run: &RunSummary, metric: &MetricSummary, style: RateStyle) -> Columns {
    let text = |value: f64| numbers::value(value, metric.contains, run.time_unit);
    match &metric.values {
        MetricValues::Trend(trend) => Columns::Stats(
            run.trend_stats
                .iter()
                .zip(trend.stats(run.trend_stats.iter().map(|stat| stat.aggregation)))
                .map(|(stat, value)| {
                    let is_count = stat.aggregation == crate::threshold::Aggregation::Count;
                    let shown = if is_count {
                        numbers::number(value)
                    } else {
                        text(value)
                    };
                    format!("{}={shown}", stat.name)
                })
                .collect(),
        ),
        MetricValues::Counter { count, rate } => {
            Columns::Values(vec![text(*count), format!("{}/s", text(*rate))])
        }
        MetricValues::Gauge { value, min, max } => Columns::Values(vec![
            text(*value),
            format!("min={}", text(*min)),
            format!("max={}", text(*max)),
        ]),
        MetricValues::Rate { passes, fails } => {
            let total = passes + fails;
            let share = if total == 0 {
                0.0
            } else {
                *passes as f64 / total as f64
            };
            let mut values = vec![numbers::percent(share)];
            match style {
                RateStyle::Marks => {
                    values.push(format!("{PASSED} {passes}"));
                    values.push(format!("{FAILED} {fails}"));
                }
                RateStyle::OutOf => values.push(format!("{passes} out of {total}")),
            }
            Columns::Values(values)
        }
    }
}
