//! The summary as JSON: for `handleSummary`, and as `--summary-export` writes it.

use serde_json::{Map, Value, json};

use super::{MetricSummary, RunSummary};
use crate::metric::{Check, Group, MetricValues};

/// What `handleSummary` is told of its surroundings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SummaryContext {
    /// Whether colours are unwanted.
    pub no_color: bool,
    /// Whether standard output is a terminal.
    pub is_stdout_tty: bool,
    /// Whether standard error is a terminal.
    pub is_stderr_tty: bool,
}

impl RunSummary {
    /// The argument of `handleSummary`, but for `setup_data`, which the script's runner adds.
    pub fn handle_summary_data(&self, context: SummaryContext) -> Value {
        let mut metrics = Map::new();
        for metric in self
            .metrics
            .iter()
            .flat_map(|metric| std::iter::once(metric).chain(&metric.subs))
        {
            metrics.insert(metric.name.clone(), self.metric_data(metric));
        }
        let stats: Vec<&str> = self
            .trend_stats
            .iter()
            .map(|stat| stat.name.as_str())
            .collect();
        json!({
            "root_group": group_data(&self.root_group),
            "options": {
                "summaryTrendStats": stats,
                "summaryTimeUnit": self.time_unit.map_or(json!(""), |unit| json!(unit)),
                "noColor": context.no_color,
            },
            "state": {
                "isStdOutTTY": context.is_stdout_tty,
                "isStdErrTTY": context.is_stderr_tty,
                "testRunDurationMs": self.duration.as_nanos() as f64 / 1e6,
            },
            "metrics": metrics,
        })
    }

    fn metric_data(&self, metric: &MetricSummary) -> Value {
        let mut data = Map::new();
        data.insert("type".to_owned(), json!(metric.kind));
        data.insert("contains".to_owned(), json!(metric.contains));
        data.insert(
            "values".to_owned(),
            Value::Object(self.values(metric, "rate")),
        );
        if !metric.thresholds.is_empty() {
            let oks = metric
                .thresholds
                .iter()
                .map(|threshold| (threshold.source.clone(), json!({ "ok": threshold.ok })));
            data.insert("thresholds".to_owned(), Value::Object(oks.collect()));
        }
        Value::Object(data)
    }

    /// A metric's values; `share` names a rate's.
    fn values(&self, metric: &MetricSummary, share: &str) -> Map<String, Value> {
        let pairs: Vec<(&str, Value)> = match &metric.values {
            MetricValues::Counter { count, rate } => {
                vec![("count", number(*count)), ("rate", number(*rate))]
            }
            MetricValues::Gauge { value, min, max } => {
                vec![
                    ("value", number(*value)),
                    ("min", number(*min)),
                    ("max", number(*max)),
                ]
            }
            MetricValues::Rate { passes, fails } => {
                let total = passes + fails;
                let part = if total == 0 {
                    0.0
                } else {
                    *passes as f64 / total as f64
                };
                vec![
                    (share, number(part)),
                    ("passes", json!(passes)),
                    ("fails", json!(fails)),
                ]
            }
            MetricValues::Trend(trend) => {
                let wanted = self.trend_stats.iter().map(|stat| stat.aggregation);
                let names = self.trend_stats.iter().map(|stat| stat.name.as_str());
                names
                    .zip(trend.stats(wanted).into_iter().map(number))
                    .collect()
            }
        };
        pairs
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// What `--summary-export` writes. Its thresholds say true when they FAILED.
    pub fn export(&self) -> Value {
        let mut metrics = Map::new();
        for metric in self
            .metrics
            .iter()
            .flat_map(|metric| std::iter::once(metric).chain(&metric.subs))
        {
            let mut values = self.values(metric, "value");
            if !metric.thresholds.is_empty() {
                let failed = metric
                    .thresholds
                    .iter()
                    .map(|threshold| (threshold.source.clone(), json!(!threshold.ok)));
                values.insert("thresholds".to_owned(), Value::Object(failed.collect()));
            }
            metrics.insert(metric.name.clone(), Value::Object(values));
        }
        json!({ "root_group": group_export(&self.root_group), "metrics": metrics })
    }

    /// [`export`](Self::export) as text, each level four spaces further in.
    pub fn export_text(&self) -> String {
        let mut out = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
        // Writing to memory can't fail, and the value has text keys only.
        drop(serde::Serialize::serialize(&self.export(), &mut serializer));
        String::from_utf8(out).unwrap_or_default()
    }
}

/// Whole numbers without a decimal point, as JavaScript and Go write them.
pub(crate) fn number(value: f64) -> Value {
    // Beyond 2^53 not every whole number is one.
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        return json!(value as i64);
    }
    json!(value)
}

fn group_data(group: &Group) -> Value {
    json!({
        "name": group.name,
        "path": group.path,
        "id": group.id,
        "groups": group.groups.iter().map(group_data).collect::<Vec<_>>(),
        "checks": group.checks.iter().map(check_data).collect::<Vec<_>>(),
    })
}

fn group_export(group: &Group) -> Value {
    let groups = group
        .groups
        .iter()
        .map(|child| (child.name.clone(), group_export(child)));
    let checks = group
        .checks
        .iter()
        .map(|check| (check.name.clone(), check_data(check)));
    json!({
        "name": group.name,
        "path": group.path,
        "id": group.id,
        "groups": Value::Object(groups.collect()),
        "checks": Value::Object(checks.collect()),
    })
}

fn check_data(check: &Check) -> Value {
    json!({
        "name": check.name,
        "path": check.path,
        "id": check.id,
        "passes": check.passes,
        "fails": check.fails,
    })
}
