//! The flags that set options of a test: k6's, and what becomes of their texts.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use serde_json::{Map, Value, json};

/// How a flag's text becomes an option.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// On without a value, and as `--flag=false`.
    Switch,
    Number,
    Text,
    /// On without a value, or with the one behind `=`.
    TextOrSwitch,
    /// Commas separate, and the flag may be repeated.
    List,
    Stages,
    Pairs,
}

struct OptionFlag {
    long: &'static str,
    short: Option<char>,
    option: &'static str,
    form: Form,
    value_name: &'static str,
    help: &'static str,
}

const fn flag(
    long: &'static str,
    option: &'static str,
    form: Form,
    value_name: &'static str,
    help: &'static str,
) -> OptionFlag {
    OptionFlag {
        long,
        short: None,
        option,
        form,
        value_name,
        help,
    }
}

impl OptionFlag {
    const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }
}

/// In the order of the help.
#[rustfmt::skip]
const FLAGS: [OptionFlag; 31] = [
    flag("vus", "vus", Form::Number, "N", "Virtual users").short('u'),
    flag("duration", "duration", Form::Text, "TIME", "How long the test lasts, such as `90s` or `1m30s`").short('d'),
    flag("iterations", "iterations", Form::Number, "N", "Iterations of all virtual users together").short('i'),
    flag("stage", "stages", Form::Stages, "TIME:VUS", "A stage of a ramp, such as `30s:10`; may be repeated").short('s'),
    flag("paused", "paused", Form::Switch, "BOOL", "Has no effect: nothing could resume the test"),
    flag("no-setup", "noSetup", Form::Switch, "BOOL", "Leave `setup()` out"),
    flag("no-teardown", "noTeardown", Form::Switch, "BOOL", "Leave `teardown()` out"),
    flag("execution-segment", "executionSegment", Form::Text, "PART", "Only the whole, `0:1`, can be run"),
    flag("execution-segment-sequence", "executionSegmentSequence", Form::Text, "PARTS", "Only the whole, `0,1`, can be run"),
    flag("max-redirects", "maxRedirects", Form::Number, "N", "Redirects that are followed [default: 10]"),
    flag("batch", "batch", Form::Number, "N", "Requests of one `http.batch` at a time [default: 20]"),
    flag("batch-per-host", "batchPerHost", Form::Number, "N", "The same for each host [default: 6]"),
    flag("rps", "rps", Form::Number, "N", "The most requests a second"),
    flag("user-agent", "userAgent", Form::Text, "NAME", "What requests call themselves"),
    flag("http-debug", "httpDebug", Form::TextOrSwitch, "full", "Print requests and answers; `=full` with their bodies"),
    flag("insecure-skip-tls-verify", "insecureSkipTLSVerify", Form::Switch, "BOOL", "Take any certificate"),
    flag("no-connection-reuse", "noConnectionReuse", Form::Switch, "BOOL", "A new connection for each request"),
    flag("no-vu-connection-reuse", "noVUConnectionReuse", Form::Switch, "BOOL", "New connections for each iteration"),
    flag("min-iteration-duration", "minIterationDuration", Form::Text, "TIME", "The shortest time from one iteration's start to the next"),
    flag("throw", "throw", Form::Switch, "BOOL", "Throw when a request fails").short('w'),
    flag("blacklist-ip", "blacklistIPs", Form::List, "CIDR", "Addresses that no request may go to"),
    flag("block-hostnames", "blockHostnames", Form::List, "HOST", "Hosts that no request may go to, with `*` in front"),
    flag("dns", "dns", Form::Pairs, "KEY=VALUE", "How names are looked up: `ttl=5m,select=random,policy=preferIPv4`"),
    flag("local-ips", "localIPs", Form::Text, "RANGES", "Addresses that requests come from"),
    flag("discard-response-bodies", "discardResponseBodies", Form::Switch, "BOOL", "Read bodies, but don't keep them"),
    flag("summary-trend-stats", "summaryTrendStats", Form::List, "STATS", "Statistics of trends in the summary, such as `avg,p(99)`"),
    flag("summary-time-unit", "summaryTimeUnit", Form::Text, "UNIT", "One unit for all times of the summary: s, ms or us"),
    flag("system-tags", "systemTags", Form::List, "TAGS", "The tester's own tags to keep"),
    flag("tag", "tags", Form::Pairs, "NAME=VALUE", "A tag of all samples; may be repeated"),
    flag("no-cookies-reset", "noCookiesReset", Form::Switch, "BOOL", "Keep cookies from one iteration to the next"),
    flag("h2c", "h2c", Form::Switch, "BOOL", "Speak HTTP/2 also without TLS (not in k6)"),
];

/// What was given of them, as texts.
#[derive(Debug, Clone, Default)]
pub(super) struct OptionArgs {
    given: Vec<(usize, Vec<String>)>,
}

