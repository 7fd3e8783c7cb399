//! The comment lines at a script's beginning.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use vita_k6::{OptionSources, Secrets};
use vita_load::SummaryMode;

/// What a script is run with, and what should come of it.
#[derive(Default)]
pub(crate) struct Head {
    /// `flags: {…}`, `config: {…}`, `variable: K6_…=…`
    pub(crate) options: OptionSources,
    /// `env: NAME=value`
    pub(crate) env: BTreeMap<String, String>,
    /// `secret: key=value`
    pub(crate) secrets: Secrets,
    /// `mode: compact|full|disabled`
    pub(crate) mode: SummaryMode,
    /// `output: json|csv`; `points` asks for JSON.
    pub(crate) output: Option<String>,
    /// `differs: reason`
    pub(crate) differs: Option<String>,
    /// `order: any`: lines are printed in any order.
    pub(crate) any_order: bool,
    /// Everything else, as it is written.
    pub(crate) expected: Vec<Expected>,
}

/// Something that should come of a script.
pub(crate) enum Expected {
    /// `exit: 99`; 0 when nothing is said.
    Exit(u8),
    /// `error: text`: the reason why it can't be run has it.
    Error(String),
    /// `prints: text`: all that the script prints, a line each, in order.
    Prints(String),
    /// `says: text`: a line of the log has it.
    Says(String),
    /// `never says: text`
    NeverSays(String),
    /// `check name: 3/1`: passes and fails; when there is one, all checks must be named.
    Check(String, String),
    /// `metric name: count=3, rate>0`, or `absent`
    Metric(String, String),
    /// `points name{tag:value}: 3`: so many samples have these tags.
    Points(String, String),
    /// `tags name: a b c`: the names of all tags that the metric's samples have.
    Tags(String, String),
    /// `summary: text`: a line of the output has it.
    Summary(String),
    /// `no summary: text`
    NoSummary(String),
    /// `sample: text`: a line of the output of samples has it.
    Sample(String),
    /// `no sample: text`
    NoSample(String),
    /// `data /pointer: json`: what `handleSummary` gets.
    Data(String, String),
    /// `export /pointer: json`: what `--summary-export` writes.
    Export(String, String),
    /// `file name: text`: what `handleSummary` writes.
    File(String, String),
}

impl Head {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().map_while(|line| line.strip_prefix("// "));
        let first = lines.next().unwrap_or_default();
        if !first.starts_with("k6 reference §") {
            return Err("the first line must name the section of the reference".to_owned());
        }
        let mut head = Self::default();
        for line in lines {
            head.take(line)
                .map_err(|problem| format!("{problem}: `{line}`"))?;
        }
        Ok(head)
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(": ").ok_or("neither word nor value")?;
        let value = rest.to_owned();
        match word {
            "flags" => object(rest).map(|map| self.options.flags = map),
            "config" => object(rest).map(|map| self.options.config_file = map),
            "variable" => pair(rest).map(|(key, value)| {
                self.options.variables.insert(key, value);
            }),
            "env" => pair(rest).map(|(key, value)| {
                self.env.insert(key, value);
            }),
            "secret" => pair(rest).map(|pair| {
                self.secrets
                    .add_source("mine", BTreeMap::from([pair]), true);
            }),
            "mode" => serde_json::from_value(Value::from(rest))
                .map(|mode| self.mode = mode)
                .map_err(|error| error.to_string()),
            "output" => {
                self.output = Some(value);
                Ok(())
            }
            "differs" => {
                self.differs = Some(value);
                Ok(())
            }
            "order" => {
                self.any_order = rest == "any";
                Ok(())
            }
            _ => self.expect(line),
        }
    }

    fn expect(&mut self, line: &str) -> Result<(), String> {
        let (word, rest) = line.split_once(": ").ok_or("no value")?;
        let text = rest.to_owned();
        let expected = match word {
            "exit" => Expected::Exit(rest.parse().map_err(|_| "no exit code")?),
            "error" => Expected::Error(text),
            "prints" => Expected::Prints(text),
            "says" => Expected::Says(text),
            "never says" => Expected::NeverSays(text),
            "summary" => Expected::Summary(text),
            "no summary" => Expected::NoSummary(text),
            "no sample" => Expected::NoSample(text),
            "sample" => Expected::Sample(text),
            _ => {
                // A subject may have a colon; its value has none.
                let (word, line) = line.split_once(' ').ok_or("no subject")?;
                let halves = match word {
                    // A name without a colon, and a text that may have some.
                    "file" => line.split_once(": "),
                    _ => line.rsplit_once(": "),
                };
                let (subject, value) = halves.ok_or("no value")?;
                let (subject, value) = (subject.to_owned(), value.to_owned());
                match word {
                    "check" => Expected::Check(subject, value),
                    "metric" => Expected::Metric(subject, value),
                    "data" => Expected::Data(subject, value),
                    "export" => Expected::Export(subject, value),
                    "file" => Expected::File(subject, value),
                    "points" | "tags" => {
                        self.output.get_or_insert_with(|| "json".to_owned());
                        if word == "tags" {
                            Expected::Tags(subject, value)
                        } else {
                            Expected::Points(subject, value)
                        }
                    }
                    _ => return Err("an unknown word".to_owned()),
                }
            }
        };
        self.expected.push(expected);
        Ok(())
    }
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("no `name=value`")?;
    Ok((key.to_owned(), value.to_owned()))
}
