//! `load inspect`: the options of a script.

use std::process::ExitCode;
use std::sync::Arc;

use indicatif::{MultiProgress, ProgressDrawTarget};
use serde::Serialize as _;
use serde_json::{Map, Value, json};
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use vita_k6::{Test, TestError};
use vita_load::GoDuration;

use super::logger::Logger;
use super::requirements::Requirements;
use super::surroundings::{
    Refusal, SystemVariables, option_sources, read_script, start_logger, test_surroundings,
};
use super::{CommonArgs, InspectArgs};
use crate::terminal;

pub(super) fn inspect(common: &CommonArgs, args: &InspectArgs) -> ExitCode {
    let variables = SystemVariables::read();
    let bars = MultiProgress::with_draw_target(ProgressDrawTarget::hidden());
    let log = match start_logger(common, None, &variables, bars) {
        Ok(log) => log,
        Err(code) => return code.into(),
    };
    let read = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Refusal::refused(format!("failed to start the async runtime: {error}")))
        .and_then(|runtime| {
            let reading = read(common, args, &variables, Arc::clone(&log));
            LocalSet::new().block_on(&runtime, reading)
        });
    let code = match read {
        Ok(text) => {
            terminal::answer(text);
            0
        }
        Err(refusal) => refusal.say(&log),
    };
    log.flush();
    code.into()
}

async fn read(
    common: &CommonArgs,
    args: &InspectArgs,
    variables: &SystemVariables,
    log: Arc<Logger>,
) -> Result<String, Refusal> {
    let options = option_sources(common, &args.script, Map::new(), variables)?;
    let source = read_script(&args.path)?;
    let around = test_surroundings(&args.script, false, variables, log)?;
    let loaded = Test::load(source, options, around, &CancellationToken::new()).await;
    let test = loaded.map_err(|error| Refusal {
        exit_code: error.exit_code(),
        messages: match error {
            TestError::Options(problems) => problems,
            error => vec![error.to_string()],
        },
    })?;
    let shown = show(&test, args.execution_requirements)?;
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"  ");
    let written = shown.serialize(&mut serde_json::Serializer::with_formatter(
        &mut out, formatter,
    ));
    written.map_err(|error| Refusal::refused(format!("failed to write the options: {error}")))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// The options as they were given; with what they need, the shortcuts as scenarios.
fn show(test: &Test, with_requirements: bool) -> Result<Value, Refusal> {
    let mut shown = test.consolidated().as_object().cloned().unwrap_or_default();
    let options = test.options();
    if with_requirements {
        let scenarios = options
            .scenarios_or_shortcuts()
            .map_err(|error| Refusal::invalid(error.to_string()))?;
        let needs = Requirements::of(&scenarios);
        shown.insert(
            "totalDuration".to_owned(),
            json!(GoDuration(needs.duration).to_string()),
        );
        shown.insert("maxVUs".to_owned(), json!(needs.vus_max));
    } else {
        for (name, value) in [
            ("vus", json!(options.vus)),
            ("duration", json!(options.duration)),
            ("iterations", json!(options.iterations)),
            ("stages", json!(options.stages)),
            ("scenarios", json!(options.scenarios)),
        ] {
            shown.insert(name.to_owned(), value);
        }
    }
    Ok(Value::Object(shown))
}
