//! Everything that a page about a run shows.

use serde::{Deserialize, Serialize};

use super::SeriesPoint;
use crate::metric::{Contains, Group, MetricKind, MetricValues};
use crate::run::{GeneratorHealth, LittlesLaw, RunHandle, StopReason};
use crate::summary::{MetricSummary, RunSummary, TrendFigures};

/// A run that is over, or as it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// When it began, RFC 3339.
    pub started_at: String,
    /// How long it took, in seconds.
    pub duration_secs: f64,
    /// Whether it is over.
    pub is_over: bool,
    /// Why it ended early.
    pub ended_early: Option<String>,
    /// Its scenarios.
    pub scenarios: Vec<ReportScenario>,
    /// Its metrics, those beyond k6 included.
    pub metrics: Vec<ReportMetric>,
    /// Its thresholds.
    pub thresholds: Vec<ReportThreshold>,
    /// Its checks.
    pub checks: Vec<ReportCheck>,
    /// Requests by name, and by group.
    pub requests: Vec<ReportRequest>,
    /// The run over time.
    pub series: Vec<SeriesPoint>,
    /// How the generator fared.
    pub generator: GeneratorHealth,
    /// Whether the measurement agrees with itself.
    pub littles_law: LittlesLaw,
    /// What was to be said to the user.
    pub warnings: Vec<String>,
}

/// A scenario of a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportScenario {
    /// Its name.
    pub name: String,
    /// Its executor's name.
    pub executor: String,
    /// How much of it is done, from 0 to 1.
    pub progress: f64,
    /// Iterations that came to an end of their own.
    pub iterations: u64,
    /// Iterations that were interrupted.
    pub interrupted: u64,
    /// Iterations for which no virtual user was free.
    pub dropped: u64,
    /// Virtual users at work.
    pub vus: u64,
}

/// A metric of a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportMetric {
    /// Its name, a sub-metric's with its selector.
    pub name: String,
    /// How its samples are taken together.
    pub kind: MetricKind,
    /// What they are.
    pub contains: Contains,
    /// Its sum, last value or share.
    pub value: f64,
    /// A counter's sum a second.
    pub per_sec: Option<f64>,
    /// A trend's figures.
    pub figures: Option<TrendFigures>,
}

/// A threshold of a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportThreshold {
    /// The metric or sub-metric.
    pub metric: String,
    /// The threshold as written.
    pub source: String,
    /// Its aggregation's value.
    pub value: Option<f64>,
    /// Whether it holds.
    pub ok: bool,
    /// What the value is.
    pub contains: Contains,
}

/// A check of a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportCheck {
    /// Its group's path.
    pub group: String,
    /// Its name.
    pub name: String,
    /// How often it passed.
    pub passes: u64,
    /// How often it failed.
    pub fails: u64,
}

/// The requests of a name or group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportRequest {
    /// Method and name, or the group's path.
    pub name: String,
    /// Whether it is a group.
    pub is_group: bool,
    /// How many failed.
    pub failed: u64,
    /// Their durations, in milliseconds.
    pub durations: TrendFigures,
}

impl RunHandle {
    /// Everything about the run, as it stands. `warnings` are those the caller has taken.
    pub fn report(&self, warnings: Vec<String>) -> Report {
        let summary = self.summary();
        let all: Vec<&MetricSummary> = summary
            .metrics
            .iter()
            .chain(&summary.own_metrics)
            .flat_map(|metric| std::iter::once(metric).chain(&metric.subs))
            .collect();
        let mut checks = Vec::new();
        collect_checks(&summary.root_group, &mut checks);
        Report {
            started_at: self.state().started_at().to_string(),
            duration_secs: summary.duration.as_secs_f64(),
            is_over: self.is_over(),
            ended_early: self.state().stop_reason().map(|reason| describe(&reason)),
            scenarios: self.scenarios_now(),
            metrics: all.iter().map(|metric| report_metric(metric)).collect(),
            thresholds: all
                .iter()
                .flat_map(|metric| report_thresholds(metric))
                .collect(),
            checks,
            requests: report_requests(&summary),
            series: self.series(),
            generator: self.generator_health(),
            littles_law: self.littles_law(),
            warnings,
        }
    }

    /// Where each scenario stands.
    pub fn scenarios_now(&self) -> Vec<ReportScenario> {
        self.scenarios()
            .iter()
            .map(|scenario| ReportScenario {
                name: scenario.name.clone(),
                executor: scenario.executor.as_str().to_owned(),
                progress: scenario.progress(),
                iterations: scenario.iterations_ended(),
                interrupted: scenario.iterations_interrupted(),
                dropped: scenario.iterations_dropped(),
                vus: scenario.vus_active(),
            })
            .collect()
    }
}

fn describe(reason: &StopReason) -> String {
    match reason {
        StopReason::ScriptAborted(message) => format!("the script aborted the test: {message}"),
        StopReason::ThresholdsCrossed(metrics) => {
            format!("thresholds were crossed on {}", metrics.join(", "))
        }
        StopReason::External => "the test was stopped from outside".to_owned(),
        StopReason::ScriptFailed(message) => format!("the script failed: {message}"),
        StopReason::TimedOut { stage, after } => {
            format!("{stage} took longer than {} s", after.as_secs_f64())
        }
    }
}

fn report_metric(metric: &MetricSummary) -> ReportMetric {
    let (value, per_sec, figures) = match &metric.values {
        MetricValues::Counter { count, rate } => (*count, Some(*rate), None),
        MetricValues::Gauge { value, .. } => (*value, None, None),
        MetricValues::Rate { passes, fails } => {
            (*passes as f64 / (passes + fails).max(1) as f64, None, None)
        }
        MetricValues::Trend(trend) => (trend.avg(), None, Some(trend.figures())),
    };
    let (kind, contains) = (metric.kind, metric.contains);
    ReportMetric {
        name: metric.name.clone(),
        kind,
        contains,
        value,
        per_sec,
        figures,
    }
}

fn report_thresholds(metric: &MetricSummary) -> impl Iterator<Item = ReportThreshold> + '_ {
    metric.thresholds.iter().map(|threshold| ReportThreshold {
        metric: metric.name.clone(),
        source: threshold.source.clone(),
        value: threshold.value,
        ok: threshold.ok,
        contains: metric.contains,
    })
}

fn report_requests(summary: &RunSummary) -> Vec<ReportRequest> {
    let request = |request: &crate::summary::RequestSummary| ReportRequest {
        name: request.name.clone(),
        is_group: request.is_group,
        failed: request.failed,
        durations: request.durations,
    };
    summary.requests.iter().map(request).collect()
}

fn collect_checks(group: &Group, checks: &mut Vec<ReportCheck>) {
    checks.extend(group.checks.iter().map(|check| ReportCheck {
        group: group.path.clone(),
        name: check.name.clone(),
        passes: check.passes,
        fails: check.fails,
    }));
    group
        .groups
        .iter()
        .for_each(|child| collect_checks(child, checks));
}
