//! What the tests speak through: a script in a folder of its own, a server, and what came of a run.

use axum::Router;
use axum::routing::{any, get, post};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use vita_k6::{
    LogLine, LogSink, OptionSources, RunOutcome, RunSetup, Secrets, SummaryOutputs, Test,
    TestError, TestSource, TestSurroundings,
};
use vita_load::{Engine, EngineSetup, OutputKind, RunEnd, SummaryMode};
use vita_model::{SystemClock, SystemEntropy};

/// A script, its files and its options.
pub(crate) struct Script {
    folder: tempfile::TempDir,
    name: &'static str,
    text: String,
    options: OptionSources,
    env: BTreeMap<String, String>,
    secrets: Secrets,
    memory_bytes_max: Option<usize>,
}

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) end: RunEnd,
    pub(crate) log: Vec<String>,
    pub(crate) completed: u64,
    pub(crate) interrupted: u64,
    pub(crate) summary: Option<SummaryOutputs>,
    pub(crate) test: Arc<Test>,
}

#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl LogSink for Lines {
    fn log(&self, line: &LogLine<'_>) {
        let text = line.to_logfmt("-");
        self.0
            .lock()
            .expect("no panic")
            .push(text.trim_start_matches("time=\"-\" ").to_owned());
    }
}

pub(crate) fn script(text: &str) -> Script {
    Script {
        folder: tempfile::tempdir().expect("a folder"),
        name: "script.js",
        text: text.to_owned(),
        options: OptionSources::default(),
        env: BTreeMap::new(),
        secrets: Secrets::default(),
        memory_bytes_max: None,
    }
}

