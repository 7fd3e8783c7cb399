//! `load profile`: the ready profiles of `scenarios/`, which are part of the program.

use std::fs;
use std::process::ExitCode;

use clap::Args;

use super::run::{ScriptAt, run};
use super::{CommonArgs, EXIT_REFUSED, RunFlags};
use crate::terminal;

/// A profile and what it does.
struct Profile {
    name: &'static str,
    about: &'static str,
}

const PROFILES: [Profile; 7] = [
    Profile {
        name: "load",
        about: "an ordinary busy day: 0 → 50 → 100 → 200 users in 24 min",
    },
    Profile {
        name: "stress",
        about: "step by step to 400 users, back, and then a few",
    },
    Profile {
        name: "soak",
        about: "50 users for 4 h",
    },
    Profile {
        name: "spike",
        about: "5 → 500 users in 10 s, a minute of them, and then the few",
    },
    Profile {
        name: "websocket",
        about: "100, 500, 1,000 open sockets",
    },
    Profile {
        name: "geographic",
        about: "70 / 20 / 10 % of 100 users at 10 / 80 / 200 ms",
    },
    Profile {
        name: "workflow",
        about: "the whole way to a clip, with a login in each iteration",
    },
];

/// Their files. A script imports those in `lib/` by their paths.
macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_str!(concat!("../../../../../scenarios/", $path)))),+]
    };
}

const FILES: [(&str, &str); 11] = files![
    "load.js",
    "stress.js",
    "soak.js",
    "spike.js",
    "websocket.js",
    "geographic.js",
    "workflow.js",
    "lib/session.js",
    "lib/slo.js",
    "lib/socket.js",
    "lib/target.js",
];

/// Which profile, against what.
#[derive(Debug, Args)]
pub(super) struct ProfileArgs {
    /// Where Vitascope listens.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3000", value_parser = parse_target)]
    target: String,
    /// Factor for the number of users.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = parse_factor)]
    scale: f64,
    /// Factor for all lengths of time; 0.1 makes 5 minutes 30 seconds.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, value_parser = parse_factor)]
    pace: f64,
    /// The model that clips are asked of [default: the installation's].
    #[arg(long, value_name = "ID")]
    model: Option<String>,
    #[command(flatten)]
    setup: RunFlags,
    /// Its name; without one the profiles are listed.
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

fn parse_target(text: &str) -> Result<String, String> {
    if text.starts_with("http://") || text.starts_with("https://") {
        Ok(text.to_owned())
    } else {
        Err("write an address such as http://127.0.0.1:3000".to_owned())
    }
}

fn parse_factor(text: &str) -> Result<f64, String> {
    let factor = text.parse::<f64>().ok().filter(|factor| factor.is_finite());
    factor
        .filter(|factor| *factor > 0.0)
        .ok_or_else(|| "write a number above zero, such as 0.1".to_owned())
}

/// Runs a profile, or lists them.
pub(super) fn run_profile(common: &CommonArgs, mut args: ProfileArgs) -> ExitCode {
    let Some(name) = args.name.take() else {
        for profile in &PROFILES {
            terminal::answer(format_args!("{:<12} {}", profile.name, profile.about));
        }
        return ExitCode::SUCCESS;
    };
    if !PROFILES.iter().any(|profile| profile.name == name) {
        let known: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
        let known = known.join(", ");
        terminal::note(format_args!(
            "error: there is no profile `{name}`: take one of {known}"
        ));
        return EXIT_REFUSED.into();
    }
    // Scripts are read from files, as they import each other and open data.
    let folder = match write_files() {
        Ok(folder) => folder,
        Err(error) => {
            terminal::note(format_args!(
                "error: failed to write the profile's files: {error}"
            ));
            return EXIT_REFUSED.into();
        }
    };
    let model = args.model.map(|model| format!("MODEL={model}"));
    let settled = [
        format!("TARGET={}", args.target),
        format!("SCALE={}", args.scale),
        format!("PACE={}", args.pace),
    ];
    // What `-e` says comes last, and holds.
    args.setup
        .script
        .env
        .splice(0..0, settled.into_iter().chain(model));
    let script = ScriptAt::Own {
        path: folder.path().join(format!("{name}.js")),
        name: format!("profile {name} against {}", args.target),
    };
    run(common, &args.setup, &script)
}

fn write_files() -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("lib"))?;
    for (path, text) in FILES {
        fs::write(folder.path().join(path), text)?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_is_there_with_what_it_imports() {
        for profile in &PROFILES {
            let path = format!("{}.js", profile.name);
            assert!(FILES.iter().any(|(own, _)| *own == path), "{path}");
        }
        let imports = FILES.iter().flat_map(|(_, text)| {
            let parts = text.split("from './").skip(1);
            parts.filter_map(|part| part.split('\'').next())
        });
        for import in imports {
            let name = import.rsplit('/').next().unwrap_or(import);
            assert!(FILES.iter().any(|(own, _)| own.ends_with(name)), "{import}");
        }
        assert!(parse_factor("0").is_err() && parse_factor("0.5").is_ok());
    }
}
