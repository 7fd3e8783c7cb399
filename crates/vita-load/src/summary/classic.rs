//! The layout of k6 before 1.0.

use std::fmt::Write as _;

use super::layout::{FAILED, Line, PASSED, Palette, RateStyle, Widths, columns};
use super::{MetricSummary, RunSummary};
use crate::metric::{Check, Group};

/// What all lines are moved in by.
const INDENT: usize = 5;

pub(super) fn text(run: &RunSummary, palette: Palette) -> String {
    let mut out = String::new();
    write_group(&mut out, &run.root_group, INDENT, palette);
    let lines: Vec<Line> = run
        .metrics
        .iter()
        .flat_map(|metric| metric_lines(run, metric, palette))
        .collect();
    let widths = Widths::of(&lines);
    for line in &lines {
        line.write(&mut out, &widths, palette);
    }
    out
}

/// Each block is followed by an empty line.
fn write_group(out: &mut String, group: &Group, indent: usize, palette: Palette) {
    let space = " ".repeat(indent);
    let is_root = group.path.is_empty();
    let inner = if is_root { indent } else { indent + 2 };
    if !is_root {
        let _ = writeln!(out, "{space}█ {}\n", group.name);
    }
    for check in &group.checks {
        write_check(out, check, inner, palette);
    }
    if !group.checks.is_empty() {
        out.push('\n');
    }
    for child in &group.groups {
        write_group(out, child, inner, palette);
    }
}

fn write_check(out: &mut String, check: &Check, indent: usize, palette: Palette) {
    let space = " ".repeat(indent);
    if check.fails == 0 {
        let _ = writeln!(
            out,
            "{space}{}",
            palette.good(&format!("{PASSED} {}", check.name))
        );
        return;
    }
    let _ = writeln!(
        out,
        "{space}{}",
        palette.bad(&format!("{FAILED} {}", check.name))
    );
    let share = 100 * check.passes / (check.passes + check.fails);
    let counts = format!(
        "{space} ↳  {share}% — {PASSED} {} / {FAILED} {}",
        check.passes, check.fails
    );
    let _ = writeln!(out, "{}", palette.bad(&counts));
}

fn metric_lines(run: &RunSummary, metric: &MetricSummary, palette: Palette) -> Vec<Line> {
    let mut lines = vec![line(run, metric, metric.name.clone(), palette)];
    for sub in &metric.subs {
        let suffix = sub.suffix.as_deref().unwrap_or_default();
        lines.push(line(run, sub, format!("{{ {suffix} }}"), palette));
    }
    lines
}

/// The mark stands two places before the name.
fn line(run: &RunSummary, metric: &MetricSummary, name: String, palette: Palette) -> Line {
    let depth = if metric.suffix.is_some() { 2 } else { 0 };
    let columns = columns(run, metric, RateStyle::Marks);
    let space = " ".repeat(INDENT - 2 + depth);
    let mark = if metric.thresholds.is_empty() {
        " ".to_owned()
    } else {
        palette.mark(metric.thresholds.iter().all(|threshold| threshold.ok))
    };
    Line {
        depth,
        lead: format!("{space}{mark} "),
        name,
        columns,
    }
}
