//! k6's present layout.

use std::fmt::Write as _;

use super::layout::{Columns, FAILED, Line, PASSED, Palette, RateStyle, Widths, columns};
use super::numbers;
use super::{MetricSummary, PartSummary, RunSummary};
use crate::metric::{Check, Contains, Group, MetricValues};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    Compact,
    Full,
}

/// What a block of metrics is headed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Custom,
    Http,
    Execution,
    Network,
    Websocket,
    /// Not shown among metrics: checks have a block of their own.
    Checks,
}

const SECTIONS: [(Section, &str); 5] = [
    (Section::Custom, "CUSTOM"),
    (Section::Http, "HTTP"),
    (Section::Execution, "EXECUTION"),
    (Section::Network, "NETWORK"),
    (Section::Websocket, "WEBSOCKET"),
];

/// The metrics of HTTP that a compact summary shows.
const HTTP_SHOWN: [&str; 3] = ["http_req_duration", "http_req_failed", "http_reqs"];

/// What all blocks are moved in by.
const INDENT: usize = 4;

fn section(name: &str) -> Section {
    match name {
        "checks" => Section::Checks,
        "data_received" | "data_sent" => Section::Network,
        "vus" | "vus_max" | "iterations" | "iteration_duration" | "dropped_iterations"
        | "group_duration" => Section::Execution,
        _ if name.starts_with("http_req") => Section::Http,
        "ws_sessions"
        | "ws_msgs_sent"
        | "ws_msgs_received"
        | "ws_ping"
        | "ws_session_duration"
        | "ws_connecting" => Section::Websocket,
        _ => Section::Custom,
    }
}

fn is_shown(name: &str, extent: Extent) -> bool {
    extent == Extent::Full
        || match section(name) {
            Section::Http => HTTP_SHOWN.contains(&name),
            _ => name != "group_duration",
        }
}

pub(super) fn text(run: &RunSummary, extent: Extent, palette: Palette) -> String {
    let writer = Writer {
        run,
        extent,
        palette,
    };
    let mut out = String::new();
    writer.thresholds(&mut out);
    writer.total(&mut out);
    if extent == Extent::Full {
        writer.parts(&mut out);
    }
    out
}

struct Writer<'a> {
    run: &'a RunSummary,
    extent: Extent,
    palette: Palette,
}

/// A block's own checks and metrics.
struct Block<'a> {
    checks: Vec<&'a Check>,
    metrics: &'a [MetricSummary],
    indent: usize,
}

impl Block<'_> {
    /// Checks that passed and failed: its metric's, or those of the checks it names.
    fn totals(&self) -> (u64, u64) {
        let metric = self
            .metrics
            .iter()
            .find(|metric| section(&metric.name) == Section::Checks);
        if let Some(MetricValues::Rate { passes, fails }) = metric.map(|metric| &metric.values) {
            return (*passes, *fails);
        }
        let add = |(passes, fails): (u64, u64), check: &&Check| {
            (passes + check.passes, fails + check.fails)
        };
        self.checks.iter().fold((0, 0), add)
    }
}

