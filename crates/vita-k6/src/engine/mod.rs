//! One virtual user: a JavaScript runtime inside a coroutine, on one worker for life.

mod body;
mod globals;
mod vu;

pub(crate) use body::body;
pub(crate) use vu::{Completion, Identity, Interruption, Stage, VuState};

use crate::plan::Plan;
use crate::raw::coroutine::Strand;
use std::sync::Arc;
use vita_load::{IterationCall, IterationEnd, Recorder, RunState};

/// What a virtual user's coroutine is asked to do.
pub(crate) enum Order {
    /// Make the runtime and run the script's init code; the first order.
    Start(Box<Start>),
    /// Run an iteration.
    Iterate(Arc<IterationCall>),
    /// Call one of the functions around the iterations.
    Call(AroundCall),
}

/// What a virtual user begins with.
pub(crate) struct Start {
    pub(crate) plan: Arc<Plan>,
    pub(crate) identity: Identity,
    pub(crate) recorder: Option<Recorder>,
    pub(crate) client: Option<vita_wire::Client>,
    pub(crate) run: Option<Arc<RunState>>,
    /// Whether the answer tells the options and the exported functions.
    pub(crate) describe: bool,
}

/// A function around the iterations.
pub(crate) enum AroundCall {
    /// `setup()`
    Setup,
    /// `teardown(data)`
    Teardown,
    /// `handleSummary(data)`, with the data as JSON.
    Summary(String),
}

/// What the coroutine answers.
pub(crate) enum Answer {
    Ready(Result<Described, Failure>),
    Iterated(IterationEnd),
    Called(Result<Returned, Failure>),
}

/// What the options and exports of a script are.
#[derive(Debug, Default)]
pub(crate) struct Described {
    /// The exported `options` as JSON.
    pub(crate) options: Option<String>,
    /// The names of all exported functions.
    pub(crate) functions: Vec<String>,
}

/// What a function around the iterations returned.
#[derive(Debug)]
pub(crate) enum Returned {
    /// JSON; nothing for `undefined`.
    Json(Option<String>),
    /// Files and streams by name, and what to write there.
    Outputs(Vec<(String, Vec<u8>)>),
}

/// Why a part of the script that isn't an iteration did not end well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It threw.
    Thrown(String),
    /// It was interrupted: its time was up, or the run was ended.
    Interrupted,
    /// It called `exec.test.abort()`.
    Aborted(String),
}

/// The coroutine of a virtual user.
pub(crate) type VuStrand = Strand<Order, Answer>;
