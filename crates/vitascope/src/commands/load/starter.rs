//! `load new`: a script to begin with.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::EXIT_REFUSED;
use crate::terminal;

const MINIMAL: &str = include_str!("starter/minimal.js");
const PROTOCOL: &str = include_str!("starter/protocol.js");

/// What to write.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// Also over a file that is there.
    #[arg(short, long)]
    force: bool,
    /// How much it shows: minimal or protocol.
    #[arg(long, value_name = "NAME", default_value = "minimal", value_parser = ["minimal", "protocol"])]
    template: String,
    /// The file.
    #[arg(value_name = "FILE", default_value = "script.js")]
    path: PathBuf,
}

/// Writes it.
pub(super) fn write_new(args: &NewArgs) -> ExitCode {
    let shown = args.path.display();
    let text = if args.template == "protocol" {
        PROTOCOL
    } else {
        MINIMAL
    };
    let mut options = File::options();
    options.write(true).truncate(args.force);
    if args.force {
        options.create(true);
    } else {
        options.create_new(true);
    }
    let written = options
        .open(&args.path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => {
            terminal::answer(format_args!(
                "wrote {shown}; run it with `vitascope load run {shown}`"
            ));
            ExitCode::SUCCESS
        }
        Err(error) => {
            let hint = if error.kind() == io::ErrorKind::AlreadyExists {
                "; `--force` overwrites it"
            } else {
                ""
            };
            terminal::note(format_args!(
                "error: failed to write `{shown}`: {error}{hint}"
            ));
            EXIT_REFUSED.into()
        }
    }
}
