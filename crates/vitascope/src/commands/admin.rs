use std::io::{self, IsTerminal as _, Read as _};

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use tempfile::TempDir;
use vita_model::Entropy;

use crate::config::{Config, DatabasePlace};
use crate::installation::Installation;
use crate::{runtime, terminal};

/// Random bytes of a password that is made here: 96 bits.
const PASSWORD_BYTES: usize = 12;

/// The longest password that is read; those that are accepted are much shorter.
const PASSWORD_INPUT_MAX: u64 = 4096;

/// Whose account it is about.
#[derive(Debug, Args)]
pub(crate) struct AdminArgs {
    /// The address to sign in with.
    email: String,
}

/// Makes an administrator. The password comes from standard input, so that neither the list of
/// processes nor the shell's history has it; on a terminal one is made and printed.
pub(crate) fn create_admin(config: &Config, args: &AdminArgs) -> anyhow::Result<()> {
    let piped = read_password()?;
    runtime::build()?.block_on(async {
        let (installation, _folder) = open(config).await?;
        let password = given_or_made(piped.as_deref(), &installation);
        let made = installation.app.create_admin(&args.email, &password).await;
        let profile = made.map_err(explain)?;
        terminal::answer(format_args!("made the administrator {}", profile.email));
        print_made(piped.as_deref(), &password);
        Ok(())
    })
}

/// Gives an account another password, which comes the same way, and ends all its logins.
pub(crate) fn reset_password(config: &Config, args: &AdminArgs) -> anyhow::Result<()> {
    let piped = read_password()?;
    runtime::build()?.block_on(async {
        let (installation, _folder) = open(config).await?;
        let password = given_or_made(piped.as_deref(), &installation);
        let reset = installation.app.reset_password(&args.email, &password);
        let email = reset.await.map_err(explain)?;
        terminal::answer(format_args!(
            "{email} has another password; all logins ended"
        ));
        print_made(piped.as_deref(), &password);
        Ok(())
    })
}

/// Prints who the administrators are, a line for each.
pub(crate) fn list_admins(config: &Config) -> anyhow::Result<()> {
    runtime::build()?.block_on(async {
        let (installation, _folder) = open(config).await?;
        let admins = installation.app.list_admins().await.map_err(explain)?;
        for (profile, is_disabled) in &admins {
            let note = if *is_disabled { " (disabled)" } else { "" };
            terminal::answer(format_args!("{}{note}", profile.email));
        }
        if admins.is_empty() {
            terminal::note("there is no administrator; make one with `vitascope admin create`");
        }
        Ok(())
    })
}

/// Opens the installation. An embedded database has one process at a time, so that a running server
/// must be ended first. PostgreSQL serves several; then nothing of the data folder is needed, and an
/// empty one stands for it, so that the server's own is left alone.
async fn open(config: &Config) -> anyhow::Result<(Installation, Option<TempDir>)> {
    if matches!(config.database.place, DatabasePlace::File(_)) {
        return Ok((Installation::open(config).await?, None));
    }
    let folder = tempfile::tempdir().context("failed to make a temporary folder")?;
    let mut beside = config.clone();
    folder.path().clone_into(&mut beside.data_dir);
    Ok((Installation::open(&beside).await?, Some(folder)))
}

fn given_or_made(piped: Option<&str>, installation: &Installation) -> String {
    piped.map_or_else(
        || make_password(installation.entropy.as_ref()),
        str::to_owned,
    )
}

/// Tells a password that was made here, as nobody else knows it.
fn print_made(piped: Option<&str>, password: &str) {
    if piped.is_none() {
        terminal::answer(format_args!("password: {password}"));
    }
}

fn read_password() -> anyhow::Result<Option<String>> {
    if io::stdin().is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    io::stdin()
        .take(PASSWORD_INPUT_MAX)
        .read_to_string(&mut text)
        .context("failed to read the password from standard input")?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("standard input held no password; write it there, or run this on a terminal");
    }
    Ok(Some(password.to_owned()))
}

fn make_password(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; PASSWORD_BYTES];
    entropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A refusal with what is wrong with each field.
fn explain(error: vita_app::AppError) -> anyhow::Error {
    match error {
        vita_app::AppError::Invalid(fields) => {
            let details: Vec<String> = fields
                .iter()
                .map(|field| {
                    format!(
                        "{}: {}",
                        field.pointer.trim_start_matches('/'),
                        field.detail
                    )
                })
                .collect();
            anyhow::anyhow!(details.join("; "))
        }
        error => error.into(),
    }
}
