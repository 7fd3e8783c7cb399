use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::{self, Loaded, Sources};
use crate::{commands, terminal};

/// An AI video platform in one program: prompts become clips, clips become films.
#[derive(Debug, Parser)]
#[command(
    name = "vitascope",
    version,
    after_help = "Examples:\n  \
        vitascope seed --demo && vitascope serve\n  \
        vitascope serve --listen 127.0.0.1:8080 --data-dir /var/lib/vitascope\n  \
        vitascope config show"
)]
struct Cli {
    #[command(flatten)]
    settings: SettingArgs,
    #[command(subcommand)]
    command: Command,
}

/// Where settings come from; they lie over the environment and the configuration file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Settings")]
struct SettingArgs {
    /// The configuration file [default: `VITASCOPE_CONFIG`, or `./vitascope.toml` where there is one].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of everything that is kept.
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// What the installation is for: auto, demo, test or production.
    #[arg(long, global = true)]
    mode: Option<String>,
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The address at which browsers reach it.
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Any other setting, such as `server.header_timeout=5s`; may be repeated.
    #[arg(long = "set", global = true, value_name = "KEY=VALUE", value_parser = parse_pair)]
    pairs: Vec<(String, String)>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, the web app and the workers, all in one.
    #[command(
        after_help = "It prints `listening on http://…` when it is ready; logs go to standard error.\n\
        SIGTERM and Ctrl-C let requests and jobs end, a second one ends at once.\n\n\
        Examples:\n  vitascope serve\n  VITASCOPE_MODE=test vitascope serve --listen 127.0.0.1:0"
    )]
    Serve,
    /// Bring the database's schema up to date, without serving.
    Migrate,
    /// Fill the installation with content.
    #[command(after_help = "Examples:\n  vitascope seed --demo\n  \
        vitascope seed --load-test --projects-per-user 19 --generations 1000000")]
    Seed(commands::SeedArgs),
    /// Write the installation into one archive, also while a server runs over it.
    #[command(
        after_help = "Database, stored files and secrets, as they are at one moment. Whoever has the archive can read\n\
        everything; it is made readable for its owner only.\n\n\
        Examples:\n  vitascope backup /backups/monday.tar\n  vitascope backup - | zstd > monday.tar.zst"
    )]
    Backup(commands::BackupArgs),
    /// Bring the installation of an archive back, with no server running over the folder.
    #[command(
        after_help = "The archive is read and checked as a whole before anything is touched.\n\n\
        Example:\n  vitascope restore /backups/monday.tar --data-dir /var/lib/vitascope"
    )]
    Restore(commands::RestoreArgs),
    /// Run load tests that were written for k6: `vitascope load --help` tells more.
    #[command(disable_help_flag = true)]
    Load(commands::LoadArgs),
    /// Do what only the owner of the machine may do.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the description of the HTTP API as OpenAPI.
    Openapi,
    /// Print the version.
    Version,
}

#[derive(Debug, Subcommand)]
enum AdminCommand {
    /// Make an administrator's account.
    #[command(
        after_help = "The password is read from standard input, or made and printed when that is a terminal.\n\
        With the database in the data folder no server may run meanwhile; with PostgreSQL one may.\n\n\
        Examples:\n  vitascope admin create me@example.org\n  \
        vitascope admin create me@example.org < password.txt"
    )]
    Create(commands::AdminArgs),
    /// Give an account another password and end all its logins.
    #[command(
        after_help = "The password is read from standard input, or made and printed when that is a terminal.\n\
        With the database in the data folder no server may run meanwhile; with PostgreSQL one may.\n\n\
        Examples:\n  vitascope admin reset-password me@example.org\n  \
        vitascope admin reset-password me@example.org < password.txt"
    )]
    ResetPassword(commands::AdminArgs),
    /// List the administrators.
    #[command(after_help = "Example:\n  vitascope admin list")]
    List,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Find all mistakes of the configuration at once.
    Check,
    /// Print every setting that holds and who said so; secrets are redacted.
    Show,
}

/// Reads the command line, runs the command and answers with the program's exit code: 0 when it
/// worked, 1 when it did not, 2 when the command line can't be read. Load tests have k6's.
pub(crate) fn run() -> ExitCode {
    match run_command(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            terminal::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run_command(cli: Cli) -> anyhow::Result<ExitCode> {
    let settings = cli.settings;
    let load = || -> anyhow::Result<Loaded> {
        let loaded = config::load(&settings.sources())?;
        for note in &loaded.notes {
            terminal::note(format_args!("note: {note}"));
        }
        Ok(loaded)
    };
    match cli.command {
        Command::Serve => commands::serve(&load()?.config),
        Command::Migrate => commands::migrate(&load()?.config),
        Command::Seed(args) => commands::seed(&load()?.config, &args),
        Command::Backup(args) => commands::back_up(&load()?.config, &args),
        Command::Restore(args) => commands::restore(&load()?.config, &args),
        Command::Admin(AdminCommand::Create(args)) => {
            commands::create_admin(&load()?.config, &args)
        }
        Command::Admin(AdminCommand::ResetPassword(args)) => {
            commands::reset_password(&load()?.config, &args)
        }
        Command::Admin(AdminCommand::List) => commands::list_admins(&load()?.config),
        Command::Config(ConfigCommand::Check) => {
            load().map(|_| terminal::answer("the configuration is valid"))
        }
        Command::Config(ConfigCommand::Show) => {
            load().map(|loaded| terminal::answer(config::show_settings(&loaded.layers).trim_end()))
        }
        Command::Load(args) => return Ok(commands::load(args, settings.config)),
        Command::Openapi => commands::print_openapi(),
        Command::Version => {
            terminal::answer(format_args!("vitascope {}", env!("CARGO_PKG_VERSION")));
            Ok(())
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

impl SettingArgs {
    fn sources(&self) -> Sources {
        let named = [
            ("--data-dir", "data.dir", &self.data_dir),
            ("--mode", "mode", &self.mode),
            ("--listen", "server.listen", &self.listen),
            ("--public-url", "server.public_url", &self.public_url),
        ];
        let of_pairs = self
            .pairs
            .iter()
            .map(|(key, text)| ("--set".to_owned(), key.clone(), text.clone()));
        let of_names = named.into_iter().filter_map(|(flag, key, text)| {
            let text = text.clone()?;
            Some((flag.to_owned(), key.to_owned(), text))
        });
        Sources {
            file: self.config.clone(),
            flags: of_pairs.chain(of_names).collect(),
            ..Sources::of_process()
        }
    }
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or("write it as KEY=VALUE, such as `server.header_timeout=5s`")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_may_stand_before_and_behind_the_command() {
        for line in [
            ["vitascope", "--set", "queue.poll=2s", "serve"],
            ["vitascope", "serve", "--set", "queue.poll=2s"],
        ] {
            let sources = Cli::parse_from(line).settings.sources();
            assert_eq!(sources.flags[0].1, "queue.poll");
        }
    }
}