impl Writer<'_> {
    fn title(&self, out: &mut String, title: &str) {
        let _ = writeln!(out, "  █ {} \n", self.palette.strong(title));
    }

    fn thresholds(&self, out: &mut String) {
        let has_some = |metric: &MetricSummary| !metric.thresholds.is_empty();
        let with_some: Vec<&MetricSummary> = self
            .run
            .metrics
            .iter()
            .filter(|metric| has_some(metric) || metric.subs.iter().any(has_some))
            .collect();
        if with_some.is_empty() {
            return;
        }
        self.title(out, "THRESHOLDS");
        for metric in with_some {
            self.threshold_block(out, metric, &metric.name, INDENT);
            for sub in metric.subs.iter().filter(|sub| has_some(sub)) {
                let suffix = sub.suffix.as_deref().unwrap_or_default();
                self.threshold_block(out, sub, &format!("{{{suffix}}}"), INDENT + 2);
            }
        }
        out.push('\n');
    }

    fn threshold_block(&self, out: &mut String, metric: &MetricSummary, name: &str, indent: usize) {
        let space = " ".repeat(indent);
        let _ = writeln!(out, "{space}{name}");
        for threshold in &metric.thresholds {
            let mark = self.palette.mark(threshold.ok);
            let value = threshold.value.unwrap_or_default();
            let shown = match (&metric.values, threshold.aggregation.as_str()) {
                (MetricValues::Rate { .. }, _) => numbers::percent(value),
                (MetricValues::Counter { .. }, "rate") => {
                    format!("{}/s", self.value(value, metric.contains))
                }
                _ => self.value(value, metric.contains),
            };
            let (source, aggregation) = (&threshold.source, &threshold.aggregation);
            let _ = writeln!(out, "{space}{mark} '{source}' {aggregation}={shown}");
        }
        out.push('\n');
    }

    fn value(&self, value: f64, contains: Contains) -> String {
        numbers::value(value, contains, self.run.time_unit)
    }

    fn total(&self, out: &mut String) {
        self.title(out, "TOTAL RESULTS");
        let mut checks = Vec::new();
        collect_checks(&self.run.root_group, &mut checks);
        self.block(
            out,
            &Block {
                checks,
                metrics: &self.run.metrics,
                indent: INDENT,
            },
        );
    }

    fn parts(&self, out: &mut String) {
        let scenarios: Vec<&PartSummary> = self
            .run
            .parts
            .iter()
            .filter(|part| part.is_scenario)
            .collect();
        for part in &scenarios {
            // Of a single scenario are all checks; of several it isn't known which are whose.
            let mut checks = Vec::new();
            if scenarios.len() == 1 {
                collect_checks(&self.run.root_group, &mut checks);
            }
            out.push('\n');
            self.title(out, &format!("SCENARIO: {}", part.name));
            self.block(
                out,
                &Block {
                    checks,
                    metrics: &part.metrics,
                    indent: INDENT,
                },
            );
        }
        for part in self.run.parts.iter().filter(|part| !part.is_scenario) {
            self.group_part(out, part);
        }
    }

    fn group_part(&self, out: &mut String, part: &PartSummary) {
        let name = part.name.trim_start_matches("::").replace("::", " / ");
        let title = self.palette.strong(&format!("GROUP: {name}"));
        let _ = writeln!(out, "\n{}↳ {title} \n", " ".repeat(INDENT));
        let checks = find_group(&self.run.root_group, &part.name)
            .map(|group| group.checks.iter().collect())
            .unwrap_or_default();
        self.block(
            out,
            &Block {
                checks,
                metrics: &part.metrics,
                indent: INDENT + 2,
            },
        );
    }

    /// Checks, then each section's metrics; an empty line between two.
    fn block(&self, out: &mut String, block: &Block<'_>) {
        let shown: Vec<&MetricSummary> = block
            .metrics
            .iter()
            .filter(|metric| is_shown(&metric.name, self.extent))
            .collect();
        let mut parts: Vec<String> = Vec::new();
        let totals = block.totals();
        if totals != (0, 0) {
            let mut text = String::new();
            self.check_totals(&mut text, totals, block.indent);
            if !block.checks.is_empty() {
                text.push('\n');
            }
            for check in &block.checks {
                self.check(&mut text, check, block.indent);
            }
            parts.push(text);
        }
        let lines: Vec<(Section, Vec<Line>)> = shown
            .iter()
            .filter(|metric| section(&metric.name) != Section::Checks)
            .map(|metric| {
                (
                    section(&metric.name),
                    self.metric_lines(metric, block.indent),
                )
            })
            .collect();
        let widths = Widths::of(lines.iter().flat_map(|(_, lines)| lines));
        for (section, title) in SECTIONS {
            let own = lines
                .iter()
                .filter(|(of, _)| *of == section)
                .flat_map(|(_, lines)| lines);
            let mut text = String::new();
            own.for_each(|line| line.write(&mut text, &widths, self.palette));
            if !text.is_empty() {
                let title = self.palette.strong(title);
                parts.push(format!("{}{title}\n{text}", " ".repeat(block.indent)));
            }
        }
        out.push_str(&parts.join("\n"));
    }

    fn metric_lines(&self, metric: &MetricSummary, indent: usize) -> Vec<Line> {
        let line = |metric: &MetricSummary, name: String, depth: usize| Line {
            lead: " ".repeat(indent + depth),
            depth,
            name,
            columns: columns(self.run, metric, RateStyle::OutOf),
        };
        let mut lines = vec![line(metric, metric.name.clone(), 0)];
        for sub in &metric.subs {
            let suffix = sub.suffix.as_deref().unwrap_or_default();
            lines.push(line(sub, format!("{{ {suffix} }}"), 2));
        }
        lines
    }

    /// The totals of checks, and how many there were each second.
    fn check_totals(&self, out: &mut String, (passes, fails): (u64, u64), indent: usize) {
        let total = passes + fails;
        let share = |part: u64| {
            if total == 0 {
                0.0
            } else {
                part as f64 / total as f64
            }
        };
        let secs = self.run.duration.as_secs_f64();
        let rate = if secs > 0.0 { total as f64 / secs } else { 0.0 };
        let line = |name: &str, value: String, extra: String| Line {
            lead: " ".repeat(indent),
            depth: 0,
            name: name.to_owned(),
            columns: Columns::Values(vec![value, extra]),
        };
        let of = |part: u64| format!("{part} out of {total}");
        let lines = [
            line(
                "checks_total",
                total.to_string(),
                format!("{}/s", numbers::number(rate)),
            ),
            line(
                "checks_succeeded",
                numbers::percent(share(passes)),
                of(passes),
            ),
            line("checks_failed", numbers::percent(share(fails)), of(fails)),
        ];
        let widths = Widths::of(&lines);
        for line in &lines {
            line.write(out, &widths, self.palette);
        }
    }

    fn check(&self, out: &mut String, check: &Check, indent: usize) {
        let space = " ".repeat(indent);
        let (name, palette) = (&check.name, self.palette);
        if check.fails == 0 {
            let _ = writeln!(out, "{space}{}", palette.good(&format!("{PASSED} {name}")));
            return;
        }
        let _ = writeln!(out, "{space}{}", palette.bad(&format!("{FAILED} {name}")));
        let share = 100 * check.passes / (check.passes + check.fails);
        let (passes, fails) = (check.passes, check.fails);
        let counts = format!("{space}  ↳  {share}% — {PASSED} {passes} / {FAILED} {fails}");
        let _ = writeln!(out, "{}", palette.bad(&counts));
    }
}

fn collect_checks<'a>(group: &'a Group, checks: &mut Vec<&'a Check>) {
    checks.extend(&group.checks);
    group
        .groups
        .iter()
        .for_each(|child| collect_checks(child, checks));
}

fn find_group<'a>(group: &'a Group, path: &str) -> Option<&'a Group> {
    if group.path == path {
        return Some(group);
    }
    group
        .groups
        .iter()
        .find_map(|child| find_group(child, path))
}
