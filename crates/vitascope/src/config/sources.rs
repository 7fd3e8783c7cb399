use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::environment::{CONFIG_FILE_VARIABLE, lay_environment};
use super::layers::Layers;
use super::problem::{ConfigError, Origin, Problem};
use super::reader::Reader;
use super::settings::Config;

/// The file that is read when none is named.
const USUAL_FILE: &str = "vitascope.toml";

/// The largest configuration file that is read. The defaults with all comments are a hundredth.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Where settings come from, besides the defaults.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    /// The file of `--config`.
    pub(crate) file: Option<PathBuf>,
    /// The environment.
    pub(crate) variables: Vec<(String, String)>,
    /// Flags, as their name, the key that they set, and the text.
    pub(crate) flags: Vec<(String, String, String)>,
}

impl Sources {
    /// The environment of this process; variables that are no Unicode are not ours.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the environment is read"
    )]
    pub(crate) fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)))
            .collect();
        Self {
            variables,
            ..Self::default()
        }
    }

    fn named_file(&self) -> Option<PathBuf> {
        let variable = self
            .variables
            .iter()
            .find(|(name, text)| name == CONFIG_FILE_VARIABLE && !text.is_empty());
        let of_environment = variable.map(|(_, path)| PathBuf::from(path));
        self.file.clone().or(of_environment)
    }
}

/// A configuration that holds, with what a person should know about it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    pub(crate) layers: Layers,
    pub(crate) notes: Vec<String>,
}

/// Lays the sources over the defaults and reads them.
///
/// # Errors
/// [`ConfigError`] with all mistakes of all sources.
pub(crate) fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let mut layers = Layers::of_defaults();
    lay_config_file(&mut layers, sources);
    let notes = lay_environment(&mut layers, sources.variables.iter().cloned());
    for (flag, key, text) in &sources.flags {
        layers.lay_text(key, text, Origin::Flag(flag.clone()));
    }
    let mut reader = Reader::new(&layers);
    let config = Config::read(&mut reader);
    let problems = reader.into_problems();
    if !problems.is_empty() {
        return Err(ConfigError(problems));
    }
    Ok(Loaded {
        config,
        layers,
        notes,
    })
}

