//! The layers in which options are given, and what they come to together.

use super::{ScriptOptions, environment, network};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use vita_load::LoadOptions;
use vita_wire::ClientConfig;

/// All options that k6 knows, in the order in which `exec.test.options` has them.
const KNOWN: [&str; 45] = [
    "paused",
    "vus",
    "duration",
    "iterations",
    "stages",
    "scenarios",
    "executionSegment",
    "executionSegmentSequence",
    "noSetup",
    "setupTimeout",
    "noTeardown",
    "teardownTimeout",
    "handleSummaryTimeout",
    "rps",
    "dns",
    "maxRedirects",
    "userAgent",
    "batch",
    "batchPerHost",
    "httpDebug",
    "insecureSkipTLSVerify",
    "tlsCipherSuites",
    "tlsVersion",
    "tlsAuth",
    "throw",
    "thresholds",
    "blacklistIPs",
    "blockHostnames",
    "hosts",
    "noConnectionReuse",
    "noVUConnectionReuse",
    "minIterationDuration",
    "cloud",
    "ext",
    "summaryTrendStats",
    "summaryTimeUnit",
    "systemTags",
    "tags",
    "metricSamplesBufferSize",
    "noCookiesReset",
    "discardResponseBodies",
    "features",
    "consoleOutput",
    "localIPs",
    // Beyond k6.
    "h2c",
];

/// The options that say how long and with how many virtual users a test runs.
const EXECUTION: [&str; 5] = ["vus", "duration", "iterations", "stages", "scenarios"];

/// Options as they were given, the weakest first.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    pub(crate) config_file: Map<String, Value>,
    pub(crate) script: Map<String, Value>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) flags: Map<String, Value>,
}

/// What the options come to.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) load: LoadOptions,
    pub(crate) script: ScriptOptions,
    pub(crate) client: ClientConfig,
    /// What a person should know of them.
    pub(crate) warnings: Vec<String>,
}

/// Takes the layers together; or tells all that is wrong.
pub(crate) fn resolve(layers: Layers) -> Result<Resolved, Vec<String>> {
    let mut warnings = Vec::new();
    let unknown: Vec<&str> = layers
        .script
        .keys()
        .map(String::as_str)
        .filter(|key| !KNOWN.contains(key))
        .collect();
    if !unknown.is_empty() {
        warnings.push(format!(
            "there are unknown options in the script: {}",
            unknown.join(", ")
        ));
    }
    let environment = environment::read(&layers.variables)?;
    let mut merged = Map::new();
    for (layer, name) in [
        (layers.config_file, "the config file"),
        (layers.script, "the script"),
        (environment, "the environment"),
        (layers.flags, "the command line"),
    ] {
        add_layer(&mut merged, layer, name, &mut warnings);
    }
    if merged.get("paused") == Some(&Value::Bool(true)) {
        warnings.push("`paused` has no effect: nothing could resume the test".to_owned());
    }
    let mut problems = refuse_unsupported(&merged);
    let whole = Value::Object(merged.clone());
    let load = serde_path::<LoadOptions>(&whole)
        .map_err(|problem| problems.push(problem))
        .ok();
    let client = network::read(&whole, &mut problems);
    let consolidated = load
        .as_ref()
        .map_or(Value::Null, |load| consolidate(&merged, load));
    let script = ScriptOptions::read(&whole, consolidated)
        .map_err(|problem| problems.push(problem))
        .ok();
    match (load, script, problems.is_empty()) {
        (Some(load), Some(script), true) => Ok(Resolved {
            load,
            script,
            client,
            warnings,
        }),
        _ => Err(problems),
    }
}

/// Lays one layer over those before it. What says how the test runs replaces all that said so.
fn add_layer(
    merged: &mut Map<String, Value>,
    layer: Map<String, Value>,
    name: &str,
    warnings: &mut Vec<String>,
) {
    let layer: Map<_, _> = layer
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect();
    let is_shortcut = ["duration", "iterations", "stages"]
        .iter()
        .any(|key| layer.contains_key(*key));
    if is_shortcut && merged.remove("scenarios").is_some() {
        warnings.push(format!(
            "{name} sets `duration`, `iterations` or `stages`, which replaces the `scenarios` given before"
        ));
    }
    if is_shortcut || layer.contains_key("scenarios") {
        for key in EXECUTION {
            if key != "vus" {
                merged.remove(key);
            }
        }
    }
    for (key, value) in layer {
        // Tags of several layers come together; of everything else the later holds.
        if key == "tags"
            && let (Some(Value::Object(known)), Value::Object(new)) =
                (merged.get_mut("tags"), &value)
        {
            known.extend(new.clone());
            continue;
        }
        merged.insert(key, value);
    }
}

fn refuse_unsupported(merged: &Map<String, Value>) -> Vec<String> {
    let mut problems = Vec::new();
    for key in ["executionSegment", "executionSegmentSequence"] {
        if let Some(value) = merged.get(key)
            && !matches!(value.as_str(), Some("" | "0:1" | "0,1"))
        {
            problems.push(format!(
                "`{key}`: only the whole test can be run, by one instance: leave it out"
            ));
        }
    }
    problems
}

