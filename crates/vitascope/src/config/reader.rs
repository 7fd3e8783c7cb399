use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use toml::Value;

use super::byte_count::ByteCount;
use super::duration::{format_duration, parse_duration};
use super::layers::Layers;
use super::problem::{Origin, Problem};

/// Reads typed values out of the layers and gathers every mistake on the way.
///
/// A value that is wrong is reported and replaced by its default, so that reading goes on and all
/// mistakes come to light at once.
pub(crate) struct Reader<'a> {
    layers: &'a Layers,
    problems: Vec<Problem>,
    read: BTreeSet<String>,
}

/// What is wrong with one value, and what to write instead.
pub(crate) struct Mistake {
    pub(crate) message: String,
    pub(crate) mend: String,
}

impl Mistake {
    pub(crate) fn new(message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            mend: mend.into(),
        }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(layers: &'a Layers) -> Self {
        Self {
            layers,
            problems: layers.problems.clone(),
            read: BTreeSet::new(),
        }
    }

    /// The mistakes that were found.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The keys that were read so far.
    #[cfg(test)]
    pub(crate) fn keys_read(&self) -> &BTreeSet<String> {
        &self.read
    }

    /// Whether somebody set the key, so that its value is more than a default.
    pub(crate) fn is_set(&self, key: &str) -> bool {
        self.layers.setting(key).origin != Origin::Default
    }

    /// Reports what no single value shows, such as two settings that contradict each other.
    pub(crate) fn report(&mut self, key: &str, mistake: Mistake) {
        self.problems.push(Problem {
            key: key.to_owned(),
            origin: self.layers.setting(key).origin.clone(),
            message: mistake.message,
            mend: mistake.mend,
        });
    }

    /// A text, read by `parse`.
    pub(crate) fn text<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, Mistake>) -> T {
        self.value(key, |value| match value.as_str() {
            Some(text) => parse(text),
            None => Err(Mistake::new(
                format!("`{value}` is no text"),
                "write it in quotes",
            )),
        })
    }

    /// One of several words; answers what stands beside it.
    pub(crate) fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> T {
        self.text(key, |text| {
            let chosen = choices.iter().find(|(word, _)| *word == text.trim());
            chosen.map(|(_, choice)| *choice).ok_or_else(|| {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                Mistake::new(
                    format!("`{text}` is none of the choices"),
                    format!("write one of {}", words.join(", ")),
                )
            })
        })
    }

    /// A text, or nothing where it is empty.
    pub(crate) fn optional_text(&mut self, key: &str) -> Option<String> {
        let text = self.text(key, |text| Ok(text.trim().to_owned()));
        Some(text).filter(|text| !text.is_empty())
    }

    /// A list of texts, each read by `parse`.
    pub(crate) fn list<T>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Result<T, Mistake>,
    ) -> Vec<T> {
        self.value(key, |value| {
            let no_list = || {
                Mistake::new(
                    format!("{} is no list of texts", show(value)),
                    "write it as [\"one\", \"two\"]",
                )
            };
            let items = value.as_array().ok_or_else(no_list)?;
            let texts = items.iter().map(|item| item.as_str().ok_or_else(no_list));
            texts.map(|text| parse(text?)).collect()
        })
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, key: &str) -> bool {
        self.value(key, |value| {
            value.as_bool().ok_or_else(|| {
                Mistake::new(
                    format!("{} is neither true nor false", show(value)),
                    "write true or false",
                )
            })
        })
    }

    /// A whole number within `range`.
    pub(crate) fn integer<T>(&mut self, key: &str, range: RangeInclusive<T>) -> T
    where
        T: TryFrom<i64> + PartialOrd + Display + Copy,
    {
        self.value(key, |value| {
            let number = value
                .as_integer()
                .and_then(|number| T::try_from(number).ok())
                .filter(|number| range.contains(number));
            number.ok_or_else(|| {
                Mistake::new(
                    format!("{} is no whole number that fits", show(value)),
                    format!("write one from {} to {}", range.start(), range.end()),
                )
            })
        })
    }

    /// A duration within `range`.
    pub(crate) fn duration(&mut self, key: &str, range: RangeInclusive<Duration>) -> Duration {
        self.value(key, |value| {
            let duration = value
                .as_str()
                .and_then(parse_duration)
                .filter(|duration| range.contains(duration));
            duration.ok_or_else(|| {
                Mistake::new(
                    format!("{} is no duration that fits", show(value)),
                    format!(
                        "write a number and a unit, from \"{}\" to \"{}\" (ms, s, m, h, d)",
                        format_duration(*range.start()),
                        format_duration(*range.end())
                    ),
                )
            })
        })
    }

    /// A size within `range`.
    pub(crate) fn bytes(&mut self, key: &str, range: RangeInclusive<ByteCount>) -> ByteCount {
        self.value(key, |value| {
            let size = value
                .as_str()
                .and_then(ByteCount::parse)
                .filter(|size| range.contains(size));
            size.ok_or_else(|| {
                Mistake::new(
                    format!("{} is no size that fits", show(value)),
                    format!(
                        "write a number and a unit, from \"{}\" to \"{}\" (B, KiB, MiB, GiB)",
                        range.start(),
                        range.end()
                    ),
                )
            })
        })
    }

    fn value<T>(&mut self, key: &str, parse: impl Fn(&Value) -> Result<T, Mistake>) -> T {
        self.read.insert(key.to_owned());
        match parse(&self.layers.setting(key).value) {
            Ok(value) => value,
            Err(mistake) => {
                self.report(key, mistake);
                parse(self.layers.default_value(key))
                    .unwrap_or_else(|_| unreachable!("a test reads the embedded defaults"))
            }
        }
    }
}

/// A value as its message shows it: text in back quotes without the marks of TOML.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
