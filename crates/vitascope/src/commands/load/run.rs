//! `load run`: a test from its script to its exit code.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressDrawTarget};
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use vita_k6::{Level, PreparedRun, RunOutcome, RunSetup, Test};
use vita_load::{RunHandle, SummaryContext, SummaryMode};

use super::logger::Logger;
use super::outputs::Wanted;
use super::surroundings::{
    self, Refusal, SystemVariables, check_writable, has_no_color, option_sources, read_script,
    start_logger, write_file,
};
use super::{CommonArgs, RunFlags, live, requirements, verdict, web};
use crate::commands::signals::Signals;

/// How long a run may take to end after the second Ctrl-C before it is left behind.
const HURRY_LIMIT: Duration = Duration::from_secs(3);

/// The exit code of a run that was stopped from outside.
const EXIT_STOPPED: u8 = 105;

/// Where the script is.
pub(super) enum ScriptAt {
    /// At a path, or in standard input.
    Path(PathBuf),
    /// In files of our own, under a name for people.
    Own { path: PathBuf, name: String },
}

impl ScriptAt {
    fn path(&self) -> &Path {
        match self {
            Self::Path(path) | Self::Own { path, .. } => path,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Own { name, .. } => name.clone(),
        }
    }
}

/// Runs a test and answers with its exit code.
pub(super) fn run(common: &CommonArgs, flags: &RunFlags, script: &ScriptAt) -> ExitCode {
    let variables = SystemVariables::read();
    let no_color = has_no_color(common, &variables);
    let bars = MultiProgress::with_draw_target(ProgressDrawTarget::hidden());
    let console = flags.console_output.clone();
    let log = match start_logger(common, console, &variables, bars.clone()) {
        Ok(log) => log,
        Err(code) => return code.into(),
    };
    let session = Session {
        log: Arc::clone(&log),
        bars,
        is_quiet: common.quiet,
        no_color,
        variables,
    };
    surroundings::raise_file_limit();
    let ended = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Refusal::refused(format!("failed to start the async runtime: {error}")))
        .and_then(|runtime| LocalSet::new().block_on(&runtime, session.run(common, flags, script)));
    let code = ended.unwrap_or_else(|refusal| refusal.say(&log));
    log.flush();
    code.into()
}

/// What a run is surrounded by.
struct Session {
    log: Arc<Logger>,
    bars: MultiProgress,
    is_quiet: bool,
    no_color: bool,
    variables: SystemVariables,
}

/// Where results go.
struct Results {
    export: Option<PathBuf>,
    html: Option<PathBuf>,
}

impl Session {
    async fn run(
        &self,
        common: &CommonArgs,
        flags: &RunFlags,
        script: &ScriptAt,
    ) -> Result<u8, Refusal> {
        self.judge_foreign(common, flags)?;
        let wanted = Wanted::read(&flags.out, &self.variables);
        let summary_mode = self.summary_mode(flags)?;
        let results = Results {
            export: self.file(flags.summary_export.as_ref(), "K6_SUMMARY_EXPORT"),
            html: self.file(flags.html.as_ref(), "K6_WEB_DASHBOARD_EXPORT"),
        };
        let files = [
            ("--summary-export", &results.export),
            ("--html", &results.html),
        ];
        for (flag, path) in files {
            if let Some(path) = path {
                check_writable(flag, path)?;
            }
        }
        let mut signals = Signals::listen().map_err(|error| Refusal::refused(error.to_string()))?;
        let Some(test) = self.load(common, flags, script, &mut signals).await? else {
            return Ok(EXIT_STOPPED);
        };
        let outputs = wanted.open(&self.variables)?;
        let prepared = test.prepare(RunSetup {
            workers: workers(flags),
            summary_mode,
            outputs,
            context: SummaryContext {
                no_color: self.no_color,
                is_stdout_tty: io::stdout().is_terminal(),
                is_stderr_tty: io::stderr().is_terminal(),
            },
        });
        let prepared = prepared.map_err(|error| refusal(&error))?;
        let handle = prepared.handle();
        let warnings = Rc::new(RefCell::new(Vec::new()));
        let page = match self.page_address(flags, &wanted) {
            Some(address) => {
                let served = web::serve(&address, handle.clone(), Rc::clone(&warnings)).await;
                let page = served.map_err(Refusal::invalid)?;
                if !page.is_of_this_machine {
                    let message = format!("everybody who reaches {} can read it", page.url);
                    self.log.say(Level::Warning, &message);
                }
                Some(page)
            }
            None => None,
        };
        if !self.is_quiet {
            let name = script.name();
            let url = page.as_ref().map(|page| page.url.as_str());
            requirements::introduce(&self.log, &name, &test, &wanted.names, url);
        }
        let outcome = self
            .watch(prepared, handle.clone(), &mut signals, &warnings)
            .await?;
        let Some(outcome) = outcome else {
            return Ok(EXIT_STOPPED);
        };
        self.conclude(&outcome, &handle, &results, &warnings);
        test.log_end(&outcome);
        if let Some(page) = page {
            page.finish().await;
        }
        Ok(outcome.exit_code)
    }

