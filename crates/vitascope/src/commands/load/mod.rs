//! `vitascope load`: runs k6 scripts, with k6's flags, variables and exit codes.

mod flags;
mod inspect;
mod live;
mod logger;
mod outputs;
mod profiles;
mod remote_write;
mod requirements;
mod run;
mod starter;
mod surroundings;
mod verdict;
mod web;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use self::flags::OptionArgs;
use crate::terminal;

/// The exit code when what was asked for can't even be tried, as k6 has it.
const EXIT_REFUSED: u8 = 255;

/// The exit code of wrong options.
const EXIT_INVALID_CONFIG: u8 = 104;

/// Everything behind `load`, which has flags of its own.
#[derive(Debug, Args)]
pub(crate) struct LoadArgs {
    /// A command of the load tester, and its flags.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "COMMAND"
    )]
    rest: Vec<OsString>,
}

/// Load tests: runs scripts that were written for k6.
#[derive(Debug, Parser)]
#[command(
    name = "vitascope load",
    bin_name = "vitascope load",
    version,
    args_override_self = true,
    after_help = "Examples:\n  \
        vitascope load new && vitascope load run script.js\n  \
        vitascope load run --vus 50 --duration 1m --html report.html script.js\n  \
        vitascope load profile load --target http://127.0.0.1:3000 --scale 0.1 --pace 0.1\n\n\
        With `alias k6=\"vitascope load\"` commands that were written for k6 work unchanged."
)]
struct LoadCli {
    #[command(flatten)]
    common: CommonArgs,
    #[command(subcommand)]
    command: LoadCommand,
}

#[derive(Debug, Subcommand)]
enum LoadCommand {
    /// Run a test.
    #[command(
        after_help = "The summary goes to standard output, everything else to standard error. Ctrl-C ends the test with \
        its teardown and summary, a second one at once.\n\n\
        Exit codes: 0 all is well, 99 thresholds crossed, 104 wrong options, 105 stopped from outside,\n\
        107 the script threw, 108 the script aborted the test, 110 the script failed the test."
    )]
    Run(Box<RunArgs>),
    /// Print the options of a script as JSON, without running it.
    Inspect(InspectArgs),
    /// Write a script to begin with.
    New(starter::NewArgs),
    /// Run one of the ready profiles against a Vitascope; without a name, list them.
    #[command(
        after_help = "The installation must be in test mode and have the content of `vitascope seed --load-test`.\n\n\
        Example:\n  vitascope load profile spike --target http://127.0.0.1:3000 --scale 0.1 --pace 0.1"
    )]
    Profile(Box<profiles::ProfileArgs>),
    /// Print the version.
    Version,
}

/// Flags of all commands.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Messages")]
struct CommonArgs {
    /// Say more.
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Show no progress.
    #[arg(short, long, global = true)]
    quiet: bool,
    /// No colours.
    #[arg(long, global = true)]
    no_color: bool,
    /// Where messages go: stderr, stdout, none or file=PATH.
    #[arg(long, global = true, value_name = "TARGET")]
    log_output: Option<String>,
    /// How they are written: text, json or raw.
    #[arg(long, global = true, value_name = "FORM")]
    log_format: Option<String>,
    /// A JSON file of options that are weaker than the script's.
    #[arg(short, long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Has no effect: there is no REST API; `--web` shows the running test.
    #[arg(short, long, global = true, value_name = "ADDRESS", hide = true)]
    address: Option<String>,
    /// Has no effect.
    #[arg(long, global = true, hide = true, value_name = "BOOL", num_args = 0..=1, require_equals = true,
          default_missing_value = "true")]
    profiling_enabled: Option<bool>,
}

/// What a script is loaded with.
#[derive(Debug, Clone, Args)]
struct ScriptArgs {
    /// A variable of `__ENV`; without `=` that of the system.
    #[arg(short, long = "env", value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Whether the system's variables are in `__ENV` [default: true for `run`].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    include_system_env_vars: Option<bool>,
    /// Where `k6/secrets` are: `file=PATH` or `mock=NAME=VALUE,…`, with `name=…,default` before.
    #[arg(long, value_name = "SOURCE")]
    secret_source: Vec<String>,
    /// What the script is; only `js` can be.
    #[arg(short = 't', long = "type", value_name = "TYPE", hide = true)]
    kind: Option<String>,
    /// Has no effect: every script may have both forms of modules.
    #[arg(long, value_name = "MODE", hide = true)]
    compatibility_mode: Option<String>,
    /// Leave thresholds out.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    no_thresholds: Option<bool>,
}

