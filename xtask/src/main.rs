//! Checks of style and architecture that rustc and clippy can't make, and the making of generated files.
//!
//! `cargo xtask tidy` (here `cargo run -p xtask -- tidy`) reads the tree and prints what breaks the project's rules, each
//! with its mend; the same runs as a test. `gen` rewrites the files that are made from others.

mod generate;
mod tidy;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -p xtask -- <command>

  tidy   check style and architecture; exit 1 when something is found
  gen    rewrite the files that are made from others
";

fn main() -> ExitCode {
    let command = std::env::args().nth(1);
    let outcome = match command.as_deref() {
        Some("tidy") => run_tidy(),
        Some("gen") => generate::run(&workspace_root()).map(|()| ExitCode::SUCCESS),
        _ => {
            let _ = io::stderr().write_all(USAGE.as_bytes());
            return ExitCode::from(2);
        }
    };
    outcome.unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "xtask: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_tidy() -> anyhow::Result<ExitCode> {
    let report = tidy::run(&workspace_root())?;
    write!(io::stdout(), "{report}")?;
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The folder that holds the workspace: the parent of this crate's.
fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