    /// Says what a flag of k6 doesn't do here; refuses where somebody would wait for it.
    fn judge_foreign(&self, common: &CommonArgs, flags: &RunFlags) -> Result<(), Refusal> {
        let foreign = &flags.foreign;
        let warn = |message: &str| self.log.say(Level::Warning, message);
        if common
            .address
            .as_deref()
            .is_some_and(|text| !text.is_empty())
        {
            warn("`--address` has no effect: there is no REST API; `--web` shows the running test");
        }
        if foreign.linger == Some(true) {
            warn("`--linger` has no effect: the program ends with the test");
        }
        if foreign.no_summary == Some(true) {
            return Err(Refusal::invalid(
                "`--no-summary` is gone, as in k6: use `--summary-mode=disabled`",
            ));
        }
        if foreign.new_machine_readable_summary == Some(true) {
            return Err(Refusal::invalid(
                "`--new-machine-readable-summary` is not supported: `--summary-export` writes the usual form",
            ));
        }
        if foreign
            .traces_output
            .as_deref()
            .is_some_and(|text| text != "none")
        {
            return Err(Refusal::invalid(
                "`--traces-output` is not supported: leave it out",
            ));
        }
        Ok(())
    }

    fn summary_mode(&self, flags: &RunFlags) -> Result<SummaryMode, Refusal> {
        let of_variable = self.variables.get("K6_SUMMARY_MODE");
        match flags.summary_mode.as_deref().or(of_variable) {
            None | Some("compact") => Ok(SummaryMode::Compact),
            Some("full") => Ok(SummaryMode::Full),
            Some("disabled") => Ok(SummaryMode::Disabled),
            Some(text) => Err(Refusal::invalid(format!(
                "`--summary-mode`: `{text}` is none of compact, full and disabled"
            ))),
        }
    }

    fn file(&self, flag: Option<&PathBuf>, variable: &str) -> Option<PathBuf> {
        let of_variable = || self.variables.get(variable).map(PathBuf::from);
        flag.cloned().or_else(of_variable)
    }

    /// Where the running test is to be shown, if it is.
    fn page_address(&self, flags: &RunFlags, wanted: &Wanted) -> Option<String> {
        if let Some(address) = &flags.web {
            return Some(address.clone());
        }
        if !wanted.shows_page && !self.variables.is_on("K6_WEB_DASHBOARD") {
            return None;
        }
        let (host, port) = web::ADDRESS_DEFAULT.split_once(':')?;
        let host = self.variables.get("K6_WEB_DASHBOARD_HOST").unwrap_or(host);
        let port = self.variables.get("K6_WEB_DASHBOARD_PORT").unwrap_or(port);
        Some(format!("{host}:{port}"))
    }

    /// Runs the init code; nothing when that was stopped.
    async fn load(
        &self,
        common: &CommonArgs,
        flags: &RunFlags,
        script: &ScriptAt,
        signals: &mut Signals,
    ) -> Result<Option<Arc<Test>>, Refusal> {
        let options = flags.options.options().map_err(|messages| Refusal {
            exit_code: super::EXIT_INVALID_CONFIG,
            messages,
        })?;
        let options = option_sources(common, &flags.script, options, &self.variables)?;
        let source = read_script(script.path())?;
        let log = Arc::clone(&self.log);
        let around = surroundings::test_surroundings(&flags.script, true, &self.variables, log)?;
        let stop = CancellationToken::new();
        let loading = Test::load(source, options, around, &stop);
        tokio::pin!(loading);
        let loaded = tokio::select! {
            loaded = &mut loading => loaded,
            name = signals.next() => {
                stop.cancel();
                self.say_stopped(name);
                let limit = tokio::time::timeout(HURRY_LIMIT, loading);
                drop(limit.await);
                return Ok(None);
            }
        };
        match loaded {
            Ok(test) => Ok(Some(Arc::new(test))),
            Err(error) => Err(refusal(&error)),
        }
    }

