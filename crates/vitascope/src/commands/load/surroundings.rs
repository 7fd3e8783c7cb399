//! What a script is loaded with: its text, variables, options from outside, and secrets.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::MultiProgress;
use serde_json::{Map, Value, json};
use vita_k6::{Level, OptionSources, Secrets, TestSource, TestSurroundings};
use vita_model::{SystemClock, SystemEntropy};

use super::flags::is_on;
use super::logger::{LogForm, LogSetup, LogTarget, Logger};
use super::{CommonArgs, EXIT_INVALID_CONFIG, EXIT_REFUSED, ScriptArgs};
use crate::config::Sources;
use crate::terminal;

/// A script's longest text. Larger data belongs into files that it opens.
const SCRIPT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The longest file of options or secrets.
const CONFIG_BYTES_MAX: u64 = 1024 * 1024;

/// Why a command ends before there is a test.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) exit_code: u8,
    pub(super) messages: Vec<String>,
}

impl Refusal {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self {
            exit_code: EXIT_INVALID_CONFIG,
            messages: vec![message.into()],
        }
    }

    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self {
            exit_code: EXIT_REFUSED,
            messages: vec![message.into()],
        }
    }

    pub(super) fn say(&self, log: &Logger) -> u8 {
        for message in &self.messages {
            log.say(Level::Error, message);
        }
        log.flush();
        self.exit_code
    }
}

/// The variables of the system.
#[derive(Default)]
pub(super) struct SystemVariables(BTreeMap<String, String>);

impl SystemVariables {
    pub(super) fn read() -> Self {
        Self(Sources::of_process().variables.into_iter().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name)?;
        (!text.is_empty()).then_some(text)
    }

    /// Whether a variable switches something on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.get(name).and_then(is_on).unwrap_or(false)
    }

    /// Those that set options.
    fn of_k6(&self) -> BTreeMap<String, String> {
        let own = self.0.iter().filter(|(name, _)| name.starts_with("K6_"));
        own.map(|(name, text)| (name.clone(), text.clone()))
            .collect()
    }
}

/// Makes what takes messages; a mistake in how it is asked for is said without it.
pub(super) fn start_logger(
    common: &CommonArgs,
    console: Option<PathBuf>,
    variables: &SystemVariables,
    bars: MultiProgress,
) -> Result<Arc<Logger>, u8> {
    let text = |given: &Option<String>, name: &str| -> String {
        let given = given.as_deref().or(variables.get(name));
        given.unwrap_or_default().to_owned()
    };
    let setup = || -> Result<LogSetup, String> {
        let target = LogTarget::parse(&text(&common.log_output, "K6_LOG_OUTPUT"))?;
        let form = text(&common.log_format, "K6_LOG_FORMAT");
        Ok(LogSetup {
            form: LogForm::parse(&form, &target, has_no_color(common, variables))?,
            target,
            console: console.or_else(|| variables.get("K6_CONSOLE_OUTPUT").map(PathBuf::from)),
            level: if common.verbose {
                Level::Debug
            } else {
                Level::Info
            },
            bars,
        })
    };
    let started = setup().and_then(|setup| Logger::start(setup).map_err(|error| error.to_string()));
    started.map_err(|problem| {
        terminal::note(format_args!("error: {problem}"));
        EXIT_INVALID_CONFIG
    })
}

pub(super) fn has_no_color(common: &CommonArgs, variables: &SystemVariables) -> bool {
    common.no_color || variables.is_on("K6_NO_COLOR") || variables.get("NO_COLOR").is_some()
}

/// Reads the script at a path, or from standard input for `-`.
pub(super) fn read_script(path: &Path) -> Result<TestSource, Refusal> {
    let shown = path.display();
    let text = path.to_string_lossy();
    if text.contains("://") || text.starts_with("github.com/") {
        return Err(Refusal::refused(format!(
            "the script `{shown}` is on another machine: download it first, and run the file"
        )));
    }
    let folder = std::env::current_dir().map_err(|error| {
        Refusal::refused(format!("failed to find the folder this runs in: {error}"))
    })?;
    let read = if text == "-" {
        read_bounded(io::stdin().lock(), SCRIPT_BYTES_MAX)
    } else {
        File::open(path).and_then(|file| read_bounded(file, SCRIPT_BYTES_MAX))
    };
    let text = read.map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::NotFound => {
                ": check the path, which is seen from the folder this runs in"
            }
            _ => "",
        };
        Refusal::refused(format!("the script `{shown}` can't be read: {error}{hint}"))
    })?;
    Ok(TestSource {
        path: folder.join(path),
        text,
    })
}

fn read_bounded(source: impl io::Read, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    source.take(bytes_max + 1).read_to_end(&mut text)?;
    if text.len() as u64 > bytes_max {
        return Err(io::Error::other(format!(
            "it has more than {} MiB, which is the limit",
            bytes_max / 1024 / 1024
        )));
    }
    Ok(text)
}

fn read_text(path: &Path) -> Result<String, String> {
    let read = File::open(path).and_then(|file| read_bounded(file, CONFIG_BYTES_MAX));
    let text = read.map_err(|error| format!("`{}` can't be read: {error}", path.display()))?;
    String::from_utf8(text).map_err(|_| format!("`{}` is not UTF-8", path.display()))
}

