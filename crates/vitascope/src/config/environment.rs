//! Which variables of the environment are settings, and which.

use super::layers::Layers;
use super::problem::Origin;

/// Names that are shorter than the rule makes them, or that other programs made familiar.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("VITASCOPE_MODE", "mode"),
    ("VITASCOPE_LISTEN", "server.listen"),
    ("VITASCOPE_PUBLIC_URL", "server.public_url"),
    ("VITASCOPE_TRUSTED_PROXIES", "server.trusted_proxies"),
    ("VITASCOPE_DATA_DIR", "data.dir"),
    ("VITASCOPE_LOG", "log.filter"),
    ("VITASCOPE_LOG_FORMAT", "log.format"),
    ("DATABASE_URL", "database.url"),
    ("DB_MAX_CONNECTIONS", "database.connections_max"),
    ("DB_MIN_CONNECTIONS", "database.connections_min"),
    ("DB_IDLE_TIMEOUT", "database.idle_timeout"),
    ("DB_ACQUIRE_TIMEOUT", "database.acquire_timeout"),
    ("DB_STATEMENT_TIMEOUT", "database.statement_timeout"),
];

/// What stands before the section in the name of a variable.
const PREFIX: &str = "VITASCOPE_";

/// The variable that names the configuration file.
pub(crate) const CONFIG_FILE_VARIABLE: &str = "VITASCOPE_CONFIG";

/// Familiar names that this version does not use; a person who set one should know.
const UNUSED_NAMES: &[&str] = &["REDIS_URL", "VITASCOPE_METRICS_LISTEN"];

/// Lays the variables that are settings over `layers`; answers what a person should know.
///
/// A variable with the prefix and `__` in its name is meant as a setting, so an unknown one is a
/// mistake. Others with the prefix may come from elsewhere: Kubernetes makes `VITASCOPE_PORT` and
/// its like for a service of that name.
pub(super) fn lay_environment(
    layers: &mut Layers,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Vec<String> {
    let mut notes = Vec::new();
    let (short, systematic): (Vec<_>, Vec<_>) = variables
        .into_iter()
        .partition(|(name, _)| SHORT_NAMES.iter().any(|(short, _)| short == name));
    // The systematic name is the more exact one, so it wins.
    for (name, text) in short {
        let key = SHORT_NAMES.iter().find(|(short, _)| *short == name);
        if let Some((_, key)) = key {
            layers.lay_text(key, &text, Origin::Environment(name));
        }
    }
    for (name, text) in systematic {
        if let Some(key) = systematic_key(&name) {
            layers.lay_text(&key, &text, Origin::Environment(name));
        } else if UNUSED_NAMES.contains(&name.as_str()) && !text.is_empty() {
            notes.push(format!("{name} is set, but this version does not use it"));
        }
    }
    notes
}

/// `VITASCOPE_SERVER__HEADER_TIMEOUT` → `server.header_timeout`.
fn systematic_key(name: &str) -> Option<String> {
    let rest = name.strip_prefix(PREFIX)?;
    let is_setting = rest.contains("__");
    is_setting.then(|| rest.to_ascii_lowercase().replace("__", "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lay(variables: &[(&str, &str)]) -> (Layers, Vec<String>) {
        let mut layers = Layers::of_defaults();
        let owned = variables
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let notes = lay_environment(&mut layers, owned);
        (layers, notes)
    }

    #[test]
    fn short_and_systematic_names_set_the_same_and_the_systematic_one_wins() {
        let (layers, _) = lay(&[
            ("VITASCOPE_SERVER__LISTEN", "127.0.0.1:2"),
            ("VITASCOPE_LISTEN", "127.0.0.1:1"),
            ("VITASCOPE_MODELS__SIMULATED__DURATION", "1s"),
        ]);
        let value = |key| layers.setting(key).value.as_str().unwrap().to_owned();
        assert_eq!(value("server.listen"), "127.0.0.1:2");
        assert_eq!(value("models.simulated.duration"), "1s");
    }

    #[test]
    fn every_short_name_leads_to_a_setting() {
        let layers = Layers::of_defaults();
        for (name, key) in SHORT_NAMES {
            assert!(layers.keys().any(|known| known == *key), "{name}");
        }
    }

    #[test]
    fn a_mistyped_setting_is_a_problem_and_a_foreign_variable_is_not() {
        let (layers, notes) = lay(&[
            ("VITASCOPE_SERVER__LISEN", "x"),
            ("VITASCOPE_PORT", "tcp://10.0.0.1:80"),
            ("VITASCOPE_SERVICE_HOST", "10.0.0.1"),
            ("REDIS_URL", "redis://localhost"),
            ("HOME", "/root"),
        ]);
        assert_eq!(layers.problems.len(), 1);
        assert_eq!(layers.problems[0].mend, "did you mean `server.listen`?");
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn numbers_and_lists_are_read_as_what_the_default_is() {
        let (layers, _) = lay(&[
            ("VITASCOPE_DATABASE__READERS", "7"),
            ("VITASCOPE_TRUSTED_PROXIES", "10.0.0.0/8, 192.168.0.1"),
        ]);
        assert_eq!(
            layers.setting("database.readers").value.as_integer(),
            Some(7)
        );
        let proxies = layers.setting("server.trusted_proxies").value.as_array();
        assert_eq!(proxies.map(Vec::len), Some(2));
    }
}