fn lay_config_file(layers: &mut Layers, sources: &Sources) {
    let named = sources.named_file();
    let path = named.clone().unwrap_or_else(|| USUAL_FILE.into());
    match read_text(&path) {
        Ok(text) => layers.lay_file(&path, &text),
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {}
        Err(error) => layers.problems.push(Problem {
            key: "--config".to_owned(),
            origin: Origin::File(path),
            message: format!("it can't be read: {error}"),
            mend: "name a TOML file that this user may read".to_owned(),
        }),
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let length = File::open(path)?
        .take(FILE_BYTES_MAX + 1)
        .read_to_string(&mut text)?;
    if length as u64 > FILE_BYTES_MAX {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::settings::Mode;
    use super::*;

    fn sources(variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Sources {
        let owned = |text: &&str| (*text).to_owned();
        Sources {
            file: None,
            variables: variables
                .iter()
                .map(|(name, text)| (owned(name), owned(text)))
                .collect(),
            flags: flags
                .iter()
                .map(|(key, text)| ("--set".to_owned(), owned(key), owned(text)))
                .collect(),
        }
    }

    #[test]
    fn the_defaults_hold_and_every_one_of_them_is_read() {
        let layers = Layers::of_defaults();
        let mut reader = Reader::new(&layers);
        Config::read(&mut reader);
        let read: Vec<&str> = reader.keys_read().iter().map(String::as_str).collect();
        assert_eq!(read, layers.keys().collect::<Vec<_>>());
        let problems = reader.into_problems();
        assert!(problems.is_empty(), "{}", ConfigError(problems));
    }

    #[test]
    fn all_mistakes_come_at_once_each_with_key_origin_and_mend() {
        let error = load(&sources(
            &[
                ("VITASCOPE_LISTEN", "everywhere"),
                ("VITASCOPE_DATABASE__READERS", "0"),
                ("DATABASE_URL", "mysql://u:secret@h/db"),
            ],
            &[("database.acquire_timeout", "soon"), ("databse.url", "")],
        ))
        .unwrap_err();
        let text = error.to_string();
        for expected in [
            "5 mistakes",
            "server.listen (environment VITASCOPE_LISTEN): `everywhere` is no address",
            "database.readers (environment VITASCOPE_DATABASE__READERS): `0` is no whole number",
            "write one from 1 to 256",
            "database.url (environment DATABASE_URL): this is no address of a database",
            "database.acquire_timeout (flag --set): `soon` is no duration",
            "did you mean `database.url`?",
        ] {
            assert!(text.contains(expected), "`{expected}` is not in:\n{text}");
        }
        assert!(!text.contains("secret"), "{text}");
    }

    #[test]
    fn the_mode_follows_the_address_until_it_is_set() {
        let mode = |listen: &str, mode: &str| {
            let flags = [("server.listen", listen), ("mode", mode)];
            load(&sources(&[], &flags)).unwrap().config.mode
        };
        assert_eq!(mode("127.0.0.1:0", "auto"), Mode::Demo);
        assert_eq!(mode("[::1]:0", "auto"), Mode::Demo);
        assert_eq!(mode("0.0.0.0:80", "auto"), Mode::Production);
        assert_eq!(mode("0.0.0.0:80", "test"), Mode::Test);
    }

    #[test]
    fn test_mode_has_no_limits_on_users_unless_they_are_set() {
        let load_with = |flags: &[(&str, &str)]| load(&sources(&[], flags)).unwrap().config;
        let config = load_with(&[("mode", "test")]);
        assert_eq!(config.generations.waiting_per_user_max, None);
        assert_eq!(config.limits.user_requests_per_minute, None);
        assert_eq!(config.generations.default_model, "simulated");
        let config = load_with(&[("mode", "test"), ("generations.waiting_per_user_max", "7")]);
        assert_eq!(config.generations.waiting_per_user_max, Some(7));
        let config = load_with(&[]);
        assert_eq!(config.generations.waiting_per_user_max, Some(500));
        assert_eq!(config.limits.address_requests_per_minute, Some(60));
    }

    #[test]
    fn a_named_file_must_be_there_and_the_environment_lies_over_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        let mut given = sources(&[("VITASCOPE_LISTEN", "127.0.0.1:2")], &[]);
        given.file = Some(path.clone());
        assert!(load(&given).unwrap_err().to_string().contains("c.toml"));
        std::fs::write(
            &path,
            "[server]\nlisten = \"127.0.0.1:1\"\ndrain_timeout = \"3s\"",
        )
        .unwrap();
        let server = load(&given).unwrap().config.server;
        assert_eq!(server.listen.port(), 2);
        assert_eq!(server.drain_timeout.as_secs(), 3);
    }

    /// Texts such as people write for settings, right or wrong.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[0-9]{0,25}(ms|s|m|h|d|B|KiB|GiB|x)?",
            "(https?://|postgres://|sqlite:)?[a-z@:/?#%.\\[\\]]{0,20}",
            "[0-9a-f.:/]{0,40}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        /// Any bytes as a file: read, or told what is wrong, in all places.
        #[test]
        fn no_file_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in any::<String>()) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("c.toml");
            for content in [bytes, text.into_bytes()] {
                std::fs::write(&path, content).unwrap();
                let outcome = load(&Sources { file: Some(path.clone()), ..Sources::default() });
                if let Err(ConfigError(problems)) = outcome {
                    prop_assert!(problems.iter().all(|one| !one.mend.is_empty()));
                }
            }
        }

        /// Every setting given as any text at once, by a file or by the environment: each that is
        /// wrong is told with its key, and the others are not.
        #[test]
        fn every_wrong_value_is_told_and_no_right_one(texts in prop::collection::vec(texts(), 1..8), in_file in any::<bool>()) {
            let defaults = Layers::of_defaults();
            let mut given = texts.iter().cycle();
            let set: Vec<(String, String)> =
                defaults.keys().map(|key| (key.to_owned(), given.next().unwrap().clone())).collect();
            let mut layers = Layers::of_defaults();
            if in_file {
                let lines = set.iter().map(|(key, text)| format!("{key} = {}\n", toml::Value::from(text.as_str())));
                layers.lay_file(Path::new("c.toml"), &lines.collect::<String>());
                prop_assert!(layers.problems.is_empty(), "{:?}", layers.problems);
            } else {
                for (key, text) in &set {
                    layers.lay_text(key, text, Origin::Environment(key.clone()));
                }
            }
            let mut reader = Reader::new(&layers);
            Config::read(&mut reader);
            let wrong: Vec<String> = reader.into_problems().into_iter().map(|one| one.key).collect();
            for (key, text) in &set {
                // Alone it is judged as among the others, unless two contradict each other.
                let mut alone = Layers::of_defaults();
                alone.lay_text(key, text, Origin::Environment(key.clone()));
                let mut reader = Reader::new(&alone);
                Config::read(&mut reader);
                let is_wrong = reader.into_problems().iter().any(|one| one.key == *key);
                if is_wrong && !in_file {
                    prop_assert!(wrong.contains(key), "`{key}` = {text:?}");
                }
            }
        }

        /// Any variables: nothing panics, and names that are not ours change nothing.
        #[test]
        fn no_variable_makes_it_panic(
            names in prop::collection::vec("(VITASCOPE_)?[A-Z_]{0,20}", 0..8),
            text in any::<String>(),
        ) {
            let variables = names.iter().map(|name| (name.clone(), text.clone())).collect();
            let is_ours = |name: &String| name.contains("__") || name.starts_with("VITASCOPE_") || name.starts_with('D');
            let outcome = load(&Sources { variables, ..Sources::default() });
            prop_assert!(outcome.is_ok() || names.iter().any(is_ours));
        }
    }
}
