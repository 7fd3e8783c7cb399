//! The variables `K6_…`.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How a variable's text becomes an option.
#[derive(Clone, Copy)]
enum Form {
    Flag,
    Number,
    Text,
    List,
    Stages,
    Pairs,
    Json,
}

/// The variables and the options that they set.
const VARIABLES: [(&str, &str, Form); 36] = [
    ("K6_VUS", "vus", Form::Number),
    ("K6_DURATION", "duration", Form::Text),
    ("K6_ITERATIONS", "iterations", Form::Number),
    ("K6_STAGES", "stages", Form::Stages),
    ("K6_PAUSED", "paused", Form::Flag),
    ("K6_EXECUTION_SEGMENT", "executionSegment", Form::Text),
    (
        "K6_EXECUTION_SEGMENT_SEQUENCE",
        "executionSegmentSequence",
        Form::Text,
    ),
    ("K6_NO_SETUP", "noSetup", Form::Flag),
    ("K6_SETUP_TIMEOUT", "setupTimeout", Form::Text),
    ("K6_NO_TEARDOWN", "noTeardown", Form::Flag),
    ("K6_TEARDOWN_TIMEOUT", "teardownTimeout", Form::Text),
    ("K6_RPS", "rps", Form::Number),
    ("K6_DNS", "dns", Form::Pairs),
    ("K6_MAX_REDIRECTS", "maxRedirects", Form::Number),
    ("K6_USER_AGENT", "userAgent", Form::Text),
    ("K6_BATCH", "batch", Form::Number),
    ("K6_BATCH_PER_HOST", "batchPerHost", Form::Number),
    ("K6_HTTP_DEBUG", "httpDebug", Form::Text),
    (
        "K6_INSECURE_SKIP_TLS_VERIFY",
        "insecureSkipTLSVerify",
        Form::Flag,
    ),
    ("K6_TLS_CIPHER_SUITES", "tlsCipherSuites", Form::List),
    ("K6_TLS_VERSION", "tlsVersion", Form::Json),
    ("K6_TLS_AUTH", "tlsAuth", Form::Json),
    ("K6_THROW", "throw", Form::Flag),
    ("K6_THRESHOLDS", "thresholds", Form::Json),
    ("K6_BLACKLIST_IPS", "blacklistIPs", Form::List),
    ("K6_BLOCK_HOSTNAMES", "blockHostnames", Form::List),
    ("K6_NO_CONNECTION_REUSE", "noConnectionReuse", Form::Flag),
    (
        "K6_NO_VU_CONNECTION_REUSE",
        "noVUConnectionReuse",
        Form::Flag,
    ),
    (
        "K6_MIN_ITERATION_DURATION",
        "minIterationDuration",
        Form::Text,
    ),
    ("K6_SUMMARY_TREND_STATS", "summaryTrendStats", Form::List),
    ("K6_SUMMARY_TIME_UNIT", "summaryTimeUnit", Form::Text),
    ("K6_SYSTEM_TAGS", "systemTags", Form::List),
    ("K6_TAGS", "tags", Form::Pairs),
    ("K6_NO_COOKIES_RESET", "noCookiesReset", Form::Flag),
    (
        "K6_DISCARD_RESPONSE_BODIES",
        "discardResponseBodies",
        Form::Flag,
    ),
    ("K6_LOCAL_IPS", "localIPs", Form::Text),
];

/// The options that variables set; or what is wrong with them.
pub(super) fn read(
    variables: &BTreeMap<String, String>,
) -> Result<Map<String, Value>, Vec<String>> {
    let mut options = Map::new();
    let mut problems = Vec::new();
    for (variable, option, form) in VARIABLES {
        let Some(text) = variables.get(variable).filter(|text| !text.is_empty()) else {
            continue;
        };
        match form.read(text) {
            Ok(value) => {
                options.insert(option.to_owned(), value);
            }
            Err(expected) => problems.push(format!("`{variable}`: `{text}` is not {expected}")),
        }
    }
    if problems.is_empty() {
        Ok(options)
    } else {
        Err(problems)
    }
}

impl Form {
    fn read(self, text: &str) -> Result<Value, &'static str> {
        match self {
            Self::Flag => match text {
                "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(Value::Bool(true)),
                "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(Value::Bool(false)),
                _ => Err("`true` or `false`"),
            },
            Self::Number => text
                .parse::<i64>()
                .map(Value::from)
                .map_err(|_| "a whole number"),
            Self::Text => Ok(Value::from(text)),
            Self::List => Ok(text.split(',').map(str::trim).collect()),
            Self::Stages => stages(text).ok_or("stages such as `10s:5,1m:20`"),
            Self::Pairs => pairs(text).ok_or("pairs such as `name=value,other=value`"),
            Self::Json => serde_json::from_str(text)
                .or_else(|_| Ok::<_, serde_json::Error>(Value::from(text)))
                .map_err(|_| "JSON"),
        }
    }
}

/// Stages as in `10s:5,1m:20`.
pub(crate) fn stages(text: &str) -> Option<Value> {
    text.split(',')
        .map(|stage| {
            let (duration, target) = stage.trim().split_once(':')?;
            let target: u64 = target.parse().ok()?;
            Some(json!({ "duration": duration, "target": target }))
        })
        .collect()
}

fn pairs(text: &str) -> Option<Value> {
    text.split(',')
        .map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            Some((name.to_owned(), Value::from(value)))
        })
        .collect::<Option<Map<_, _>>>()
        .map(Value::Object)
}
