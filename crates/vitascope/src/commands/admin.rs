use std::io::{self, IsTerminal as _, Read as _};

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use vita_model::Entropy;

use crate::config::Config;
use crate::installation::Installation;
use crate::{runtime, terminal};

/// Random bytes of a password that is made here: 96 bits.
const PASSWORD_BYTES: usize = 12;

/// The longest password that is read; those that are accepted are much shorter.
const PASSWORD_INPUT_MAX: u64 = 4096;

/// Whom to make an administrator.
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
        let installation = Installation::open(config).await?;
        let password = match &piped {
            Some(password) => password.clone(),
            None => make_password(installation.entropy.as_ref()),
        };
        let made = installation.app.create_admin(&args.email, &password).await;
        let profile = made.map_err(explain)?;
        terminal::answer(format_args!("made the administrator {}", profile.email));
        if piped.is_none() {
            terminal::answer(format_args!("password: {password}"));
        }
        Ok(())
    })
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
