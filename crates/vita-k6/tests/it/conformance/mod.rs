//! The scripts of `tests/conformance`, each run as the command would and held to what its head says.
//!
//! A head is the comment lines at a script's beginning: the first names the section of the reference
//! and the behaviour, the others are what is given and what is expected; `head.rs` has their words.
//! In what is expected `…` stands for any text of one line. A script that is marked with `differs`
//! must fail its expectation: once it holds, the mark is to go.

mod head;
mod judge;
mod server;
mod tls;

use head::Head;
use server::Addresses;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use vita_k6::{
    LogLine, LogSink, RunOutcome, RunSetup, Test, TestError, TestSource, TestSurroundings,
};
use vita_load::{OutputKind, RunHandle};
use vita_model::{SystemClock, SystemEntropy};

/// Most scripts wait most of their time, so more of them run than there are processors.
const SCRIPTS_PER_PROCESSOR: usize = 4;

/// The page that says what of k6's interface works.
const COVERAGE: &str = include_str!("../../../../../docs/load-testing/coverage.md");

/// Fewer than this means that the folder was not read.
const SCRIPTS_MIN: usize = 300;

/// A script that takes longer than this hangs.
const SCRIPT_TIME_MAX: Duration = Duration::from_secs(40);

/// The folder inside which is what scripts read and import, and no scripts.
const FILES: &str = "files";

/// What came of a script.
#[derive(Default)]
pub(crate) struct Came {
    pub(crate) exit: u8,
    /// Why it could not be run.
    pub(crate) error: String,
    pub(crate) log: Vec<Line>,
    pub(crate) outcome: Option<RunOutcome>,
    /// What was written to the output of samples.
    pub(crate) samples: String,
}

/// A line of the log.
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) message: String,
    pub(crate) is_console: bool,
}

/// A script that prints this is stopped as by Ctrl-C.
const STOP: &str = "stop the run";

#[derive(Default)]
struct Lines {
    lines: Mutex<Vec<Line>>,
    run: OnceLock<RunHandle>,
}

impl LogSink for Lines {
    fn log(&self, line: &LogLine<'_>) {
        let line = Line {
            text: line.to_logfmt("-"),
            message: line.message.to_owned(),
            is_console: line.is_console(),
        };
        if let Some(run) = self.run.get().filter(|_| line.message == STOP) {
            run.state().stop();
        }
        self.lines.lock().expect("no panic").push(line);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_script_does_what_its_head_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let scripts = scripts_in(&root);
    let server = server::start().await;
    let reports = run_all(&root, &scripts, &server);
    let mut failures = Vec::new();
    let mut differences = BTreeSet::new();
    for (name, report) in reports {
        match report {
            Ok(None) => {}
            Ok(Some(reason)) => {
                println!("{name} differs: {reason}");
                differences.insert(format!("| `{name}` | {reason} |"));
            }
            Err(problems) => failures.push(format!("{name}\n  {}", problems.join("\n  "))),
        }
    }
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} scripts:\n{}",
        failures.len(),
        scripts.len(),
        failures.join("\n")
    );
    println!("{} scripts, {} differ", scripts.len(), differences.len());
    assert_eq!(differences, documented_differences());
    assert!(scripts.len() >= SCRIPTS_MIN, "{} scripts", scripts.len());
}

/// The rows of the page's table of scripts that differ.
fn documented_differences() -> BTreeSet<String> {
    let rows = COVERAGE.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.filter(|row| row.contains(".js` |") || row.contains(".ts` |"));
    rows.map(str::to_owned).collect()
}

/// All scripts below a folder, by name.
fn scripts_in(root: &Path) -> Vec<PathBuf> {
    let mut folders = vec![root.to_owned()];
    let mut scripts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != FILES) {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|ext| ext == "js" || ext == "ts")
            {
                scripts.push(path);
            }
        }
    }
    scripts.sort();
    scripts
}

/// Why a script differs, if it is marked; or what is wrong.
type Report = Result<Option<String>, Vec<String>>;

fn run_all(root: &Path, scripts: &[PathBuf], server: &Addresses) -> Vec<(String, Report)> {
    let next = AtomicUsize::new(0);
    let reports = Mutex::new(Vec::new());
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..processors * SCRIPTS_PER_PROCESSOR {
            scope.spawn(|| {
                while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = script.strip_prefix(root).expect("below the root");
                    let report = run_one(script, server);
                    let entry = (name.display().to_string(), report);
                    reports.lock().expect("no panic").push(entry);
                }
            });
        }
    });
    reports.into_inner().expect("no panic")
}

fn run_one(path: &Path, server: &Addresses) -> Report {
    let text = std::fs::read_to_string(path).map_err(|error| vec![error.to_string()])?;
    let head = Head::read(&text).map_err(|problem| vec![problem])?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let whole = async {
        tokio::time::timeout(SCRIPT_TIME_MAX, run_script(path, text, &head, server)).await
    };
    let came = runtime.block_on(LocalSet::new().run_until(whole));
    let Ok(came) = came else {
        return Err(vec![format!("did not end within {SCRIPT_TIME_MAX:?}")]);
    };
    let problems = judge::problems(&head, &came);
    match (head.differs, problems.is_empty()) {
        (None, true) => Ok(None),
        (None, false) => Err(problems),
        (Some(reason), false) => Ok(Some(reason)),
        (Some(_), true) => Err(vec!["no longer differs: remove the mark".to_owned()]),
    }
}

async fn run_script(path: &Path, text: String, head: &Head, server: &Addresses) -> Came {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = Arc::new(Lines::default());
    let mut came = Came::default();
    match try_run(path, text, head, server, &lines, folder.path()).await {
        Ok(outcome) => {
            came.exit = outcome.exit_code;
            came.outcome = Some(outcome);
        }
        Err(error) => {
            came.exit = error.exit_code();
            came.error = error.to_string();
        }
    }
    came.samples = std::fs::read_to_string(folder.path().join("samples")).unwrap_or_default();
    came.log = std::mem::take(&mut *lines.lines.lock().expect("no panic"));
    came
}

async fn try_run(
    path: &Path,
    text: String,
    head: &Head,
    server: &Addresses,
    lines: &Arc<Lines>,
    folder: &Path,
) -> Result<RunOutcome, TestError> {
    let mut env = BTreeMap::from([
        ("URL".to_owned(), format!("http://{}", server.plain)),
        ("WS_URL".to_owned(), format!("ws://{}", server.plain)),
        ("HOST".to_owned(), server.plain.clone()),
        ("TLS_URL".to_owned(), format!("https://{}", server.tls)),
    ]);
    env.extend(head.env.clone());
    let surroundings = TestSurroundings {
        env,
        log: lines.clone(),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        secrets: head.secrets.clone(),
        vu_memory_bytes_max: None,
    };
    let source = TestSource {
        path: path.to_owned(),
        text: text.into_bytes(),
    };
    let stop = CancellationToken::new();
    let test = Test::load(source, head.options.clone(), surroundings, &stop).await?;
    let samples = folder.join("samples");
    let outputs = match head.output.as_deref() {
        Some("csv") => vec![OutputKind::Csv(samples)],
        Some(_) => vec![OutputKind::Json(samples)],
        None => Vec::new(),
    };
    let setup = RunSetup {
        workers: 1,
        summary_mode: head.mode,
        outputs,
        ..RunSetup::default()
    };
    let test = Arc::new(test);
    let run = test.prepare(setup)?;
    let _ = lines.run.set(run.handle());
    let outcome = run.run().await.expect("threads");
    test.log_end(&outcome);
    Ok(outcome)
}