/// Reads options, naming the one that is wrong.
pub(super) fn serde_path<T: serde::de::DeserializeOwned>(whole: &Value) -> Result<T, String> {
    let Value::Object(map) = whole else {
        return Err("options must be an object".to_owned());
    };
    serde_json::from_value(whole.clone()).map_err(|error| {
        // serde tells what is wrong, but not where: the option that fails alone is the one.
        let culprit = map.iter().find(|(key, value)| {
            let alone = Value::Object(Map::from_iter([((*key).clone(), (*value).clone())]));
            serde_json::from_value::<T>(alone).is_err()
        });
        match culprit {
            Some((key, _)) => format!("`{key}`: {}", in_words(&error)),
            None => in_words(&error),
        }
    })
}

/// What serde says in Rust's words, and what they are to who writes options.
const WORDS: [(&str, &str); 8] = [
    ("unknown variant ", "there is no "),
    (" expected u64", " expected a whole number from 0 on"),
    (" expected u32", " expected a whole number from 0 on"),
    (" expected usize", " expected a whole number from 0 on"),
    (" expected i64", " expected a whole number"),
    (" expected f64", " expected a number"),
    (" expected a sequence", " expected a list"),
    (" expected a map", " expected an object"),
];

fn in_words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = match text.split_once(" expected struct ") {
        Some((said, _)) => format!("{said} expected an object"),
        None => text,
    };
    WORDS
        .iter()
        .fold(text, |text, (word, meant)| text.replace(word, meant))
}

/// Every option, null when unset, with the shortcuts turned into scenarios.
fn consolidate(merged: &Map<String, Value>, load: &LoadOptions) -> Value {
    let mut all = Map::new();
    for key in KNOWN {
        let value = merged.get(key).cloned().unwrap_or(Value::Null);
        all.insert(key.to_owned(), value);
    }
    for key in EXECUTION {
        all.insert(key.to_owned(), Value::Null);
    }
    if let Ok(scenarios) = load.scenarios_or_shortcuts() {
        let scenarios: Map<String, Value> = scenarios
            .into_iter()
            .filter_map(|(name, scenario)| Some((name, serde_json::to_value(scenario).ok()?)))
            .collect();
        all.insert("scenarios".to_owned(), Value::Object(scenarios));
    }
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            other => panic!("{other} is no object"),
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_words_of_options() {
        for (script, message) in [
            (
                json!({ "stages": [{ "duration": "1s", "target": -1 }] }),
                "`stages`: invalid value: integer `-1`, expected a whole number from 0 on",
            ),
            (
                json!({ "stages": 5 }),
                "`stages`: invalid type: integer `5`, expected a list",
            ),
            (
                json!({ "scenarios": { "a": { "executor": "constant-vu" } } }),
                "`scenarios`: there is no `constant-vu`, expected one of `constant-vus`",
            ),
            (
                json!({ "stages": ["1s:5"] }),
                "`stages`: invalid type: string \"1s:5\", expected an object",
            ),
        ] {
            let problems = resolve(Layers {
                script: map(script),
                ..Layers::default()
            })
            .map(|_| ())
            .unwrap_err();
            assert!(problems[0].starts_with(message), "{problems:?}");
        }
    }

    #[test]
    fn flags_beat_variables_and_variables_beat_the_script() {
        let resolved = resolve(Layers {
            config_file: map(json!({ "userAgent": "file", "batch": 2 })),
            script: map(json!({ "vus": 1, "duration": "1s", "batch": 3, "rps": 5 })),
            variables: BTreeMap::from([
                ("K6_VUS".to_owned(), "2".to_owned()),
                ("K6_RPS".to_owned(), "6".to_owned()),
            ]),
            flags: map(json!({ "vus": 3 })),
        })
        .expect("valid options");
        assert_eq!(resolved.load.vus, Some(3));
        assert_eq!(resolved.script.batch, 3);
        assert_eq!(resolved.client.user_agent, "file");
        assert_eq!(resolved.client.rps.map(std::num::NonZeroU32::get), Some(6));
        assert!(resolved.warnings.is_empty());
    }

    #[test]
    fn shortcuts_of_a_later_layer_replace_scenarios_with_a_warning() {
        let resolved = resolve(Layers {
            script: map(
                json!({ "scenarios": { "a": { "executor": "constant-vus", "duration": "1s" } } }),
            ),
            flags: map(json!({ "iterations": 5, "vus": 2 })),
            ..Layers::default()
        })
        .expect("valid options");
        assert_eq!(resolved.load.scenarios, None);
        assert_eq!(resolved.load.iterations, Some(5));
        assert_eq!(resolved.warnings.len(), 1);
        assert_eq!(
            resolved.script.consolidated["scenarios"]["default"]["executor"],
            "shared-iterations"
        );
        assert_eq!(resolved.script.consolidated["iterations"], Value::Null);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problems = resolve(Layers {
            script: map(
                json!({ "duration": "soon", "systemTags": ["nope"], "executionSegment": "0:1/2" }),
            ),
            ..Layers::default()
        })
        .expect_err("three mistakes");
        for word in ["duration", "systemTags", "executionSegment"] {
            assert!(
                problems.iter().any(|one| one.contains(word)),
                "{problems:?}"
            );
        }
    }
}
