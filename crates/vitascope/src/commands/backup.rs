use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::Builder;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{HumanBytes, ProgressBar};
use tokio::sync::oneshot;
use vita_model::{Clock as _, SystemClock};

use super::signals::Signals;
use crate::backup::{self, BackupError, Progress, Target, WhatIsThere};
use crate::config::Config;
use crate::{installation, machine, runtime, terminal};

/// How often it is told how far it is; as often as a person can follow.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Clips that are named when they could not be copied; more are counted.
const MISSING_NAMED_MAX: usize = 20;

/// Where the archive goes.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The archive to write; `-` for standard output.
    file: PathBuf,
}

/// Where the archive comes from.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The archive to read.
    file: PathBuf,
    /// Move aside what the data folder holds, instead of refusing.
    #[arg(long)]
    force: bool,
}

/// Writes the installation into one archive, also while a server runs over it.
pub(crate) fn back_up(config: &Config, args: &BackupArgs) -> anyhow::Result<()> {
    let places = installation::places(config)?;
    let target = if args.file == Path::new("-") {
        if std::io::stdout().is_terminal() {
            bail!("standard output is a terminal; name a file, or `-` before a pipe");
        }
        Target::Stdout
    } else if args.file.exists() {
        bail!(
            "`{}` is there already; name another file",
            args.file.display()
        );
    } else {
        Target::File(args.file.clone())
    };
    if !places.database.exists() {
        bail!(
            "`data.dir`: there is no database `{}` to back up; name the data folder with `--data-dir`",
            places.database.display()
        );
    }
    let now = SystemClock.now();
    let work = move |progress: &Progress| backup::back_up(&places, &target, now, progress);
    let summary = runtime::build()?.block_on(run(work))?;
    terminal::note(format_args!(
        "wrote {} files, {}; whoever has it can read everything and sign in as anybody",
        summary.files,
        HumanBytes(summary.bytes)
    ));
    if summary.secrets == 0 {
        terminal::note(
            "the secrets are not in it, as they come from the configuration: keep them, too",
        );
    }
    if !summary.missing.is_empty() {
        for id in summary.missing.iter().take(MISSING_NAMED_MAX) {
            terminal::note(format_args!(
                "not in it: the clip of {id}, which was deleted meanwhile"
            ));
        }
        bail!(
            "{} clips were deleted while they were to be copied; the archive is whole but for them",
            summary.missing.len()
        );
    }
    Ok(())
}

/// Brings the installation of an archive back.
pub(crate) fn restore(config: &Config, args: &RestoreArgs) -> anyhow::Result<()> {
    let places = installation::places(config)?;
    // Also where the database has a lock of its own: nothing of it is opened here.
    let folder = machine::DataFolder::open(&places.data_dir, false)?;
    let what_is_there = if args.force {
        WhatIsThere::IsMovedAside
    } else {
        WhatIsThere::Stays
    };
    let (file, now) = (args.file.clone(), SystemClock.now());
    let data_dir = places.data_dir.clone();
    let work =
        move |progress: &Progress| backup::restore(&places, &file, what_is_there, now, progress);
    let restored = runtime::build()?.block_on(run(work))?;
    drop(folder);
    terminal::answer(format_args!(
        "restored {} files of {} (vitascope {}) to `{}`",
        restored.files,
        restored.created_at,
        restored.version,
        data_dir.display()
    ));
    if let Some(aside) = restored.moved_to {
        terminal::answer(format_args!(
            "what was there is in `{}`; remove it when you do not need it",
            aside.display()
        ));
    }
    Ok(())
}

/// Runs work that blocks on a thread of its own, tells how far it is, and has a signal stop it.
async fn run<T: Send + 'static>(
    work: impl FnOnce(&Progress) -> Result<T, BackupError> + Send + 'static,
) -> anyhow::Result<T> {
    let mut signals = Signals::listen()?;
    let progress = Arc::new(Progress::default());
    let (reply, mut answer) = oneshot::channel();
    let shared = Arc::clone(&progress);
    Builder::new()
        .name("backup".to_owned())
        .spawn(move || drop(reply.send(work(&shared))))
        .context("failed to start a thread")?;
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new_spinner()
    } else {
        ProgressBar::hidden()
    };
    let mut stopped_by = None;
    let done = loop {
        tokio::select! {
            done = &mut answer => break done.context("the thread at work ended early")?,
            name = signals.next() => {
                progress.stop();
                stopped_by = Some(name);
            }
            () = tokio::time::sleep(LOOK_EVERY) => bar.set_message(progress.shown()),
        }
    };
    bar.finish_and_clear();
    match (done, stopped_by) {
        (Err(BackupError::Stopped), Some(name)) => bail!("stopped by {name}; nothing was left"),
        (done, _) => Ok(done?),
    }
}
