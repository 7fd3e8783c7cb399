//! A test: its script read, its options checked, its virtual users made.

use crate::engine::{
    Answer, AroundCall, Described, Failure, Identity, Order, Returned, Start, VuStrand, body,
};
use crate::loader::Library;
use crate::logging::{Level, LogLine, LogSink};
use crate::options::{Layers, resolve};
use crate::plan::{Plan, VU_MEMORY_BYTES_MAX};
use crate::secrets::Secrets;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use vita_k6_modules::SharedArrays;
use vita_load::{
    GoDuration, IterationCall, IterationEnd, LoadOptions, MetricRegistry, Recorder, RunState,
    Script, ScriptError, Seat, VirtualUser,
};
use vita_model::{Clock, Entropy};
use vita_wire::{Client, Network};

/// How long a script's init code may take. It reads files and builds data; what takes longer is a
/// loop without an end.
const INIT_TIME_MAX: Duration = Duration::from_mins(2);

/// A script as it was read.
#[derive(Debug, Clone)]
pub struct TestSource {
    /// Where it stands: what it imports is found from here. For a script from standard input, a name
    /// in the folder where the command was given.
    pub path: PathBuf,
    /// Its text.
    pub text: Vec<u8>,
}

/// Options from outside of the script.
#[derive(Debug, Clone, Default)]
pub struct OptionSources {
    /// The options of a config file, which are weaker than the script's.
    pub config_file: Map<String, Value>,
    /// The variables `K6_…`, which are stronger.
    pub variables: BTreeMap<String, String>,
    /// The options of flags by k6's names (`vus`, `stages`, …), which are the strongest.
    pub flags: Map<String, Value>,
}

/// What a test needs of its surroundings.
#[derive(Clone)]
pub struct TestSurroundings {
    /// The variables that a script has in `__ENV`.
    pub env: BTreeMap<String, String>,
    /// Takes what the script prints.
    pub log: Arc<dyn LogSink>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws random numbers.
    pub entropy: Arc<dyn Entropy>,
    /// The values of `k6/secrets`.
    pub secrets: Secrets,
    /// What the JavaScript of one virtual user may hold; [`VU_MEMORY_BYTES_MAX`] when nothing is
    /// said.
    pub vu_memory_bytes_max: Option<usize>,
}

/// Why a test can't be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TestError {
    /// The script threw in its init code.
    #[error("{0}")]
    Thrown(String),
    /// Its init code did not end.
    #[error("the script's init code did not end within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// It was stopped from outside while its init code ran.
    #[error("the test was stopped while its init code ran")]
    Stopped,
    /// The script ended the test in its init code.
    #[error("{0}")]
    Aborted(String),
    /// The options are wrong.
    #[error("{}", .0.join("\n"))]
    Options(Vec<String>),
}

impl TestError {
    /// The exit code of the command, as k6 has it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Thrown(_) | Self::TimedOut(_) => 107,
            Self::Stopped => 105,
            Self::Aborted(_) => 108,
            Self::Options(_) => 104,
        }
    }
}

/// A script whose init code has run and whose options are checked.
pub struct Test {
    plan: Arc<Plan>,
    network: Arc<Network>,
    load: LoadOptions,
    functions: Vec<String>,
}

impl std::fmt::Debug for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Test")
            .field("load", &self.load)
            .field("functions", &self.functions)
            .finish_non_exhaustive()
    }
}

impl Test {
    /// Runs a script's init code for its options, and takes them together with the others.
    ///
    /// Needs a `LocalSet` around it. Ends soon after `stop` is cancelled.
    ///
    /// # Errors
    /// When the init code fails, or the options are wrong.
    pub async fn load(
        source: TestSource,
        options: OptionSources,
        surroundings: TestSurroundings,
        stop: &CancellationToken,
    ) -> Result<Self, TestError> {
        let plan = Arc::new(Plan {
            library: Arc::new(Library::new(&source.path, source.text)),
            env: surroundings.env,
            log: surroundings.log,
            clock: surroundings.clock,
            entropy: surroundings.entropy,
            shared_arrays: Arc::new(SharedArrays::default()),
            secrets: surroundings.secrets,
            registry: Arc::new(MetricRegistry::new()),
            memory_bytes_max: surroundings
                .vu_memory_bytes_max
                .unwrap_or(VU_MEMORY_BYTES_MAX),
            options: OnceLock::new(),
            setup_data: OnceLock::new(),
        });
        let described = describe(&plan, stop).await?;
        let script = read_script_options(described.options.as_deref())?;
        let resolved = resolve(Layers {
            config_file: options.config_file,
            script,
            variables: options.variables,
            flags: options.flags,
        })
        .map_err(TestError::Options)?;
        for message in &resolved.warnings {
            plan.log.log(&LogLine {
                level: Level::Warning,
                message,
                fields: &[],
            });
        }
        check_functions(&resolved.load, &described.functions)?;
        let network = Network::new(
            resolved.client,
            Arc::clone(&plan.clock),
            Arc::clone(&plan.entropy),
        )
        .map_err(|error| TestError::Options(vec![error.to_string()]))?;
        // Nobody else has the plan yet.
        let _ = plan.options.set(resolved.script);
        Ok(Self {
            plan,
            network,
            load: resolved.load,
            functions: described.functions,
        })
    }

