//! What Rust knows of a virtual user, shared by the native functions of its script.

use super::{Answer, Order, Start};
use crate::logging::{Level, LogLine};
use crate::plan::Plan;
use crate::raw;
use crate::raw::coroutine::Seam;
use crate::socket::Sockets;
use crate::tagging::Tagging;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use rquickjs::{Ctx, Error};
use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;
use std::sync::Arc;
use vita_load::{IterationCall, RunState};
use vita_wire::{Client, SharedJar};

/// What is done when something that was pending is ready.
pub(crate) type Completion = Box<dyn for<'js> FnOnce(&Ctx<'js>) -> rquickjs::Result<()>>;

/// Why a wait ended early.
#[derive(Debug)]
pub(crate) enum Interruption {
    /// The script has to unwind.
    Interrupted,
    /// A callback threw.
    Thrown(Error),
}

/// Which part of its life a virtual user is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Init,
    Setup,
    Iteration,
    Teardown,
    Summary,
}

/// The numbers of a virtual user; zero for those that run no iterations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) in_instance: u64,
    pub(crate) in_test: u64,
}

pub(crate) struct VuState {
    pub(crate) seam: Rc<Seam<Order, Answer>>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) identity: Identity,
    pub(crate) client: Option<Client>,
    pub(crate) run: Option<Arc<RunState>>,
    pub(crate) tagging: Tagging,
    pub(crate) jar: SharedJar,
    pub(crate) sockets: Sockets,
    stage: Cell<Stage>,
    call: RefCell<Option<Arc<IterationCall>>>,
    pending: RefCell<FuturesUnordered<LocalBoxFuture<'static, Completion>>>,
    abort: RefCell<Option<String>>,
    random: Cell<u64>,
}

impl VuState {
    pub(crate) fn new(seam: Rc<Seam<Order, Answer>>, start: &Start) -> Self {
        let mut seed = [0; 8];
        start.plan.entropy.fill(&mut seed);
        Self {
            seam,
            plan: Arc::clone(&start.plan),
            identity: start.identity,
            client: start.client.clone(),
            run: start.run.clone(),
            tagging: Tagging::new(start.recorder.clone(), &start.plan),
            jar: SharedJar::default(),
            sockets: Sockets::default(),
            stage: Cell::new(Stage::Init),
            call: RefCell::default(),
            pending: RefCell::default(),
            abort: RefCell::default(),
            random: Cell::new(u64::from_le_bytes(seed)),
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        self.stage.get()
    }

    pub(crate) fn enter_stage(&self, stage: Stage) {
        self.stage.set(stage);
    }

    pub(crate) fn in_init(&self) -> bool {
        self.stage.get() == Stage::Init
    }

    /// The iteration that runs.
    pub(crate) fn call(&self) -> Option<Arc<IterationCall>> {
        self.call.borrow().clone()
    }

    /// The next iteration begins; says whether it belongs to another scenario than the one before.
    pub(crate) fn begin(&self, call: Arc<IterationCall>) -> bool {
        let before = self.call.replace(Some(Arc::clone(&call)));
        before.is_none_or(|before| !Arc::ptr_eq(&before.scenario, &call.scenario))
    }

    /// Lets the event loop wait for `future`.
    pub(crate) fn spawn(&self, future: LocalBoxFuture<'static, Completion>) {
        self.pending.borrow_mut().push(future);
    }

    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.borrow().is_empty()
    }

    pub(crate) fn pending(
        &self,
    ) -> RefMut<'_, FuturesUnordered<LocalBoxFuture<'static, Completion>>> {
        self.pending.borrow_mut()
    }

    /// Drops all that the event loop waits for.
    pub(crate) fn abandon(&self) {
        let pending = self.pending.take();
        drop(pending);
        self.sockets.abandon();
    }

    /// Ends the whole test; the script unwinds.
    pub(crate) fn abort_test(&self, message: String) {
        self.abort.replace(Some(message));
        self.seam.interrupt();
    }

    /// The message with which the script ended the test.
    pub(crate) fn take_abort(&self) -> Option<String> {
        self.abort.take()
    }

    /// The error with which an interrupted script unwinds, past every `catch`.
    pub(crate) fn unwind(&self, ctx: &Ctx<'_>) -> Error {
        self.seam.interrupt();
        raw::throw_uncatchable(ctx, "interrupted")
    }

    /// Waits for `future` as a blocking call of the script does.
    pub(crate) fn wait<F: Future>(&self, ctx: &Ctx<'_>, future: F) -> rquickjs::Result<F::Output> {
        self.seam.wait(future).map_err(|_| self.unwind(ctx))
    }

    pub(crate) fn log(&self, level: Level, message: &str, fields: &[(&str, &str)]) {
        let message = self.plan.secrets.redact(message);
        self.plan.log.log(&LogLine {
            level,
            message: &message,
            fields,
        });
    }

    /// Sets what `Math.random` gives from here on.
    pub(crate) fn seed(&self, seed: u64) {
        self.random.set(seed);
    }

    /// The next number of `Math.random`, in [0, 1): `SplitMix64` (Steele et al. 2014).
    pub(crate) fn random(&self) -> f64 {
        let state = self.random.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.random.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
