use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use rustix::process::Signal;
use tempfile::TempDir;
use vita_fixtures::postgres::{TestDatabase, is_wanted, new_empty_database};

use crate::client::{Answer, Client, PASSWORD};
use crate::process::{Exited, RunningProcess, processes_of};
use crate::{residue, wait_until};

/// Longest time that the program may take to be ready, on a machine that is busy with other tests.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Longest time that it may take to end after SIGTERM; longer than its own limit.
const STOP_LIMIT: Duration = Duration::from_mins(1);

/// Longest time until the children of a server that is gone are gone, too.
const CHILDREN_LIMIT: Duration = Duration::from_secs(10);

/// How long jobs of a killed server wait on PostgreSQL, where another one might be at work on them;
/// alone over its own file a server takes them back at its start.
const LEASE: &str = "4s";

/// The address of the administrator of [`ServerConfig::start_with_admin`].
const ADMIN: &str = "admin@example.org";

/// The metric that counts statements which a request repeated.
const REPEATED_STATEMENTS: &str = "vitascope_http_repeated_statements_total";

/// How a server is started.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    program: PathBuf,
    variables: Vec<(String, String)>,
}

impl ServerConfig {
    /// The server `program`, in test mode on a free port.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let config = Self {
            program: program.into(),
            variables: Vec::new(),
        };
        config
            .with("VITASCOPE_MODE", "test")
            .with("VITASCOPE_LISTEN", "127.0.0.1:0")
            .with("VITASCOPE_LOG", "info")
    }

    /// With a variable of the environment; a later one replaces an earlier one.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), text.to_owned()));
        self
    }

    /// On SQLite, whatever the others are on: for a test that looks into the file.
    #[must_use]
    pub fn on_sqlite(self) -> Self {
        self.with("DATABASE_URL", "")
    }

    /// On the PostgreSQL at this address.
    #[must_use]
    pub fn on_postgres(self, url: &str) -> Self {
        self.with("DATABASE_URL", url)
            .with("VITASCOPE_QUEUE__LEASE", LEASE)
    }

    /// Starts it over a new data folder, and on PostgreSQL when the tests were started for it.
    ///
    /// # Panics
    /// When it does not get ready; with what it said.
    pub async fn start(self) -> TestApp {
        let mut app = self.over_new();
        app.start_process().await;
        app
    }

    /// Starts it over the data folder `data` in this folder, and the database in it.
    ///
    /// # Panics
    /// When it does not get ready; with what it said.
    pub async fn start_over(self, folder: TempDir) -> TestApp {
        let mut app = self.over(folder, None);
        app.start_process().await;
        app
    }

    /// Starts it over a new data folder that has an administrator, with a client that is signed in
    /// as that.
    ///
    /// # Panics
    /// When the account is not made, or the server does not get ready; with what it said.
    pub async fn start_with_admin(self) -> (TestApp, Client) {
        let mut app = self.over_new();
        app.create_admin().await;
        app.start_process().await;
        let mut admin = app.client();
        admin.login_as(ADMIN, PASSWORD).await;
        (app, admin)
    }

    fn over_new(self) -> TestApp {
        let folder = tempfile::tempdir().expect("the system has room for a folder");
        let has_database = self
            .variables
            .iter()
            .any(|(name, _)| name == "DATABASE_URL");
        if has_database || !is_wanted() {
            return self.over(folder, None);
        }
        let database = new_empty_database();
        self.on_postgres(database.url())
            .over(folder, Some(database))
    }

    fn over(self, folder: TempDir, database: Option<TestDatabase>) -> TestApp {
        TestApp {
            config: self,
            folder,
            process: None,
            base_url: String::new(),
            earlier_stderr: String::new(),
            is_checked: true,
            _database: database,
        }
    }
}

/// A running server. When it is dropped, it is ended, and what must always hold is checked: it did
/// not panic, repeated no statement, and left neither processes nor half-made files.
#[derive(Debug)]
pub struct TestApp {
    config: ServerConfig,
    folder: TempDir,
    process: Option<RunningProcess>,
    base_url: String,
    earlier_stderr: String,
    is_checked: bool,
    /// Removed after the server's end.
    _database: Option<TestDatabase>,
}

impl TestApp {
    /// The address, such as `http://127.0.0.1:4711`.
    pub fn url(&self) -> &str {
        &self.base_url
    }

    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The process id.
    ///
    /// # Panics
    /// When it is not running.
    pub fn process_id(&self) -> u32 {
        self.process.as_ref().expect("the server runs").id()
    }

    /// A client that is not signed in.
    pub fn client(&self) -> Client {
        Client::new(&self.base_url)
    }

