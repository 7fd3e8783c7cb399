//! What runs on a virtual user's own stack.

use super::{
    Answer, AroundCall, Described, Failure, Interruption, Order, Returned, Stage, Start, VuState,
    globals,
};
use crate::errors::{describe_error, describe_value};
use crate::event_loop::{self, Until};
use crate::loader::Imports;
use crate::logging::Level;
use crate::raw::coroutine::{STACK_BYTES, STACK_RESERVE_BYTES, Seam};
use crate::realm::Realm;
use rquickjs::function::Args;
use rquickjs::promise::PromiseState;
use rquickjs::{Atom, Context, Ctx, Error, Exception, Function, Object, Result, Runtime, Value};
use std::rc::Rc;
use std::sync::Arc;
use vita_k6_modules::{bytes_or_text, set_host};
use vita_load::{IterationCall, IterationEnd};
use vita_wire::Client;

/// Promise jobs that are run to their ends after an interruption. A chain of jobs that makes new
/// ones for ever is left by discarding the runtime.
const DRAINED_JOBS_MAX: usize = 10_000;

type VuSeam = Rc<Seam<Order, Answer>>;

/// Takes orders until there are no more.
pub(crate) fn body(seam: VuSeam, first: Order) {
    let Order::Start(start) = first else {
        return;
    };
    let mut next = None;
    loop {
        let vu = Rc::new(VuState::new(Rc::clone(&seam), &start));
        match life(&vu, &start, next) {
            // The runtime was spoiled by an interruption: the next order gets a new one.
            Some(order) => next = Some(order),
            None => return,
        }
    }
}

/// One runtime's life; gives back the order that needs a new one.
fn life(vu: &Rc<VuState>, start: &Start, pending: Option<Order>) -> Option<Order> {
    let made = Runtime::new().and_then(|runtime| {
        runtime.set_memory_limit(vu.plan.memory_bytes_max);
        runtime.set_max_stack_size(STACK_BYTES - STACK_RESERVE_BYTES);
        let seam = Rc::clone(&vu.seam);
        runtime.set_interrupt_handler(Some(Box::new(move || seam.tick())));
        runtime.set_host_promise_rejection_tracker(Some(Box::new(
            |ctx, promise, reason, is_handled| {
                if let Ok(realm) = Realm::of(&ctx) {
                    realm.note_rejection(promise, reason, is_handled);
                }
            },
        )));
        let library = || Imports::new(Arc::clone(&vu.plan.library));
        runtime.set_loader(library(), library());
        Context::full(&runtime).map(|context| (runtime, context))
    });
    let (runtime, context) = match made {
        Ok(made) => made,
        Err(error) => {
            let failure = Failure::Thrown(format!("failed to make a JavaScript runtime: {error}"));
            vu.seam.answer(Answer::Ready(Err(failure)));
            return None;
        }
    };
    let left = context.with(|ctx| serve(&ctx, vu, start, pending));
    drop(context);
    drop(runtime);
    left
}

/// Runs the init code, then orders; ends with the order that needs a new runtime, or with none.
fn serve(ctx: &Ctx<'_>, vu: &Rc<VuState>, start: &Start, pending: Option<Order>) -> Option<Order> {
    let ready = init(ctx, vu, start);
    let mut order = match (ready, pending) {
        (ready, None) => vu.seam.answer(Answer::Ready(ready))?,
        (Ok(_), Some(order)) => order,
        (Err(failure), Some(order)) => {
            let answer = refusal(&order, failure);
            vu.seam.answer(answer)?
        }
    };
    loop {
        let answer = match order {
            Order::Start(_) => return None,
            Order::Iterate(call) => Answer::Iterated(iterate(ctx, vu, call)),
            Order::Call(call) => Answer::Called(call_around(ctx, vu, call)),
        };
        let is_spoiled = vu.seam.is_interrupted() && !clean_up(ctx);
        order = vu.seam.answer(answer)?;
        if is_spoiled {
            return Some(order);
        }
    }
}

fn refusal(order: &Order, failure: Failure) -> Answer {
    match order {
        Order::Iterate(_) => Answer::Iterated(match failure {
            Failure::Interrupted => IterationEnd::Interrupted,
            Failure::Aborted(message) => IterationEnd::AbortTest(message),
            Failure::Thrown(_) => IterationEnd::Failed,
        }),
        _ => Answer::Called(Err(failure)),
    }
}

/// Lets the interrupted code unwind; whether nothing of it is left.
fn clean_up(ctx: &Ctx<'_>) -> bool {
    drop(ctx.catch());
    if let Ok(realm) = Realm::of(ctx) {
        realm.abandon();
    }
    let mut jobs = 0;
    while ctx.execute_pending_job() {
        jobs += 1;
        if jobs == DRAINED_JOBS_MAX {
            return false;
        }
    }
    if let Ok(realm) = Realm::of(ctx) {
        realm.abandon();
    }
    true
}

