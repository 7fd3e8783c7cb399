//! Puts the sources of settings over each other: defaults, file, environment, flags.
//!
//! The embedded defaults name every setting there is and show its type: what no default names is
//! unknown, and text from the environment and from flags is read as the default's type.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use super::problem::{Origin, Problem};
use super::suggestion::suggest;

/// The reference of all settings; its comments are for people.
pub(crate) const DEFAULTS: &str = include_str!("../../../../config/default.toml");

/// One setting: its value and who said so.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) value: Value,
    pub(crate) origin: Origin,
}

/// The settings as the layers leave them, by their dotted keys.
#[derive(Clone, Debug)]
pub(crate) struct Layers {
    defaults: BTreeMap<String, Value>,
    settings: BTreeMap<String, Setting>,
    pub(super) problems: Vec<Problem>,
}

impl Layers {
    /// The lowest layer alone.
    pub(crate) fn of_defaults() -> Self {
        let table: Table = DEFAULTS
            .parse()
            .expect("a test reads the embedded defaults");
        let mut defaults = BTreeMap::new();
        flatten("", table, &mut |key, value| {
            defaults.insert(key, value);
        });
        let settings = defaults
            .iter()
            .map(|(key, value)| {
                let setting = Setting {
                    value: value.clone(),
                    origin: Origin::Default,
                };
                (key.clone(), setting)
            })
            .collect();
        Self {
            defaults,
            settings,
            problems: Vec::new(),
        }
    }

    /// Lays a file over what is there. A file that is no TOML changes nothing and is a problem.
    pub(crate) fn lay_file(&mut self, path: &Path, text: &str) {
        let origin = Origin::File(path.to_owned());
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                return self.problems.push(Problem {
                    key: format!("line {}", line_of(text, &error)),
                    origin,
                    message: format!("this is no TOML: {}", error.message()),
                    mend: "see https://toml.io, or `vitascope config show` for an example"
                        .to_owned(),
                });
            }
        };
        let mut given = Vec::new();
        flatten("", table, &mut |key, value| given.push((key, value)));
        for (key, value) in given {
            self.lay(&key, value, origin.clone());
        }
    }

    /// Lays one setting, given as text, over what is there.
    pub(crate) fn lay_text(&mut self, key: &str, text: &str, origin: Origin) {
        let value = match self.defaults.get(key) {
            Some(Value::Integer(_)) => text.trim().parse().map(Value::Integer).ok(),
            Some(Value::Boolean(_)) => text.trim().parse().map(Value::Boolean).ok(),
            Some(Value::Array(_)) => Some(split_list(text)),
            _ => None,
        };
        // What doesn't fit stays text: the reader says what was expected.
        let value = value.unwrap_or_else(|| Value::String(text.to_owned()));
        self.lay(key, value, origin);
    }

    fn lay(&mut self, key: &str, value: Value, origin: Origin) {
        match self.settings.get_mut(key) {
            Some(setting) => *setting = Setting { value, origin },
            None => self.problems.push(self.unknown(key, origin)),
        }
    }

    fn unknown(&self, key: &str, origin: Origin) -> Problem {
        let mend = match suggest(key, self.keys()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`vitascope config show` lists every setting".to_owned(),
        };
        Problem {
            key: key.to_owned(),
            origin,
            message: "there is no such setting".to_owned(),
            mend,
        }
    }

    /// Every key there is.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.settings.keys().map(String::as_str)
    }

    /// Every setting there is.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.settings
            .iter()
            .map(|(key, setting)| (key.as_str(), setting))
    }

    /// The setting of a key that the program itself names.
    pub(super) fn setting(&self, key: &str) -> &Setting {
        self.settings
            .get(key)
            .expect("a test compares the keys that are read with the embedded defaults")
    }

    /// The default of a key that the program itself names.
    pub(super) fn default_value(&self, key: &str) -> &Value {
        self.defaults
            .get(key)
            .expect("a test compares the keys that are read with the embedded defaults")
    }
}

fn flatten(prefix: &str, table: Table, emit: &mut impl FnMut(String, Value)) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            Value::Table(inner) => flatten(&key, inner, emit),
            value => emit(key, value),
        }
    }
}

fn split_list(text: &str) -> Value {
    let items = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
}

fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let offset = error.span().map_or(0, |span| span.start);
    text.bytes()
        .take(offset)
        .filter(|byte| *byte == b'\n')
        .count()
        + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_layer_wins_and_says_who_it_was() {
        let mut layers = Layers::of_defaults();
        layers.lay_file(Path::new("a.toml"), "[server]\nlisten = \"127.0.0.1:1\"");
        let origin = Origin::Environment("VITASCOPE_LISTEN".to_owned());
        layers.lay_text("server.listen", "127.0.0.1:2", origin.clone());
        let setting = layers.setting("server.listen");
        assert_eq!(setting.value.as_str(), Some("127.0.0.1:2"));
        assert_eq!(setting.origin, origin);
        assert!(layers.problems.is_empty());
    }

    #[test]
    fn an_unknown_key_names_the_near_one() {
        let mut layers = Layers::of_defaults();
        layers.lay_file(Path::new("a.toml"), "[server]\nlisten_ = \"x\"");
        assert_eq!(layers.problems[0].key, "server.listen_");
        assert_eq!(layers.problems[0].mend, "did you mean `server.listen`?");
    }

    #[test]
    fn a_file_that_is_no_toml_is_a_problem_with_its_line() {
        let mut layers = Layers::of_defaults();
        layers.lay_file(Path::new("a.toml"), "mode = \"demo\"\nlisten =");
        assert_eq!(layers.problems[0].key, "line 2");
    }
}
