//! What lives beside a virtual user's JavaScript runtime: the values that native code keeps there.

use crate::engine::{Interruption, VuState};
use crate::loader::Library;
use crate::tagging::Check;
use crate::timers::Timers;
use rquickjs::runtime::UserDataGuard;
use rquickjs::{Atom, Ctx, Exception, Function, Object, Promise, Result, Value};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// The values of one runtime that Rust keeps; they go with the runtime.
pub(crate) struct Realm<'js> {
    vu: Rc<VuState>,
    exports: RefCell<HashMap<String, Value<'js>>>,
    pub(crate) timers: RefCell<Timers<'js>>,
    resolvers: RefCell<HashMap<u64, Resolvers<'js>>>,
    next_resolver: Cell<u64>,
    rejections: RefCell<Vec<(Value<'js>, Value<'js>)>>,
    handlers: RefCell<HashMap<u32, Function<'js>>>,
    pub(crate) setup_data: RefCell<Option<Value<'js>>>,
    pub(crate) main: OnceCell<Object<'js>>,
    /// The name of what the scenario runs in each iteration.
    pub(crate) exec: RefCell<Option<Atom<'js>>>,
    pub(crate) env: OnceCell<Object<'js>>,
    /// The prototype of `async` functions.
    pub(crate) async_prototype: OnceCell<Object<'js>>,
    pub(crate) response_callback: RefCell<Option<Value<'js>>>,
    /// The checks by their names.
    pub(crate) checks: RefCell<HashMap<Atom<'js>, Rc<Check>>>,
    pub(crate) response_names: OnceCell<crate::http::response::Names<'js>>,
}

struct Resolvers<'js> {
    resolve: Function<'js>,
    reject: Function<'js>,
}

impl<'js> Realm<'js> {
    /// Puts a realm beside the runtime of `ctx`.
    pub(crate) fn install(ctx: &Ctx<'js>, vu: Rc<VuState>) -> Result<()> {
        let realm = Self {
            vu,
            exports: RefCell::default(),
            timers: RefCell::new(Timers::new()),
            resolvers: RefCell::default(),
            next_resolver: Cell::new(0),
            rejections: RefCell::default(),
            handlers: RefCell::default(),
            setup_data: RefCell::default(),
            main: OnceCell::new(),
            exec: RefCell::default(),
            env: OnceCell::new(),
            async_prototype: OnceCell::new(),
            response_callback: RefCell::default(),
            checks: RefCell::default(),
            response_names: OnceCell::new(),
        };
        ctx.store_userdata(realm)
            .map(drop)
            .map_err(|_| Exception::throw_internal(ctx, "the realm is in use"))
    }

    /// The realm of the runtime of `ctx`.
    pub(crate) fn of<'a>(ctx: &'a Ctx<'js>) -> Result<UserDataGuard<'a, Self>> {
        ctx.userdata()
            .ok_or_else(|| Exception::throw_internal(ctx, "the runtime has no realm"))
    }

    /// The virtual user.
    pub(crate) fn vu(&self) -> &Rc<VuState> {
        &self.vu
    }

    /// The files and modules of the process.
    pub(crate) fn library(&self) -> Arc<Library> {
        Arc::clone(&self.vu.plan.library)
    }

    /// What a module exported before.
    pub(crate) fn exported(&self, name: &str) -> Option<Value<'js>> {
        self.exports.borrow().get(name).cloned()
    }

    /// What a module exports, made at first use.
    pub(crate) fn exports(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<Value<'js>>,
    ) -> Result<Value<'js>> {
        if let Some(value) = self.exported(name) {
            return Ok(value);
        }
        let value = make()?;
        self.exports
            .borrow_mut()
            .insert(name.to_owned(), value.clone());
        Ok(value)
    }

    /// A promise with a number by which native code settles it later.
    pub(crate) fn promise(&self, ctx: &Ctx<'js>) -> Result<(Promise<'js>, u64)> {
        let (promise, resolve, reject) = ctx.promise()?;
        let id = self.next_resolver.get();
        self.next_resolver.set(id + 1);
        self.resolvers
            .borrow_mut()
            .insert(id, Resolvers { resolve, reject });
        Ok((promise, id))
    }

    /// Settles a promise: with the value, or with the exception that `result` left in the context.
    pub(crate) fn settle(&self, ctx: &Ctx<'js>, id: u64, result: Result<Value<'js>>) -> Result<()> {
        let Some(resolvers) = self.resolvers.borrow_mut().remove(&id) else {
            return Ok(());
        };
        match result {
            Ok(value) => resolvers.resolve.call((value,)),
            Err(error) => {
                let reason = crate::errors::thrown_value(ctx, error)?;
                resolvers.reject.call((reason,))
            }
        }
    }

    /// Notes that a promise was rejected while nothing handles it, or that something does now.
    pub(crate) fn note_rejection(&self, promise: Value<'js>, reason: Value<'js>, is_handled: bool) {
        let mut rejections = self.rejections.borrow_mut();
        if is_handled {
            rejections.retain(|(known, _)| *known != promise);
        } else {
            rejections.push((promise, reason));
        }
    }

    /// The reasons of rejections that nothing handled, other than that of `except`.
    pub(crate) fn take_rejections(&self, except: Option<&Promise<'js>>) -> Vec<Value<'js>> {
        let taken = std::mem::take(&mut *self.rejections.borrow_mut());
        taken
            .into_iter()
            .filter(|(promise, _)| except.is_none_or(|except| except.as_value() != promise))
            .map(|(_, reason)| reason)
            .collect()
    }

    /// Keeps what a script has called for a socket's events.
    pub(crate) fn keep_handler(&self, id: u32, handler: Function<'js>) {
        self.handlers.borrow_mut().insert(id, handler);
    }

    /// What a script has called for a socket's events.
    pub(crate) fn handler(&self, id: u32) -> Option<Function<'js>> {
        self.handlers.borrow().get(&id).cloned()
    }

    /// A socket is over.
    pub(crate) fn forget_handler(&self, id: u32) {
        let handler = self.handlers.borrow_mut().remove(&id);
        drop(handler);
    }

    /// Forgets all timers and promises, after the code that waits for them was interrupted.
    pub(crate) fn abandon(&self) {
        let timers = std::mem::replace(&mut *self.timers.borrow_mut(), Timers::new());
        let resolvers = std::mem::take(&mut *self.resolvers.borrow_mut());
        let rejections = std::mem::take(&mut *self.rejections.borrow_mut());
        let handlers = std::mem::take(&mut *self.handlers.borrow_mut());
        drop((timers, resolvers, rejections, handlers));
        self.vu.abandon();
    }

    /// Runs jobs, timers and what is pending until `promise` is settled.
    pub(crate) fn run_until_settled(&self, ctx: &Ctx<'js>, promise: &Promise<'js>) -> Result<()> {
        crate::event_loop::run(ctx, Some(promise), crate::event_loop::Until::Settled)
            .map_err(|error| self.rethrow(ctx, error))
    }

    /// Makes of the end of a wait the error that unwinds the script.
    pub(crate) fn rethrow(&self, ctx: &Ctx<'js>, error: Interruption) -> rquickjs::Error {
        match error {
            Interruption::Interrupted => self.vu.unwind(ctx),
            Interruption::Thrown(error) => error,
        }
    }
}