    fn say_stopped(&self, signal: &str) {
        self.log.say(
            Level::Warning,
            &format!("stopping the test in response to {signal}; once more ends it at once"),
        );
    }

    /// Runs the test and shows how it goes; nothing when it had to be left behind.
    async fn watch(
        &self,
        prepared: PreparedRun,
        handle: RunHandle,
        signals: &mut Signals,
        warnings: &Rc<RefCell<Vec<String>>>,
    ) -> Result<Option<RunOutcome>, Refusal> {
        let is_over = CancellationToken::new();
        let view = live::View {
            handle: handle.clone(),
            log: Arc::clone(&self.log),
            bars: self.bars.clone(),
            is_quiet: self.is_quiet,
            no_color: self.no_color,
            warnings: Rc::clone(warnings),
        };
        let shown = tokio::task::spawn_local(view.show(is_over.clone()));
        let running = prepared.run();
        tokio::pin!(running);
        let mut left = None;
        let outcome = loop {
            let hurry = async {
                match left {
                    Some(until) => tokio::time::sleep_until(until).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                outcome = &mut running => break Some(outcome),
                () = hurry => break None,
                name = signals.next() => {
                    if handle.state().stop() == 1 {
                        self.say_stopped(name);
                    } else {
                        left.get_or_insert(tokio::time::Instant::now() + HURRY_LIMIT);
                    }
                }
            }
        };
        is_over.cancel();
        drop(shown.await);
        outcome
            .transpose()
            .map_err(|error| Refusal::refused(format!("failed to run the test: {error}")))
    }

    /// Writes everything that comes of a run.
    fn conclude(
        &self,
        outcome: &RunOutcome,
        handle: &RunHandle,
        results: &Results,
        warnings: &Rc<RefCell<Vec<String>>>,
    ) {
        self.log.flush();
        for (name, bytes) in &outcome.outputs.0 {
            if let Err(problem) = write_output(name, bytes) {
                self.log.say(Level::Error, &problem);
            }
        }
        if let Some(path) = &results.export {
            self.write(path, outcome.summary.export_text().as_bytes());
        }
        if let Some(path) = &results.html {
            match handle.report(warnings.borrow().clone()).to_html() {
                Ok(page) => self.write(path, page.as_bytes()),
                Err(error) => self
                    .log
                    .say(Level::Error, &format!("failed to make the report: {error}")),
            }
        }
        verdict::say(&self.log, &outcome.end, handle, self.is_quiet);
    }

    fn write(&self, path: &Path, bytes: &[u8]) {
        if let Err(problem) = write_file(path, bytes) {
            self.log.say(Level::Error, &problem);
        }
    }
}

fn refusal(error: &vita_k6::TestError) -> Refusal {
    let messages = match error {
        vita_k6::TestError::Options(problems) => problems.clone(),
        error => vec![error.to_string()],
    };
    Refusal {
        exit_code: error.exit_code(),
        messages,
    }
}

fn workers(flags: &RunFlags) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    flags.workers.map_or_else(processors, usize::from)
}

/// Writes what `handleSummary` gave, or the summary, where its name says.
fn write_output(name: &str, bytes: &[u8]) -> Result<(), String> {
    let write = |mut out: Box<dyn io::Write>| -> io::Result<()> {
        out.write_all(bytes)?;
        if bytes.last().is_some_and(|last| *last != b'\n') {
            out.write_all(b"\n")?;
        }
        out.flush()
    };
    match name {
        // A reader that went away is no failure of the test.
        "stdout" => drop(write(Box::new(io::stdout().lock()))),
        "stderr" => drop(write(Box::new(io::stderr().lock()))),
        path => write_file(Path::new(path), bytes)?,
    }
    Ok(())
}