impl Script {
    pub(crate) fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    pub(crate) fn with_text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        std::fs::write(path, text).expect("a file is written");
        self
    }

    pub(crate) fn flags(mut self, flags: &Value) -> Self {
        self.options.flags = map(flags);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.options
            .variables
            .insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    pub(crate) fn memory(mut self, bytes_max: usize) -> Self {
        self.memory_bytes_max = Some(bytes_max);
        self
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(self.name)
    }

    /// Runs its init code.
    pub(crate) async fn load(self) -> (Result<Test, TestError>, Vec<String>) {
        let (result, log, _folder) = self.load_in().await;
        let lines = log.0.lock().expect("no panic").clone();
        (result, lines)
    }

    /// Runs its init code, and stops it at once.
    pub(crate) async fn stopped_load(self) -> TestError {
        let stop = CancellationToken::new();
        stop.cancel();
        let (test, ..) = self.load_until(&stop).await;
        test.expect_err("it is stopped")
    }

    async fn load_in(self) -> (Result<Test, TestError>, Arc<Lines>, tempfile::TempDir) {
        self.load_until(&CancellationToken::new()).await
    }

    async fn load_until(
        self,
        stop: &CancellationToken,
    ) -> (Result<Test, TestError>, Arc<Lines>, tempfile::TempDir) {
        let lines = Arc::new(Lines::default());
        let source = TestSource {
            path: self.path(),
            text: self.text.into_bytes(),
        };
        let surroundings = TestSurroundings {
            env: self.env,
            log: lines.clone(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            secrets: self.secrets,
            vu_memory_bytes_max: self.memory_bytes_max,
        };
        let loading = Test::load(source, self.options, surroundings, stop);
        let test = LocalSet::new().run_until(loading).await;
        (test, lines, self.folder)
    }

    /// Runs it as the command does.
    pub(crate) async fn run_whole(self) -> (RunOutcome, Vec<String>) {
        let (test, lines, _folder) = self.load_in().await;
        let test = Arc::new(test.expect("a script that can be run"));
        let setup = RunSetup {
            workers: 2,
            ..RunSetup::default()
        };
        let run = test.prepare(setup).map_err(|error| error.to_string());
        let run = run.unwrap_or_else(|error| unreachable!("{error}"));
        let outcome = LocalSet::new().run_until(run.run()).await.expect("a run");
        test.log_end(&outcome);
        let log = lines.0.lock().expect("no panic").clone();
        (outcome, log)
    }

    /// Runs it, and gives every line of an output of all samples.
    pub(crate) async fn samples(self) -> Vec<Value> {
        let (test, _, folder) = self.load_in().await;
        let test = Arc::new(test.expect("a script that can be run"));
        let path = folder.path().join("samples.json");
        let setup = RunSetup {
            workers: 1,
            outputs: vec![OutputKind::Json(path.clone())],
            ..RunSetup::default()
        };
        let run = test.prepare(setup).map_err(|error| error.to_string());
        let run = run.unwrap_or_else(|error| unreachable!("{error}"));
        LocalSet::new().run_until(run.run()).await.expect("a run");
        let text = std::fs::read_to_string(path).expect("an output");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    /// Runs it to its end, with its summary.
    pub(crate) async fn run(self) -> Ran {
        let (test, lines, _folder) = self.load_in().await;
        let test = Arc::new(test.expect("a script that can be run"));
        let engine = Engine::new(
            EngineSetup {
                options: test.options().clone(),
                workers: 1,
                registry: test.registry().clone(),
                clock: Arc::new(SystemClock),
                summary_mode: SummaryMode::Compact,
                outputs: Vec::new(),
            },
            test.script(),
        )
        .unwrap_or_else(|problems| unreachable!("{problems:?}"));
        let handle = engine.handle();
        let local = LocalSet::new();
        let end = local.run_until(engine.run_here()).await.expect("a run");
        let summary = if test.has_summary() {
            let stop = CancellationToken::new();
            let data = json!({ "metrics": {}, "state": { "isStdOutTTY": false } }).to_string();
            local.run_until(test.handle_summary(data, &stop)).await.ok()
        } else {
            None
        };
        drop(local);
        let state = handle.state();
        let log = lines.0.lock().expect("no panic").clone();
        Ran {
            end,
            log,
            completed: state.iterations_completed(),
            interrupted: state.iterations_interrupted(),
            summary,
            test,
        }
    }
}

impl Ran {
    /// What the script printed, without the rest of the lines.
    pub(crate) fn printed(&self) -> Vec<String> {
        printed(&self.log)
    }

    pub(crate) fn logs(&self, part: &str) -> bool {
        self.log.iter().any(|line| line.contains(part))
    }
}

pub(crate) fn printed(log: &[String]) -> Vec<String> {
    log.iter()
        .filter(|line| line.ends_with(" source=console"))
        .map(|line| {
            let text = line.split_once("msg=").map_or("", |(_, text)| text);
            text.trim_end_matches(" source=console")
                .trim_matches('"')
                .replace("\\\"", "\"")
        })
        .collect()
}

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// A server on a port of its own; gone with the test's runtime.
pub(crate) async fn server() -> String {
    let echo = |method: http::Method, headers: http::HeaderMap, body: String| async move {
        let headers: BTreeMap<String, String> = headers
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        axum::Json(json!({ "method": method.as_str(), "headers": headers, "body": body }))
    };
    let page = r#"<html><body><form action="/echo" method="post"><input name="a" value="1">
        <input type="submit" name="go" value="now"></form><a href="/json">next</a></body></html>"#;
    let router = Router::new()
        .route(
            "/json",
            get(|| async { axum::Json(json!({ "a": { "b": [1, 2, 3] }, "s": "text" })) }),
        )
        .route("/echo", any(echo))
        .route(
            "/upload",
            post(|body: axum::body::Bytes| async move { body.len().to_string() })
                .layer(axum::extract::DefaultBodyLimit::disable()),
        )
        .route(
            "/page",
            get(move || async move { ([("content-type", "text/html")], page) }),
        )
        .route("/raw", post(|body: String| async { body }))
        .route("/events", get(events))
        .route(
            "/ws",
            get(|upgrade: axum::extract::WebSocketUpgrade| async {
                upgrade.on_upgrade(echo_messages)
            }),
        )
        .route(
            "/missing",
            get(|| async { (http::StatusCode::NOT_FOUND, "no") }),
        )
        .route(
            "/redirect",
            get(|| async { axum::response::Redirect::to("/json") }),
        )
        .route(
            "/cookie",
            get(|| async { ([("set-cookie", "k=v; Path=/")], "set") }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(serve(listener, router));
    format!("http://{address}")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the clients are this test's own scripts"
)]
async fn serve(listener: tokio::net::TcpListener, router: Router) {
    axum::serve(listener, router)
        .await
        .expect("the server runs");
}

/// A stream of events whose pieces end in the middle of a character.
async fn events() -> impl axum::response::IntoResponse {
    let pieces: [&[u8]; 3] = [
        b"id: 1\ndata: one\n\nevent: tok",
        b"en\ndata: \xc3",
        b"\xbc\n\n",
    ];
    let pieces = futures_util::stream::iter(pieces.map(Ok::<_, std::io::Error>));
    let body = axum::body::Body::from_stream(pieces);
    ([("content-type", "text/event-stream")], body)
}

async fn echo_messages(mut socket: axum::extract::ws::WebSocket) {
    use axum::extract::ws::Message;
    while let Some(Ok(message)) = socket.recv().await {
        let is_echoed = matches!(message, Message::Text(_) | Message::Binary(_));
        if is_echoed && socket.send(message).await.is_err() {
            return;
        }
    }
}
