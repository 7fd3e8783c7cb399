//! What came of a script, held against its head.

use super::Came;
use super::head::{Expected, Head};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vita_load::{Group, SummaryContext};

/// Stands for any text of one line.
const ANY: char = '…';

/// Everything that is not as the head says.
pub(crate) fn problems(head: &Head, came: &Came) -> Vec<String> {
    let mut problems = Vec::new();
    let mut exit = 0;
    let mut error = false;
    let mut prints = Vec::new();
    let mut checks = BTreeMap::new();
    for expected in &head.expected {
        match expected {
            Expected::Exit(code) => exit = *code,
            Expected::Prints(text) => prints.push(text.as_str()),
            Expected::Check(name, counts) => {
                checks.insert(name.clone(), counts.clone());
            }
            Expected::Error(text) => {
                error = true;
                if !has(&came.error, text) {
                    problems.push(format!("error: expected `{text}`, got `{}`", came.error));
                }
            }
            other => problems.extend(problem(other, came)),
        }
    }
    if came.exit != exit {
        problems.push(format!(
            "exit: expected {exit}, got {} {}",
            came.exit, came.error
        ));
    } else if !error && !came.error.is_empty() {
        problems.push(format!("error: expected none, got `{}`", came.error));
    }
    if !prints.is_empty() {
        problems.extend(compare_prints(prints, head.any_order, came));
    }
    if !checks.is_empty() {
        problems.extend(compare_checks(&checks, came));
    }
    if !problems.is_empty() {
        problems.extend(
            came.log
                .iter()
                .take(12)
                .map(|line| format!("  log: {}", line.text)),
        );
    }
    problems
}

fn compare_prints(mut expected: Vec<&str>, any_order: bool, came: &Came) -> Option<String> {
    let console = came.log.iter().filter(|line| line.is_console);
    let mut printed: Vec<&str> = console.map(|line| line.message.as_str()).collect();
    if any_order {
        expected.sort_unstable();
        printed.sort_unstable();
    }
    let is_same = expected.len() == printed.len()
        && expected
            .iter()
            .zip(&printed)
            .all(|(pattern, text)| is(text, pattern));
    (!is_same).then(|| format!("prints:\n    expected {expected:#?}\n    got {printed:#?}"))
}

fn compare_checks(expected: &BTreeMap<String, String>, came: &Came) -> Option<String> {
    let mut got = BTreeMap::new();
    if let Some(outcome) = &came.outcome {
        add_checks(&outcome.summary.root_group, &mut got);
    }
    let got: BTreeMap<String, String> = got
        .into_iter()
        .map(|(name, (passes, fails))| (name, format!("{passes}/{fails}")))
        .collect();
    (got != *expected).then(|| format!("checks: expected {expected:?}, got {got:?}"))
}

/// A check that is in several groups counts in all of them.
fn add_checks(group: &Group, into: &mut BTreeMap<String, (u64, u64)>) {
    for check in &group.checks {
        let (passes, fails) = into.entry(check.name.clone()).or_default();
        *passes += check.passes;
        *fails += check.fails;
    }
    for inner in &group.groups {
        add_checks(inner, into);
    }
}

/// What is wrong with one thing, given everything that came.
fn problem(expected: &Expected, came: &Came) -> Option<String> {
    let mut log = came.log.iter().map(|line| line.text.as_str());
    match expected {
        Expected::Says(text) => {
            (!log.any(|line| has(line, text))).then(|| format!("says: `{text}` is in no line"))
        }
        Expected::NeverSays(text) => log
            .any(|line| has(line, text))
            .then(|| format!("never says: `{text}` is in a line")),
        Expected::Summary(text) => {
            let output = written(came, "stdout");
            (!output.lines().any(|line| has(line, text)))
                .then(|| format!("summary: `{text}` is in no line of\n{output}"))
        }
        Expected::NoSummary(text) => {
            let output = written(came, "stdout");
            output
                .lines()
                .any(|line| has(line, text))
                .then(|| format!("no summary: `{text}` is in a line of\n{output}"))
        }
        Expected::Sample(text) => (!came.samples.lines().any(|line| has(line, text))).then(|| {
            let some: Vec<&str> = came.samples.lines().take(5).collect();
            format!("sample: `{text}` is in no line of {some:#?}")
        }),
        Expected::NoSample(text) => came
            .samples
            .lines()
            .find(|line| has(line, text))
            .map(|line| format!("no sample: `{text}` is in {line}")),
        Expected::File(name, text) => {
            let output = written(came, name);
            (!output.lines().any(|line| has(line, text)))
                .then(|| format!("file {name}: `{text}` is in no line of `{output}`"))
        }
        Expected::Points(selector, count) => compare_points(selector, count, &came.samples),
        Expected::Tags(metric, names) => compare_tags(metric, names, &came.samples),
        Expected::Metric(name, conditions) => compare_metric(name, conditions, &data(came)),
        Expected::Data(pointer, value) => compare_json("data", pointer, value, &data(came)),
        Expected::Export(pointer, value) => {
            let export = came
                .outcome
                .as_ref()
                .map(|outcome| outcome.summary.export());
            compare_json("export", pointer, value, &export.unwrap_or_default())
        }
        _ => None,
    }
}