impl OptionArgs {
    /// The options by k6's names; or everything that is wrong with the texts.
    pub(super) fn options(&self) -> Result<Map<String, Value>, Vec<String>> {
        let mut options = Map::new();
        let mut problems = Vec::new();
        for (index, texts) in &self.given {
            let flag = &FLAGS[*index];
            match flag.form.read(texts) {
                Ok(value) => {
                    options.insert(flag.option.to_owned(), value);
                }
                Err(expected) => problems.push(format!(
                    "`--{}`: `{}` is not {expected}",
                    flag.long,
                    texts.join(" ")
                )),
            }
        }
        if problems.is_empty() {
            Ok(options)
        } else {
            Err(problems)
        }
    }
}

impl OptionFlag {
    fn arg(&self) -> Arg {
        let arg = Arg::new(self.long)
            .long(self.long)
            .value_name(self.value_name)
            .help(self.help)
            .help_heading("Options of the test");
        let arg = match self.short {
            Some(short) => arg.short(short),
            None => arg,
        };
        match self.form {
            Form::Switch => arg
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true")
                .hide_possible_values(true),
            Form::TextOrSwitch => arg
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("headers"),
            Form::List | Form::Stages | Form::Pairs => arg.action(ArgAction::Append),
            Form::Number | Form::Text => arg.allow_hyphen_values(true),
        }
    }
}

impl Args for OptionArgs {
    fn augment_args(command: Command) -> Command {
        FLAGS
            .iter()
            .fold(command, |command, flag| command.arg(flag.arg()))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for OptionArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let texts = |flag: &OptionFlag| -> Option<Vec<String>> {
            let values = matches.get_many::<String>(flag.long)?;
            Some(values.cloned().collect())
        };
        let given = FLAGS.iter().enumerate();
        Ok(Self {
            given: given
                .filter_map(|(index, flag)| Some((index, texts(flag)?)))
                .collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Form {
    /// Reads what was given; the error says what was expected.
    fn read(self, texts: &[String]) -> Result<Value, &'static str> {
        let last = texts.last().map_or("", String::as_str);
        let parts = || {
            let parts = texts.iter().flat_map(|text| text.split(','));
            parts.map(str::trim).filter(|part| !part.is_empty())
        };
        match self {
            Self::Switch => is_on(last).map(Value::Bool).ok_or("`true` or `false`"),
            Self::Number => last
                .parse::<i64>()
                .map(Value::from)
                .map_err(|_| "a whole number"),
            Self::Text | Self::TextOrSwitch => Ok(Value::from(last)),
            Self::List => Ok(parts().collect()),
            Self::Stages => parts()
                .map(|stage| {
                    let (duration, target) = stage.split_once(':')?;
                    let target: u64 = target.trim().parse().ok()?;
                    Some(json!({ "duration": duration.trim(), "target": target }))
                })
                .collect::<Option<Value>>()
                .ok_or("stages such as `10s:5,1m:20`"),
            Self::Pairs => parts()
                .map(|pair| {
                    let (name, value) = pair.split_once('=')?;
                    Some((name.to_owned(), Value::from(value)))
                })
                .collect::<Option<Map<_, _>>>()
                .map(Value::Object)
                .ok_or("pairs such as `name=value`"),
        }
    }
}

/// A switch's text as Go reads it.
pub(super) fn is_on(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Map<String, Value>, Vec<String>> {
        let command = OptionArgs::augment_args(Command::new("run").args_override_self(true));
        let matches = command.try_get_matches_from(line).unwrap();
        OptionArgs::from_arg_matches(&matches).unwrap().options()
    }

    #[test]
    fn flags_are_read_as_k6_reads_them() {
        let line = "run -u 5 -d 1m -s 1s:2,3s:4 --stage 5s:6 --throw --no-setup=false --http-debug --tag a=b --tag c=d \
            --summary-trend-stats avg,p(99) -u 7";
        let line: Vec<&str> = line.split_whitespace().collect();
        let expected = json!({
            "vus": 7,
            "duration": "1m",
            "stages": [
                { "duration": "1s", "target": 2 },
                { "duration": "3s", "target": 4 },
                { "duration": "5s", "target": 6 },
            ],
            "throw": true,
            "noSetup": false,
            "httpDebug": "headers",
            "tags": { "a": "b", "c": "d" },
            "summaryTrendStats": ["avg", "p(99)"],
        });
        assert_eq!(Value::Object(read(&line).unwrap()), expected);
    }

    #[test]
    fn every_wrong_text_is_named() {
        let problems = read(&["run", "-u", "many", "-s", "soon", "--tag", "x"]).unwrap_err();
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert_eq!(problems[0], "`--vus`: `many` is not a whole number");
    }
}