    /// The options of the engine.
    pub fn options(&self) -> &LoadOptions {
        &self.load
    }

    /// All options with the shortcuts turned into scenarios, as `exec.test.options` shows them.
    pub fn consolidated(&self) -> &Value {
        &self.plan.options().consolidated
    }

    /// The metrics that the script declared, and the built-in ones.
    pub fn registry(&self) -> &Arc<MetricRegistry> {
        &self.plan.registry
    }

    /// Whether the script makes its own summary.
    pub fn has_summary(&self) -> bool {
        self.has("handleSummary")
    }

    fn has(&self, function: &str) -> bool {
        self.functions.iter().any(|name| name == function)
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.plan.clock)
    }

    /// How long `handleSummary` may take, if the options say.
    pub(crate) fn summary_timeout(&self) -> Option<Duration> {
        let limit = self.consolidated().get("handleSummaryTimeout")?;
        serde_json::from_value::<GoDuration>(limit.clone())
            .ok()
            .map(|limit| limit.0)
    }

    /// Says something about the test.
    pub(crate) fn log(&self, level: Level, message: &str) {
        self.plan.log.log(&LogLine {
            level,
            message: &self.plan.secrets.redact(message),
            fields: &[],
        });
    }

    /// What the engine runs.
    pub fn script(self: &Arc<Self>) -> Arc<TestScript> {
        Arc::new(TestScript(Arc::clone(self)))
    }

    /// What `setup` returned, as JSON.
    pub fn setup_data(&self) -> Option<&str> {
        self.plan.setup_data()
    }

    /// Calls the script's `handleSummary` with the data as JSON; ends soon after `interrupt`.
    ///
    /// Needs a `LocalSet` around it.
    ///
    /// # Errors
    /// When it throws or is interrupted: the caller writes its own summary then.
    pub async fn handle_summary(
        &self,
        data: String,
        interrupt: &CancellationToken,
    ) -> Result<SummaryOutputs, ScriptError> {
        let mut vu = self
            .make_vu(Identity::default(), None, None, interrupt)
            .await?;
        match vu.call(AroundCall::Summary(data), interrupt).await? {
            Returned::Outputs(outputs) => Ok(SummaryOutputs(outputs)),
            Returned::Json(_) => Ok(SummaryOutputs::default()),
        }
    }

    /// Runs the init code of a virtual user, or until `stop` is cancelled.
    async fn make_vu(
        &self,
        identity: Identity,
        recorder: Option<Recorder>,
        run: Option<Arc<RunState>>,
        stop: &CancellationToken,
    ) -> Result<ScriptVu, ScriptError> {
        let index = identity.in_instance.saturating_sub(1);
        let client = recorder
            .as_ref()
            .map(|_| Client::new(Arc::clone(&self.network), index));
        let start = Start {
            plan: Arc::clone(&self.plan),
            identity,
            recorder,
            client,
            run: run.clone(),
            describe: false,
        };
        let mut strand = new_strand()?;
        match begin(&mut strand, start, stop).await {
            Ok(_) => Ok(ScriptVu { strand }),
            Err(error) => {
                if let (TestError::Aborted(message), Some(run)) = (&error, run) {
                    run.abort(message.as_str());
                }
                Err(ScriptError(error.to_string()))
            }
        }
    }
}

/// What a script's `handleSummary` gave: by the name of a file, `stdout` or `stderr`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SummaryOutputs(pub Vec<(String, Vec<u8>)>);

async fn describe(plan: &Arc<Plan>, stop: &CancellationToken) -> Result<Described, TestError> {
    let start = Start {
        plan: Arc::clone(plan),
        identity: Identity::default(),
        recorder: None,
        client: None,
        run: None,
        describe: true,
    };
    let mut strand = new_strand().map_err(|error| TestError::Thrown(error.0))?;
    begin(&mut strand, start, stop).await
}

fn new_strand() -> Result<VuStrand, ScriptError> {
    VuStrand::new(body).map_err(|error| {
        ScriptError(format!(
            "failed to make a virtual user's stack: {error} (more of them may need a greater `vm.max_map_count`)"
        ))
    })
}

/// Runs the init code of a new virtual user.
async fn begin(
    strand: &mut VuStrand,
    start: Start,
    stop: &CancellationToken,
) -> Result<Described, TestError> {
    let order = Order::Start(Box::new(start));
    let limit = async {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(INIT_TIME_MAX) => {}
        }
    };
    match strand.run(order, limit).await {
        Some(Answer::Ready(Ok(described))) => Ok(described),
        Some(Answer::Ready(Err(Failure::Thrown(text)))) => Err(TestError::Thrown(text)),
        Some(Answer::Ready(Err(Failure::Aborted(text)))) => Err(TestError::Aborted(text)),
        _ if stop.is_cancelled() => Err(TestError::Stopped),
        _ => Err(TestError::TimedOut(INIT_TIME_MAX)),
    }
}

