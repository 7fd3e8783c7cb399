//! A test run to its end: engine, summary, exit code.

use crate::logging::Level;
use crate::test::{SummaryOutputs, Test, TestError, TestScript};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use vita_load::{
    Engine, EngineSetup, OutputKind, RunEnd, RunHandle, RunSummary, StopReason, SummaryContext,
    SummaryMode,
};

/// How long `handleSummary` may take unless the options say else; k6's default.
const SUMMARY_TIME_MAX: Duration = Duration::from_mins(2);

/// What a run is made with, besides the script.
#[derive(Default)]
pub struct RunSetup {
    /// Threads on which virtual users live; one for each processor is best. At least one.
    pub workers: usize,
    /// How much the summary says.
    pub summary_mode: SummaryMode,
    /// Where every sample goes besides.
    pub outputs: Vec<OutputKind>,
    /// What the summary is told of its surroundings.
    pub context: SummaryContext,
}

/// A run that can begin.
pub struct PreparedRun {
    test: Arc<Test>,
    engine: Engine<TestScript>,
    summary_mode: SummaryMode,
    context: SummaryContext,
}

/// What came of a run.
#[derive(Debug)]
pub struct RunOutcome {
    /// The exit code of the command, as k6 has it.
    pub exit_code: u8,
    /// How the run ended.
    pub end: RunEnd,
    /// Its figures.
    pub summary: RunSummary,
    /// What is to be written: by the name of a file, `stdout` or `stderr`.
    pub outputs: SummaryOutputs,
}

impl Test {
    /// Checks thresholds and outputs, which makes the run ready to begin.
    ///
    /// # Errors
    /// Everything that is wrong with the options.
    pub fn prepare(self: &Arc<Self>, setup: RunSetup) -> Result<PreparedRun, TestError> {
        let engine = Engine::new(
            EngineSetup {
                options: self.options().clone(),
                workers: setup.workers.max(1),
                registry: Arc::clone(self.registry()),
                clock: self.clock(),
                summary_mode: setup.summary_mode,
                outputs: setup.outputs,
            },
            self.script(),
        )
        .map_err(|problems| {
            TestError::Options(problems.iter().map(ToString::to_string).collect())
        })?;
        Ok(PreparedRun {
            test: Arc::clone(self),
            engine,
            summary_mode: setup.summary_mode,
            context: setup.context,
        })
    }
}

impl PreparedRun {
    /// Watches the run and stops it.
    pub fn handle(&self) -> RunHandle {
        self.engine.handle()
    }

    /// Runs the test to its end, on threads of its own. Needs a `LocalSet` around it, in which the
    /// script makes its summary.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub async fn run(self) -> std::io::Result<RunOutcome> {
        let handle = self.engine.handle();
        let end = self.engine.run().await?;
        let summary = handle.summary();
        let outputs = summarize(
            &self.test,
            &handle,
            &summary,
            self.summary_mode,
            self.context,
        )
        .await;
        Ok(RunOutcome {
            exit_code: exit_code(&end, &summary),
            end,
            summary,
            outputs,
        })
    }
}

impl Test {
    /// Logs why a run ended early and what it crossed: the last of its messages, as in k6, where
    /// nobody has to look for it above the summary.
    pub fn log_end(&self, outcome: &RunOutcome) {
        let end = &outcome.end;
        match &end.reason {
            Some(StopReason::ScriptAborted(message) | StopReason::ScriptFailed(message)) => {
                self.log(Level::Error, message);
            }
            Some(StopReason::TimedOut { stage, after }) => {
                let seconds = after.as_secs_f64();
                let message = format!("{stage} execution timed out after {seconds} seconds");
                self.log(Level::Error, &message);
            }
            Some(StopReason::External) => {
                let message = "test run was aborted because a signal to stop was received";
                self.log(Level::Error, message);
            }
            Some(StopReason::ThresholdsCrossed(_)) | None => {}
        }
        if let Some(message) = &end.failure {
            self.log(Level::Error, &format!("test marked as failed: {message}"));
        }
        let crossed = outcome.summary.crossed_thresholds();
        if !crossed.is_empty() {
            let metrics = crossed.join(", ");
            self.log(
                Level::Error,
                &format!("thresholds on metrics '{metrics}' have been crossed"),
            );
        }
    }
}

/// What the script makes of the figures, or the text that is made without it.
async fn summarize(
    test: &Test,
    handle: &RunHandle,
    summary: &RunSummary,
    mode: SummaryMode,
    context: SummaryContext,
) -> SummaryOutputs {
    if mode == SummaryMode::Disabled {
        return SummaryOutputs::default();
    }
    if test.has_summary() {
        let mut data = summary.handle_summary_data(context);
        let setup = test
            .setup_data()
            .and_then(|json| serde_json::from_str(json).ok());
        if let (Some(object), Some(setup)) = (data.as_object_mut(), setup) {
            object.insert("setup_data".to_owned(), setup);
        }
        let stop = CancellationToken::new();
        let limit = test.summary_timeout().unwrap_or(SUMMARY_TIME_MAX);
        let watch = async {
            tokio::select! {
                () = handle.state().hurry().cancelled() => {}
                () = tokio::time::sleep(limit) => {}
            }
            stop.cancel();
        };
        let making = async {
            let made = test.handle_summary(data.to_string(), &stop).await;
            stop.cancel();
            made
        };
        let (made, ()) = tokio::join!(making, async {
            tokio::select! {
                () = watch => {}
                () = stop.cancelled() => {}
            }
        });
        match made {
            Ok(outputs) => return outputs,
            Err(error) => test.log(Level::Error, &format!("handleSummary: {error}")),
        }
    }
    let colors = context.is_stdout_tty && !context.no_color;
    let text = match mode {
        SummaryMode::Full => summary.full_text(colors),
        _ => summary.compact_text(colors),
    };
    // It stands apart from the messages around it, as k6's does.
    let text = format!("\n{}\n\n", text.trim_end());
    SummaryOutputs(vec![("stdout".to_owned(), text.into_bytes())])
}

fn exit_code(end: &RunEnd, summary: &RunSummary) -> u8 {
    match &end.reason {
        Some(StopReason::TimedOut { stage, .. }) if stage.starts_with("teardown") => 101,
        Some(StopReason::TimedOut { .. }) => 100,
        Some(StopReason::ScriptFailed(_)) => 107,
        Some(StopReason::ScriptAborted(_)) => 108,
        Some(StopReason::External) => 105,
        Some(StopReason::ThresholdsCrossed(_)) => 99,
        None if !summary.crossed_thresholds().is_empty() => 99,
        None if end.failure.is_some() => 110,
        None => 0,
    }
}