    /// A client that is signed in to a new account.
    ///
    /// # Panics
    /// When the account is not made.
    pub async fn new_user(&self, name: &str) -> Client {
        let mut client = self.client();
        client.register(&format!("{name}@example.org")).await;
        client
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// When it is not running.
    pub fn signal(&self, signal: Signal) {
        let process = self.process.as_ref().expect("the server runs");
        process.signal(signal).expect("the server takes signals");
    }

    /// Kills it as a crash would.
    ///
    /// # Panics
    /// When it is not running.
    pub async fn kill9(&mut self) {
        self.signal(Signal::KILL);
        self.wait_for_end().await;
    }

    /// Ends it with SIGTERM and waits until it has ended.
    ///
    /// # Panics
    /// When it is not running, or does not end.
    pub async fn terminate(&mut self) -> Exited {
        self.signal(Signal::TERM);
        self.wait_for_end().await
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// When it is not running, or does not end.
    pub async fn wait_for_end(&mut self) -> Exited {
        let process = self.process.take().expect("the server runs");
        let exited = in_thread(move || process.wait(STOP_LIMIT)).await;
        let exited = exited.expect("the server ends");
        self.earlier_stderr.push_str(&exited.stderr);
        exited
    }

    /// Starts it again over the same folder, at another address.
    ///
    /// # Panics
    /// When it runs, or does not get ready.
    pub async fn restart(&mut self) {
        assert!(self.process.is_none(), "end the server first");
        self.start_process().await;
    }

    /// Changes a variable for the next start.
    pub fn set(&mut self, name: &str, text: &str) {
        self.config = self.config.clone().with(name, text);
    }

    /// Does without the checks at the end, for tests that break what they check.
    pub fn without_checks(&mut self) {
        self.is_checked = false;
    }

    /// All metrics as text.
    ///
    /// # Panics
    /// When they are not there.
    pub async fn metrics(&self) -> String {
        let answer: Answer = self.client().get("/metrics").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.text
    }

    /// What the server has written to standard error since the first start.
    pub fn stderr(&self) -> String {
        let now = self.process.as_ref().map(RunningProcess::stderr);
        format!("{}{}", self.earlier_stderr, now.unwrap_or_default())
    }

    /// The ffmpeg processes of this server.
    pub fn tool_processes(&self) -> Vec<(u32, String)> {
        processes_of(&canonical(self.folder.path()))
    }

    fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.config.variables.clone();
        let data_dir = self.data_dir().display().to_string();
        variables.push(("VITASCOPE_DATA_DIR".to_owned(), data_dir));
        variables
    }

    /// By the command line, as there is no other way to the first one. The data folder has one
    /// process at a time, so no server runs meanwhile.
    async fn create_admin(&self) {
        let program = self.config.program.clone();
        let (variables, folder) = (self.variables(), self.folder.path().to_owned());
        let args = ["admin", "create", ADMIN].map(str::to_owned);
        let made = in_thread(move || {
            RunningProcess::start_with_input(&program, &args, &variables, &folder, PASSWORD)?
                .wait(START_LIMIT)
        });
        let made = made.await.expect("the program runs");
        assert!(made.status.success(), "{}", made.stderr);
    }

    async fn start_process(&mut self) {
        let program = self.config.program.clone();
        let variables = self.variables();
        let folder = self.folder.path().to_owned();
        let started = in_thread(move || {
            let args = ["serve".to_owned()];
            let mut process = RunningProcess::start(&program, &args, &variables, &folder)?;
            let url = process.wait_for_line(START_LIMIT, |line| {
                line.strip_prefix("listening on ").map(str::to_owned)
            });
            let url = url.context("the server did not get ready")?;
            Ok::<_, anyhow::Error>((process, url))
        });
        let (process, url) = started.await.expect("the server starts");
        self.process = Some(process);
        self.base_url = url;
    }

    fn end_and_check(&mut self) -> anyhow::Result<()> {
        let repeated = self.read_repeated_statements();
        if let Some(process) = self.process.take() {
            process.signal(Signal::TERM)?;
            let exited = process.wait(STOP_LIMIT)?;
            self.earlier_stderr.push_str(&exited.stderr);
            anyhow::ensure!(exited.status.success(), "it ended with {}", exited.status);
        }
        anyhow::ensure!(
            !self.stderr().contains("panicked at"),
            "the server panicked"
        );
        anyhow::ensure!(
            repeated.is_empty(),
            "repeated statements:\n{}",
            repeated.join("\n")
        );
        let processes = self.tool_processes();
        anyhow::ensure!(processes.is_empty(), "processes are left: {processes:?}");
        let left = residue::half_made_files(&self.data_dir());
        anyhow::ensure!(left.is_empty(), "half-made files are left: {left:?}");
        Ok(())
    }

    /// Read without the async runtime, which may be ending.
    fn read_repeated_statements(&self) -> Vec<String> {
        if self.process.is_none() {
            return Vec::new();
        }
        let address = self.base_url.trim_start_matches("http://");
        let text = crate::client::get_plain(address, "/metrics").unwrap_or_default();
        text.lines()
            .filter(|line| line.starts_with(REPEATED_STATEMENTS) && !line.ends_with(" 0"))
            .map(str::to_owned)
            .collect()
    }

    /// Waits until the children of a killed server are gone.
    ///
    /// # Panics
    /// When they stay.
    pub async fn wait_for_no_tools(&self) {
        wait_until("the children to be gone", CHILDREN_LIMIT, || async {
            self.tool_processes().is_empty().then_some(())
        })
        .await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The log says most about why the test failed.
            eprintln!("the server said:\n{}", self.stderr());
            return;
        }
        if !self.is_checked {
            return;
        }
        if let Err(error) = self.end_and_check() {
            panic!("{error:#}; the server said:\n{}", self.stderr());
        }
    }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Runs blocking work beside the async threads.
async fn in_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || drop(sender.send(work())));
    receiver.await.expect("the thread answers")
}