/// The options from outside of the script.
pub(super) fn option_sources(
    common: &CommonArgs,
    script: &ScriptArgs,
    flags: Map<String, Value>,
    variables: &SystemVariables,
) -> Result<OptionSources, Refusal> {
    let mut flags = flags;
    let leaves_thresholds = script.no_thresholds;
    if leaves_thresholds.unwrap_or_else(|| variables.is_on("K6_NO_THRESHOLDS")) {
        flags.insert("thresholds".to_owned(), json!({}));
    }
    let file = common.config.clone();
    let file = file.or_else(|| variables.get("K6_CONFIG").map(PathBuf::from));
    let config_file = match file {
        Some(path) => read_config(&path).map_err(Refusal::invalid)?,
        None => Map::new(),
    };
    if script.kind.as_deref().is_some_and(|kind| kind != "js") {
        return Err(Refusal::invalid(
            "`--type`: archives are not supported: run the script itself",
        ));
    }
    Ok(OptionSources {
        config_file,
        variables: variables.of_k6(),
        flags,
    })
}

fn read_config(path: &Path) -> Result<Map<String, Value>, String> {
    let wrong = |problem: &str| format!("`--config`: `{}` {problem}", path.display());
    let text = read_text(path).map_err(|error| format!("`--config`: {error}"))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(options)) => Ok(options),
        Ok(_) => Err(wrong("must hold an object of options")),
        Err(error) => Err(wrong(&format!("is not JSON: {error}"))),
    }
}

/// What a test needs of its surroundings.
pub(super) fn test_surroundings(
    script: &ScriptArgs,
    includes_system: bool,
    variables: &SystemVariables,
    log: Arc<Logger>,
) -> Result<TestSurroundings, Refusal> {
    let includes_system = script.include_system_env_vars.unwrap_or_else(|| {
        let said = variables.get("K6_INCLUDE_SYSTEM_ENV_VARS").and_then(is_on);
        said.unwrap_or(includes_system)
    });
    let mut env = if includes_system {
        variables.0.clone()
    } else {
        BTreeMap::new()
    };
    for pair in &script.env {
        let (name, text) = match pair.split_once('=') {
            Some((name, text)) => (name, text),
            None => (pair.as_str(), variables.get(pair).unwrap_or_default()),
        };
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name {
            return Err(Refusal::invalid(format!(
                "`--env`: `{name}` is no name of a variable: use letters, digits and `_`"
            )));
        }
        env.insert(name.to_owned(), text.to_owned());
    }
    Ok(TestSurroundings {
        env,
        log,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        secrets: read_secrets(&script.secret_source).map_err(Refusal::invalid)?,
        vu_memory_bytes_max: None,
    })
}

/// Reads sources of secrets: `[name=…:|name=…,][default,]file=PATH`, or `mock=[name=…,]KEY=VALUE,…`.
fn read_secrets(sources: &[String]) -> Result<Secrets, String> {
    let mut secrets = Secrets::default();
    for source in sources {
        let (kind, rest) = source
            .split_once('=')
            .ok_or_else(|| wrong_secrets(source))?;
        let mut name = kind.to_owned();
        let mut is_default = false;
        let mut values = BTreeMap::new();
        for part in rest
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            match (kind, part.split_once('=')) {
                (_, Some(("name", text))) => text.clone_into(&mut name),
                (_, None) if part == "default" => is_default = true,
                ("mock", Some((key, value))) => {
                    values.insert(key.to_owned(), value.to_owned());
                }
                ("file", None) => values.extend(read_secret_file(Path::new(part))?),
                ("file", Some(("filename", path))) => {
                    values.extend(read_secret_file(Path::new(path))?);
                }
                _ => return Err(wrong_secrets(source)),
            }
        }
        secrets.add_source(&name, values, is_default);
    }
    Ok(secrets)
}

fn wrong_secrets(source: &str) -> String {
    // What stands behind the kind may be secret.
    let kind = source.split('=').next().unwrap_or_default();
    format!(
        "`--secret-source`: a source `{kind}` can't be read: write `file=PATH` or `mock=NAME=VALUE`"
    )
}

/// `NAME=VALUE` a line; lines that begin with `#` say nothing.
fn read_secret_file(path: &Path) -> Result<BTreeMap<String, String>, String> {
    let text = read_text(path).map_err(|error| format!("`--secret-source`: {error}"))?;
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|(index, line)| {
            let (name, value) = line.split_once('=').ok_or_else(|| {
                let (path, number) = (path.display(), index + 1);
                format!("`--secret-source`: line {number} of `{path}` is not NAME=VALUE")
            })?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
}

/// Lets the process open as many connections as the system allows it: each virtual user has one.
pub(super) fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Where it is refused, what was allowed before still is.
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let _ = setrlimit(Resource::Nofile, raised);
}

/// Whether a result can be written into a file: that is known before the test, not after hours of it.
pub(super) fn check_writable(flag: &str, path: &Path) -> Result<(), Refusal> {
    let opened = File::options().create(true).append(true).open(path);
    opened.map(drop).map_err(|error| {
        let shown = path.display();
        Refusal::invalid(format!("`{flag}`: failed to write `{shown}`: {error}"))
    })
}

/// Writes a result into a file.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("failed to write `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_come_from_files_and_from_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets");
        fs::write(&path, "# mine\ntoken=abc=d\n\nother = e\n").unwrap();
        let of_file = format!("file=name=vault,{}", path.display());
        assert!(read_secrets(&[of_file, "mock=default,a=b".to_owned()]).is_ok());
        let values = read_secret_file(&path).unwrap();
        assert_eq!(values["token"], "abc=d");
        fs::write(&path, "oops").unwrap();
        let problem = read_secret_file(&path).unwrap_err();
        assert!(problem.contains("line 1"), "{problem}");
        assert!(read_secrets(&["vault".to_owned()]).is_err());
    }

    #[test]
    fn a_script_elsewhere_or_nowhere_is_refused() {
        let refusal = read_script(Path::new("https://example.org/a.js")).unwrap_err();
        assert!(refusal.messages[0].contains("download it first"));
        let refusal = read_script(Path::new("/nowhere/a.js")).unwrap_err();
        assert!(refusal.messages[0].contains("/nowhere/a.js"));
    }
}