#[derive(Debug, Args)]
struct InspectArgs {
    #[command(flatten)]
    script: ScriptArgs,
    /// With the time and virtual users that it needs.
    #[arg(long)]
    execution_requirements: bool,
    /// The script; `-` reads it from standard input.
    #[arg(value_name = "SCRIPT")]
    path: PathBuf,
}

#[derive(Debug, Args)]
struct RunArgs {
    #[command(flatten)]
    setup: RunFlags,
    /// The script; `-` reads it from standard input.
    #[arg(value_name = "SCRIPT")]
    path: PathBuf,
}

/// Everything of `run` but the script.
#[derive(Debug, Args)]
struct RunFlags {
    #[command(flatten)]
    options: OptionArgs,
    #[command(flatten)]
    script: ScriptArgs,
    /// Where every sample goes: json=FILE, csv=FILE or experimental-prometheus-rw.
    #[arg(short, long = "out", value_name = "OUTPUT", help_heading = "Results")]
    out: Vec<String>,
    /// How much the summary says: compact, full or disabled.
    #[arg(long, value_name = "MODE", help_heading = "Results")]
    summary_mode: Option<String>,
    /// Write the summary's figures into a JSON file.
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    summary_export: Option<PathBuf>,
    /// Write a report with charts into an HTML file (not in k6).
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    html: Option<PathBuf>,
    /// Show the running test at this address (not in k6) [default: 127.0.0.1:5665].
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true,
          default_missing_value = web::ADDRESS_DEFAULT, help_heading = "Results")]
    web: Option<String>,
    /// Write what the script prints into a file.
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    console_output: Option<PathBuf>,
    /// Threads on which virtual users live (not in k6) [default: one for each processor].
    #[arg(long, value_name = "N", help_heading = "Results",
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    workers: Option<u16>,
    #[command(flatten)]
    foreign: ForeignFlags,
}

/// Flags of k6 that mean nothing here: taken where nobody misses them, refused where somebody would.
#[derive(Debug, Args)]
struct ForeignFlags {
    /// Has no effect: nothing is reported to anybody.
    #[arg(long, hide = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    no_usage_report: Option<bool>,
    #[arg(short, long, hide = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    linger: Option<bool>,
    #[arg(long, hide = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    no_summary: Option<bool>,
    #[arg(long, hide = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    new_machine_readable_summary: Option<bool>,
    #[arg(long, hide = true, value_name = "OUTPUT")]
    traces_output: Option<String>,
}

/// Runs a command of the load tester and answers with its exit code.
pub(crate) fn load(args: LoadArgs, config: Option<PathBuf>) -> ExitCode {
    let line = std::iter::once(OsString::from("vitascope load")).chain(args.rest);
    let mut cli = LoadCli::parse_from(line);
    // A `--config` right behind `load` is the tester's, too.
    cli.common.config = cli.common.config.or(config);
    let common = &cli.common;
    match cli.command {
        LoadCommand::Run(args) => run::run(common, &args.setup, &run::ScriptAt::Path(args.path)),
        LoadCommand::Inspect(args) => inspect::inspect(common, &args),
        LoadCommand::New(args) => starter::write_new(&args),
        LoadCommand::Profile(args) => profiles::run_profile(common, *args),
        LoadCommand::Version => {
            let version = env!("CARGO_PKG_VERSION");
            terminal::answer(format_args!("vitascope load v{version}"));
            ExitCode::SUCCESS
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        LoadCli::command().debug_assert();
    }

    #[test]
    fn lines_written_for_k6_are_understood() {
        for line in [
            "load run --vus=5 --duration 10s script.js",
            "load run -u 1 -i 1 -q --no-usage-report -e A=b -o json=x.json -",
            "load --quiet --no-color run -s 1s:1 --out csv --web script.js --verbose",
            "load inspect --execution-requirements script.js",
            "load new -f",
            "load run script.js -t js --http-debug=full --tag a=b -c conf.json -a localhost:0 -l",
        ] {
            let parsed = LoadCli::try_parse_from(line.split_whitespace());
            assert!(parsed.is_ok(), "{line}: {parsed:?}");
        }
        assert!(LoadCli::try_parse_from(["load", "run"]).is_err());
    }
}