fn read_script_options(json: Option<&str>) -> Result<Map<String, Value>, TestError> {
    let wrong =
        |problem: &str| TestError::Options(vec![format!("the script's `options` {problem}")]);
    let Some(json) = json else {
        return Ok(Map::new());
    };
    match serde_json::from_str(json) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err(wrong("must be an object")),
        Err(error) => Err(wrong(&format!("can't be read: {error}"))),
    }
}

/// Each scenario names a function that the script exports.
fn check_functions(load: &LoadOptions, functions: &[String]) -> Result<(), TestError> {
    let scenarios = load
        .scenarios_or_shortcuts()
        .map_err(|error| TestError::Options(vec![error.to_string()]))?;
    let problems: Vec<String> = scenarios
        .iter()
        .filter_map(|(name, scenario)| {
            let exec = scenario.exec.as_deref().unwrap_or("default");
            let is_there = functions.iter().any(|function| function == exec);
            (!is_there).then(|| {
                format!("scenario `{name}`: function `{exec}` not found in exports: export it from the script")
            })
        })
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(TestError::Options(problems))
    }
}

/// Makes the virtual users of a test.
pub struct TestScript(Arc<Test>);

impl Script for TestScript {
    type Vu = ScriptVu;

    async fn new_vu(&self, seat: Seat) -> Result<ScriptVu, ScriptError> {
        let identity = Identity {
            in_instance: seat.id_in_instance,
            in_test: seat.id_in_test,
        };
        let interrupt = seat.run.interrupt().clone();
        self.0
            .make_vu(identity, Some(seat.recorder), Some(seat.run), &interrupt)
            .await
    }

    async fn setup(&self, seat: Seat, interrupt: CancellationToken) -> Result<(), ScriptError> {
        let returned = if self.0.has("setup") {
            self.around(seat, AroundCall::Setup, &interrupt).await?
        } else {
            Returned::Json(None)
        };
        if let Returned::Json(json) = returned {
            // `setup` runs once in a run.
            let _ = self.0.plan.setup_data.set(json);
        }
        Ok(())
    }

    async fn teardown(&self, seat: Seat, interrupt: CancellationToken) -> Result<(), ScriptError> {
        if self.0.has("teardown") {
            self.around(seat, AroundCall::Teardown, &interrupt).await?;
        }
        Ok(())
    }
}

impl TestScript {
    async fn around(
        &self,
        seat: Seat,
        call: AroundCall,
        interrupt: &CancellationToken,
    ) -> Result<Returned, ScriptError> {
        let run = Arc::clone(&seat.run);
        let identity = Identity::default();
        // Not the run's interrupt: teardown comes after it.
        let mut vu = self
            .0
            .make_vu(identity, Some(seat.recorder), Some(seat.run), interrupt)
            .await?;
        let result = vu.call_or_abort(call, interrupt, &run).await;
        result.inspect_err(|text| {
            self.0.plan.log.log(&LogLine {
                level: Level::Error,
                message: &text.0,
                fields: &[("hint", "script exception")],
            });
        })
    }
}

/// A virtual user that runs a script.
pub struct ScriptVu {
    strand: VuStrand,
}

impl VirtualUser for ScriptVu {
    async fn run(&mut self, call: &IterationCall) -> IterationEnd {
        let order = Order::Iterate(Arc::new(call.clone()));
        match self.strand.run(order, call.interrupt.cancelled()).await {
            Some(Answer::Iterated(end)) => end,
            _ => IterationEnd::Interrupted,
        }
    }
}

impl ScriptVu {
    async fn call(
        &mut self,
        call: AroundCall,
        interrupt: &CancellationToken,
    ) -> Result<Returned, ScriptError> {
        match self
            .strand
            .run(Order::Call(call), interrupt.cancelled())
            .await
        {
            Some(Answer::Called(Ok(returned))) => Ok(returned),
            Some(Answer::Called(Err(Failure::Thrown(text) | Failure::Aborted(text)))) => {
                Err(ScriptError(text))
            }
            _ => Err(ScriptError("interrupted".to_owned())),
        }
    }

    /// As `call`; a script that ends the test ends the run.
    async fn call_or_abort(
        &mut self,
        call: AroundCall,
        interrupt: &CancellationToken,
        run: &RunState,
    ) -> Result<Returned, ScriptError> {
        match self
            .strand
            .run(Order::Call(call), interrupt.cancelled())
            .await
        {
            Some(Answer::Called(Ok(returned))) => Ok(returned),
            Some(Answer::Called(Err(Failure::Thrown(text)))) => Err(ScriptError(text)),
            Some(Answer::Called(Err(Failure::Aborted(text)))) => {
                run.abort(text);
                Ok(Returned::Json(None))
            }
            // Whoever interrupted it knows why.
            _ => Ok(Returned::Json(None)),
        }
    }
}
