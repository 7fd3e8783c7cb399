use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::{ArgGroup, Args};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use vita_app::Caller;
use vita_model::GenerationStatus;

use super::demo::{self, PendingClip};
use super::load_fixture::{LoadFixtureArgs, seed_load_test};
use super::signals::Signals;
use crate::config::{Config, Mode};
use crate::installation::Installation;
use crate::{machine, runtime, terminal};

/// How often the clips are looked at; as often as a person can follow.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long jobs may take to stop after Ctrl-C.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// Characters of a prompt that stand before its bar.
const LABEL_CHARS: usize = 44;

/// What to make.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("content").required(true).args(["demo", "load_test"])))]
pub(crate) struct SeedArgs {
    /// Make the demo login and a project whose clips are rendered. Doing it again only makes what is
    /// missing.
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    load: LoadFixtureArgs,
}

/// Fills the installation with content.
pub(crate) fn seed(config: &Config, args: &SeedArgs) -> anyhow::Result<()> {
    if args.load.load_test {
        if config.mode == Mode::Production && !args.load.yes {
            bail!(
                "`mode`: everybody knows the passwords of the load test's accounts; add `--yes` to \
                 make them in production all the same"
            );
        }
    } else if config.mode == Mode::Production {
        bail!(
            "`mode`: everybody knows the demo login's password, so there is none in production; \
             use another data folder with `--mode demo`"
        );
    }
    // The bars tell how it goes; of the log only what went wrong. Statements over whole histories are
    // slow on purpose.
    let mut log = config.log.clone();
    "warn,vita_db::tx=error".clone_into(&mut log.filter);
    let _log = runtime::start_log(&log)?;
    if args.load.load_test {
        return runtime::build()?.block_on(seed_load_test(config, &args.load));
    }
    machine::check_tools(config, &runtime::search_path())?;
    runtime::build()?.block_on(seed_demo(config))
}

async fn seed_demo(config: &Config) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut signals = Signals::listen()?;
    let installation = Installation::open(config).await?;
    let caller = demo::ensure_account(&installation)
        .await?
        .context("`accounts.sign_up`: it must be open to make the demo login")?;
    let pending = demo::ensure_project(&installation, &caller).await?;
    if pending.is_empty() {
        terminal::answer("the demo project is there");
        return Ok(());
    }
    let workers = installation.start_workers(config).await?;
    let watched = tokio::select! {
        watched = watch(&installation, &caller, &pending) => watched,
        name = signals.next() => {
            workers.drain(STOP_LIMIT).await;
            bail!("stopped by {name}; run it again to make the clips that are missing");
        }
    };
    workers.drain(STOP_LIMIT).await;
    watched?;
    terminal::answer(format_args!(
        "made {} demo clips in {:.0} s",
        pending.len(),
        started.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// Shows how the clips go until all are there, and chooses each for its scene.
async fn watch(
    installation: &Installation,
    caller: &Caller,
    pending: &[PendingClip],
) -> anyhow::Result<()> {
    let bars = Bars::new(pending);
    let mut open: Vec<usize> = (0..pending.len()).collect();
    while !open.is_empty() {
        let mut still_open = Vec::new();
        for index in open {
            let is_done = look(installation, caller, &pending[index], &bars, index).await?;
            if !is_done {
                still_open.push(index);
            }
        }
        open = still_open;
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

async fn look(
    installation: &Installation,
    caller: &Caller,
    clip: &PendingClip,
    bars: &Bars,
    index: usize,
) -> anyhow::Result<bool> {
    let app = &installation.app;
    let found = app.find_generation(caller, &clip.generation).await?;
    bars.set(index, found.progress.get());
    match found.status {
        GenerationStatus::Queued | GenerationStatus::Processing => Ok(false),
        GenerationStatus::Completed => {
            bars.finish(index, clip);
            app.select_generation(caller, &clip.scene, &clip.generation)
                .await
                .context("failed to choose a demo clip for its scene")?;
            Ok(true)
        }
        GenerationStatus::Failed | GenerationStatus::Cancelled => {
            let why = found
                .failure
                .map_or("it was cancelled".to_owned(), |failure| {
                    format!("{} ({})", failure.message, failure.code.as_str())
                });
            bail!("a demo clip was not made: {why}; run it again to try again")
        }
    }
}

/// A bar for each clip on a terminal, a line for each finished clip elsewhere.
struct Bars {
    bars: Vec<ProgressBar>,
    is_terminal: bool,
}

impl Bars {
    fn new(pending: &[PendingClip]) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let group = MultiProgress::new();
        let style = ProgressStyle::with_template("  {prefix:44} {bar:30} {pos:>3} %")
            .expect("the template is a constant and well formed");
        let bars = pending.iter().map(|clip| {
            let label: String = clip.prompt.as_str().chars().take(LABEL_CHARS).collect();
            let bar = if is_terminal {
                group.add(ProgressBar::new(100))
            } else {
                ProgressBar::hidden()
            };
            bar.with_style(style.clone()).with_prefix(label)
        });
        Self {
            bars: bars.collect(),
            is_terminal,
        }
    }

    fn set(&self, index: usize, percent: u8) {
        self.bars[index].set_position(u64::from(percent));
    }

    fn finish(&self, index: usize, clip: &PendingClip) {
        self.bars[index].finish();
        if !self.is_terminal {
            terminal::note(format_args!("made: {}", clip.prompt.as_str()));
        }
    }
}