fn init(ctx: &Ctx<'_>, vu: &Rc<VuState>, start: &Start) -> std::result::Result<Described, Failure> {
    vu.enter_stage(Stage::Init);
    let described = prepare(ctx, vu).and_then(|main| {
        if start.describe {
            describe(ctx, &main)
        } else {
            Ok(Described::default())
        }
    });
    described.map_err(|error| failure(ctx, vu, error))
}

fn prepare<'js>(ctx: &Ctx<'js>, vu: &Rc<VuState>) -> Result<Object<'js>> {
    Realm::install(ctx, Rc::clone(vu))?;
    set_host(ctx, Rc::new(globals::ModulesHost(Rc::clone(vu))))?;
    globals::install(ctx)?;
    let main = crate::loader::load_main(ctx)?;
    let realm = Realm::of(ctx)?;
    event_loop::run(ctx, None, Until::Idle).map_err(|error| realm.rethrow(ctx, error))?;
    let _ = realm.main.set(main.clone());
    Ok(main)
}

fn describe<'js>(ctx: &Ctx<'js>, main: &Object<'js>) -> Result<Described> {
    let options: Value<'js> = main.get("options")?;
    let options = match ctx.json_stringify(options)? {
        Some(json) => Some(json.to_string()?),
        None => None,
    };
    let mut functions = Vec::new();
    for key in main.keys::<String>() {
        let key = key?;
        if main.get::<_, Value<'js>>(key.as_str())?.is_function() {
            functions.push(key);
        }
    }
    Ok(Described { options, functions })
}

/// What the script's error means for a part that isn't an iteration.
fn failure(ctx: &Ctx<'_>, vu: &VuState, error: Error) -> Failure {
    if vu.seam.is_interrupted() {
        drop(ctx.catch());
        return vu
            .take_abort()
            .map_or(Failure::Interrupted, Failure::Aborted);
    }
    Failure::Thrown(explain(vu, describe_error(ctx, error)))
}

/// Adds to an engine's message what a person can do about it.
fn explain(vu: &VuState, text: String) -> String {
    if text.contains("out of memory") {
        let mebibytes = vu.plan.memory_bytes_max / (1024 * 1024);
        return format!(
            "{text}\n(a virtual user's JavaScript may hold {mebibytes} MiB; data for all of them belongs into a SharedArray)"
        );
    }
    text
}

fn iterate(ctx: &Ctx<'_>, vu: &Rc<VuState>, call: Arc<IterationCall>) -> IterationEnd {
    vu.enter_stage(Stage::Iteration);
    let scenario = Arc::clone(&call.scenario);
    let result = counting_traffic(vu, || run_iteration(ctx, vu, call));
    if vu.seam.is_interrupted() {
        return match vu.take_abort() {
            Some(message) => IterationEnd::AbortTest(message),
            None => IterationEnd::Interrupted,
        };
    }
    match result {
        Ok(()) => IterationEnd::Completed,
        Err(error) => {
            let text = explain(vu, describe_error(ctx, error));
            // What the failed iteration has left behind must not go on in the next.
            if let Ok(realm) = Realm::of(ctx) {
                realm.abandon();
            }
            let fields = [
                ("executor", scenario.executor.as_str()),
                ("scenario", &*scenario.name),
                ("hint", "script exception"),
            ];
            vu.log(Level::Error, &text, &fields);
            IterationEnd::Failed
        }
    }
}

/// Does something, and takes samples of what it sent and received.
fn counting_traffic<T>(vu: &VuState, act: impl FnOnce() -> T) -> T {
    let before = vu.client.as_ref().map(Client::traffic);
    let result = act();
    if let (Some(client), Some(before)) = (&vu.client, before) {
        vu.tagging.add_traffic(client.traffic().since(before));
    }
    result
}

fn run_iteration<'js>(ctx: &Ctx<'js>, vu: &Rc<VuState>, call: Arc<IterationCall>) -> Result<()> {
    let realm = Realm::of(ctx)?;
    let scenario = Arc::clone(&call.scenario);
    let iteration = call.iteration_in_vu;
    if vu.begin(call) {
        vu.tagging.enter_scenario(&scenario);
        globals::set_scenario_env(ctx, &scenario)?;
        realm.exec.take();
    }
    vu.tagging.begin_iteration(vu.identity.in_test, iteration);
    if !vu.plan.options().no_cookies_reset {
        vu.jar.borrow_mut().clear_all();
    }
    if let Some(client) = &vu.client {
        client.end_iteration();
    }
    let known = realm.exec.borrow().clone();
    let name = match known {
        Some(name) => name,
        None => Atom::from_str(ctx.clone(), &scenario.exec)?,
    };
    realm.exec.replace(Some(name.clone()));
    let function = exported(ctx, &realm, name)?;
    let mut args = Args::new(ctx.clone(), 1);
    args.push_arg(setup_data(ctx, vu, &realm)?)?;
    let returned: Value<'js> = function.call_arg(args)?;
    finish(ctx, &realm, &returned).map(drop)
}