fn data(came: &Came) -> Value {
    came.outcome.as_ref().map_or(Value::Null, |outcome| {
        outcome
            .summary
            .handle_summary_data(SummaryContext::default())
    })
}

fn written(came: &Came, name: &str) -> String {
    let files = came.outcome.iter().flat_map(|outcome| &outcome.outputs.0);
    files
        .filter(|(file, _)| file == name)
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .collect()
}

fn compare_json(what: &str, pointer: &str, expected: &str, whole: &Value) -> Option<String> {
    let got = whole.pointer(pointer);
    let is_same = match (expected, got) {
        ("absent", got) => got.is_none(),
        (_, None) => false,
        (expected, Some(Value::String(got))) if !expected.starts_with('"') => is(got, expected),
        (expected, Some(got)) => {
            serde_json::from_str::<Value>(expected).is_ok_and(|expected| expected == *got)
                || is(&got.to_string(), expected)
        }
    };
    (!is_same).then(|| {
        let got = got.map_or("nothing".to_owned(), ToString::to_string);
        format!("{what} {pointer}: expected {expected}, got {got}")
    })
}

fn compare_metric(name: &str, conditions: &str, data: &Value) -> Option<String> {
    let values = data.get("metrics").and_then(|metrics| metrics.get(name));
    if conditions == "absent" {
        return values.map(|values| format!("metric {name}: expected none, got {values}"));
    }
    let Some(values) = values.and_then(|metric| metric.get("values")) else {
        return Some(format!("metric {name}: there is none"));
    };
    let failed: Vec<&str> = conditions
        .split(", ")
        .filter(|condition| !holds(condition, values))
        .collect();
    (!failed.is_empty()).then(|| format!("metric {name}: {} of {values}", failed.join(", ")))
}

/// Whether a condition such as `count>=3` holds.
fn holds(condition: &str, values: &Value) -> bool {
    let at = condition.find(['<', '>', '=']).unwrap_or(condition.len());
    let (key, rest) = condition.split_at(at);
    let digits = rest.trim_start_matches(['<', '>', '=']);
    let Some(got) = values.get(key).and_then(Value::as_f64) else {
        return false;
    };
    let Ok(wanted) = digits.parse::<f64>() else {
        return false;
    };
    match rest.strip_suffix(digits) {
        Some("=") => (got - wanted).abs() < 1e-9,
        Some("<") => got < wanted,
        Some("<=") => got <= wanted,
        Some(">") => got > wanted,
        Some(">=") => got >= wanted,
        _ => false,
    }
}

/// The samples of a metric in an output of JSON.
fn points<'a>(metric: &'a str, samples: &'a str) -> impl Iterator<Item = Value> + 'a {
    samples
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(move |line| line["type"] == "Point" && line["metric"] == metric)
}

fn compare_points(selector: &str, expected: &str, samples: &str) -> Option<String> {
    let (metric, tags) = selector.split_once('{').unwrap_or((selector, "}"));
    let tags: Vec<(&str, &str)> = tags
        .strip_suffix('}')
        .unwrap_or_default()
        .split(',')
        .filter_map(|tag| tag.split_once(':'))
        .collect();
    let has_tags = |point: &Value| {
        tags.iter()
            .all(|(key, value)| point["data"]["tags"][key].as_str().unwrap_or_default() == *value)
    };
    let count = points(metric, samples).filter(has_tags).count();
    (count.to_string() != expected).then(|| {
        let some: Vec<String> = points(metric, samples)
            .take(3)
            .map(|point| point["data"].to_string())
            .collect();
        format!("points {selector}: expected {expected}, got {count} of {some:#?}")
    })
}

fn compare_tags(metric: &str, expected: &str, samples: &str) -> Option<String> {
    let names: BTreeSet<String> = points(metric, samples)
        .flat_map(|point| {
            let tags = point["data"]["tags"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            tags.into_iter().map(|(name, _)| name)
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    (names.join(" ") != expected)
        .then(|| format!("tags {metric}: expected {expected}, got {names:?}"))
}

/// Whether a text has the pieces of a pattern, one after the other.
fn has(text: &str, pattern: &str) -> bool {
    let mut rest = text;
    pattern.split(ANY).all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

/// Whether a text is what the pattern says, from its beginning to its end.
fn is(text: &str, pattern: &str) -> bool {
    let Some((first, others)) = pattern.split_once(ANY) else {
        return text == pattern;
    };
    let last = others.rsplit(ANY).next().unwrap_or_default();
    text.strip_prefix(first)
        .is_some_and(|rest| has(rest, others) && rest.ends_with(last))
}