/// Runs the event loop to its end, and gives what the function returned or its promise resolved to.
fn finish<'js>(ctx: &Ctx<'js>, realm: &Realm<'js>, returned: &Value<'js>) -> Result<Value<'js>> {
    let promise = returned.as_promise();
    event_loop::run(ctx, promise, Until::Idle).map_err(|error| match error {
        Interruption::Interrupted => realm.rethrow(ctx, Interruption::Interrupted),
        Interruption::Thrown(error) => error,
    })?;
    match promise {
        Some(promise) if promise.state() == PromiseState::Pending => {
            Ok(Value::new_undefined(ctx.clone()))
        }
        Some(promise) => promise.result().unwrap_or_else(|| Ok(returned.clone())),
        None => Ok(returned.clone()),
    }
}

fn exported<'js>(ctx: &Ctx<'js>, realm: &Realm<'js>, name: Atom<'js>) -> Result<Function<'js>> {
    let main = realm
        .main
        .get()
        .ok_or_else(|| Exception::throw_internal(ctx, "the script was not run"))?;
    if let Some(function) = main.get::<_, Value<'js>>(name.clone())?.into_function() {
        return Ok(function);
    }
    let name = name.to_string()?;
    let message = format!("the script exports no function `{name}`");
    Err(Exception::throw_message(ctx, &message))
}

/// What `setup` returned, a copy of each virtual user's own.
fn setup_data<'js>(ctx: &Ctx<'js>, vu: &VuState, realm: &Realm<'js>) -> Result<Value<'js>> {
    if let Some(data) = realm.setup_data.borrow().as_ref() {
        return Ok(data.clone());
    }
    let data = match vu.plan.setup_data() {
        Some(json) => vita_k6_modules::json::parse(ctx, json)?,
        None => Value::new_undefined(ctx.clone()),
    };
    realm.setup_data.replace(Some(data.clone()));
    Ok(data)
}

fn call_around(
    ctx: &Ctx<'_>,
    vu: &Rc<VuState>,
    call: AroundCall,
) -> std::result::Result<Returned, Failure> {
    let result = match call {
        AroundCall::Setup => counting_traffic(vu, || call_setup(ctx, vu)),
        AroundCall::Teardown => counting_traffic(vu, || call_teardown(ctx, vu)),
        AroundCall::Summary(data) => call_summary(ctx, vu, &data),
    };
    match result {
        Ok(returned) if !vu.seam.is_interrupted() => Ok(returned),
        Ok(_) => Err(vu
            .take_abort()
            .map_or(Failure::Interrupted, Failure::Aborted)),
        Err(error) => Err(failure(ctx, vu, error)),
    }
}

fn call_setup<'js>(ctx: &Ctx<'js>, vu: &Rc<VuState>) -> Result<Returned> {
    vu.enter_stage(Stage::Setup);
    vu.tagging.enter_fixture("::setup");
    let realm = Realm::of(ctx)?;
    let returned: Value<'js> =
        exported(ctx, &realm, Atom::from_str(ctx.clone(), "setup")?)?.call(())?;
    let returned = finish(ctx, &realm, &returned)?;
    let json = match ctx.json_stringify(returned)? {
        Some(json) => Some(json.to_string()?),
        None => None,
    };
    Ok(Returned::Json(json))
}

fn call_teardown<'js>(ctx: &Ctx<'js>, vu: &Rc<VuState>) -> Result<Returned> {
    vu.enter_stage(Stage::Teardown);
    vu.tagging.enter_fixture("::teardown");
    let realm = Realm::of(ctx)?;
    let data = setup_data(ctx, vu, &realm)?;
    let returned: Value<'js> =
        exported(ctx, &realm, Atom::from_str(ctx.clone(), "teardown")?)?.call((data,))?;
    finish(ctx, &realm, &returned)?;
    Ok(Returned::Json(None))
}

fn call_summary<'js>(ctx: &Ctx<'js>, vu: &Rc<VuState>, data: &str) -> Result<Returned> {
    vu.enter_stage(Stage::Summary);
    let realm = Realm::of(ctx)?;
    let data = vita_k6_modules::json::parse(ctx, data)?;
    let returned: Value<'js> =
        exported(ctx, &realm, Atom::from_str(ctx.clone(), "handleSummary")?)?.call((data,))?;
    let returned = finish(ctx, &realm, &returned)?;
    let mut outputs = Vec::new();
    if let Some(object) = returned.as_object() {
        for key in object.keys::<String>() {
            let key = key?;
            let value: Value<'js> = object.get(key.as_str())?;
            match bytes_or_text(&value) {
                Ok(bytes) => outputs.push((key, bytes)),
                Err(error) => {
                    let text = describe_error(ctx, error);
                    vu.log(
                        Level::Error,
                        &format!("handleSummary: `{key}`: {text}"),
                        &[],
                    );
                }
            }
        }
    } else if !returned.is_undefined() && !returned.is_null() {
        let text = describe_value(ctx, &returned);
        return Err(Exception::throw_type(
            ctx,
            &format!("handleSummary must return an object of texts by file name, not {text}"),
        ));
    }
    Ok(Returned::Outputs(outputs))
}
