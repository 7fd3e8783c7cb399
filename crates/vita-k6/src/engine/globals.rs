//! The globals of scripts: `console`, `open`, `__ENV`, timers, and what else they expect.

use super::VuState;
use crate::errors::quietly;
use crate::loader::{OPEN_BYTES_MAX, require_from};
use crate::logging::Level;
use crate::realm::Realm;
use rquickjs::function::{Func, Opt, Rest};
use rquickjs::object::{Accessor, Property};
use rquickjs::{ArrayBuffer, Ctx, Exception, Function, IntoJs, Object, Result, Value};
use std::rc::Rc;
use std::sync::Arc;
use vita_k6_modules::{Host, SharedArrays, install_globals};
use vita_load::ScenarioRun;

/// How deep `console.log` follows objects; what is deeper prints as `[object Object]`.
const CONSOLE_DEPTH_MAX: usize = 8;

/// Longest text of one `console` call; what is longer is cut.
const CONSOLE_BYTES_MAX: usize = 1024 * 1024;

/// Adds the globals to a new context.
pub(super) fn install<'js>(ctx: &Ctx<'js>) -> Result<()> {
    install_globals(ctx)?;
    let realm = Realm::of(ctx)?;
    let vu = realm.vu();
    let globals = ctx.globals();
    globals.set("global", globals.clone())?;
    globals.set("console", console(ctx)?)?;
    crate::timers::install(&globals)?;
    globals.set("open", Func::from(open))?;
    globals.set("require", Func::from(require_here))?;
    globals.set("__VU", vu.identity.in_test)?;
    globals.prop("__ENV", Accessor::new_get(env).configurable().enumerable())?;
    globals.prop(
        "__ITER",
        Accessor::new_get(iteration).configurable().enumerable(),
    )?;
    let math: Object<'js> = globals.get("Math")?;
    math.prop(
        "random",
        Property::from(Func::from(|ctx: Ctx<'_>| {
            Realm::of(&ctx).map(|realm| realm.vu().random())
        }))
        .writable()
        .configurable(),
    )
}

fn env(ctx: Ctx<'_>) -> Result<Object<'_>> {
    let realm = Realm::of(&ctx)?;
    if let Some(env) = realm.env.get() {
        return Ok(env.clone());
    }
    let env = Object::new(ctx.clone())?;
    for (name, value) in &realm.vu().plan.env {
        env.set(name.as_str(), value.as_str())?;
    }
    if let Some(call) = realm.vu().call() {
        add_env(&env, &call.scenario)?;
    }
    let _ = realm.env.set(env.clone());
    Ok(env)
}

fn add_env(env: &Object<'_>, scenario: &ScenarioRun) -> Result<()> {
    for (name, value) in &scenario.env {
        env.set(name.as_str(), value.as_str())?;
    }
    Ok(())
}

/// The virtual user works for another scenario now, whose variables come on top of the test's.
pub(super) fn set_scenario_env(ctx: &Ctx<'_>, scenario: &ScenarioRun) -> Result<()> {
    let realm = Realm::of(ctx)?;
    let Some(env) = realm.env.get() else {
        return Ok(());
    };
    for (name, value) in &realm.vu().plan.env {
        env.set(name.as_str(), value.as_str())?;
    }
    add_env(env, scenario)
}

fn iteration(ctx: Ctx<'_>) -> Result<Value<'_>> {
    match Realm::of(&ctx)?.vu().call() {
        Some(call) => call.iteration_in_vu.into_js(&ctx),
        None => Ok(Value::new_undefined(ctx.clone())),
    }
}

/// `open(path)` and `open(path, 'b')`.
fn open<'js>(ctx: Ctx<'js>, path: String, mode: Opt<Value<'js>>) -> Result<Value<'js>> {
    let realm = Realm::of(&ctx)?;
    if !realm.vu().in_init() {
        return Err(Exception::throw_message(
            &ctx,
            "`open` is only available in the init stage, at the script's top level",
        ));
    }
    if path.is_empty() {
        return Err(Exception::throw_message(&ctx, "`open` needs a file's path"));
    }
    let library = realm.library();
    let bytes = library
        .read(
            &library.data_path(calling_module(&ctx).as_deref(), &path),
            OPEN_BYTES_MAX,
        )
        .map_err(|message| Exception::throw_message(&ctx, &message))?;
    let mode = mode
        .0
        .and_then(|mode| mode.as_string().and_then(|mode| mode.to_string().ok()));
    if mode.as_deref() == Some("b") {
        // All virtual users see the same bytes, so that none of them may write to it.
        return Ok(ArrayBuffer::from_source_immutable(ctx.clone(), bytes)?.into_value());
    }
    String::from_utf8_lossy(&bytes).into_js(&ctx)
}

/// The module whose code has called native code.
fn calling_module(ctx: &Ctx<'_>) -> Option<String> {
    ctx.script_or_module_name(0)?.to_string().ok()
}

/// `require` in modules of today's form.
fn require_here(ctx: Ctx<'_>, name: String) -> Result<Value<'_>> {
    let caller = calling_module(&ctx).filter(|caller| caller.starts_with("file://"));
    let library = Realm::of(&ctx)?.library();
    require_from(&ctx, caller.as_deref().unwrap_or(library.main()), &name)
}

fn console<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let console = Object::new(ctx.clone())?;
    for (name, level) in [
        ("log", Level::Info),
        ("info", Level::Info),
        ("debug", Level::Debug),
        ("warn", Level::Warning),
        ("error", Level::Error),
    ] {
        let print = move |ctx: Ctx<'js>, values: Rest<Value<'js>>| print(&ctx, level, &values.0);
        console.set(name, Function::new(ctx.clone(), print)?)?;
    }
    Ok(console)
}

fn print<'js>(ctx: &Ctx<'js>, level: Level, values: &[Value<'js>]) -> Result<()> {
    let mut text = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        write_value(ctx, value, 0, &mut text);
    }
    Realm::of(ctx)?
        .vu()
        .log(level, &text, &[("source", "console")]);
    Ok(())
}

/// A value as k6 prints it: texts as they are, objects as `{ a: 1, b: [ 1, 2 ] }`.
fn write_value<'js>(ctx: &Ctx<'js>, value: &Value<'js>, depth: usize, text: &mut String) {
    if text.len() > CONSOLE_BYTES_MAX {
        return;
    }
    if value.is_function() {
        text.push_str("[object Function]");
        return;
    }
    let plain = value.as_object().filter(|object| {
        !value.is_error()
            && (object.is_array() || is_plain(ctx, object))
            && depth < CONSOLE_DEPTH_MAX
    });
    let Some(object) = plain else {
        let printed = quietly(ctx, vita_k6_modules::text_of(value));
        let printed = printed.unwrap_or_else(|| format!("[object {}]", value.type_name()));
        text.push_str(&printed);
        if value.is_error()
            && let Some(object) = value.as_object()
            && let Some(Some(stack)) = quietly(ctx, object.get::<_, Option<String>>("stack"))
        {
            text.push('\n');
            text.push_str(stack.trim_end());
        }
        return;
    };
    let (open, close) = if object.is_array() {
        ("[", "]")
    } else {
        ("{", "}")
    };
    text.push_str(open);
    for (index, key) in object.keys::<String>().enumerate() {
        let Some(key) = quietly(ctx, key) else {
            continue;
        };
        text.push_str(if index > 0 { ", " } else { " " });
        if !object.is_array() {
            text.push_str(&key);
            text.push_str(": ");
        }
        match quietly(ctx, object.get::<_, Value<'js>>(key.as_str())) {
            Some(inner) => write_nested(ctx, &inner, depth + 1, text),
            None => text.push_str("[unreadable]"),
        }
        if text.len() > CONSOLE_BYTES_MAX {
            text.push('…');
            break;
        }
    }
    text.push(' ');
    text.push_str(close);
}

/// Inside of objects, texts are quoted.
fn write_nested<'js>(ctx: &Ctx<'js>, value: &Value<'js>, depth: usize, text: &mut String) {
    if value.is_string() {
        let printed = quietly(ctx, vita_k6_modules::text_of(value)).unwrap_or_default();
        text.push('"');
        text.push_str(&printed.replace('"', "\\\""));
        text.push('"');
    } else {
        write_value(ctx, value, depth, text);
    }
}

/// Whether nothing but own properties is to be shown: dates, maps and the like print as their text.
fn is_plain<'js>(ctx: &Ctx<'js>, object: &Object<'js>) -> bool {
    let Some(prototype) = object.get_prototype() else {
        return true;
    };
    let plain = quietly(ctx, ctx.globals().get::<_, Object<'js>>("Object"))
        .and_then(|constructor| quietly(ctx, constructor.get::<_, Object<'js>>("prototype")));
    plain.is_some_and(|plain| plain == prototype) || crate::http::response::is_response(object)
}

/// What the modules without network and virtual user may know.
pub(super) struct ModulesHost(pub(super) Rc<VuState>);

impl Host for ModulesHost {
    fn fill_random(&self, bytes: &mut [u8]) {
        self.0.plan.entropy.fill(bytes);
    }

    fn is_init(&self) -> bool {
        self.0.in_init()
    }

    fn read_file(&self, path: &str) -> std::result::Result<Arc<[u8]>, String> {
        let library = &self.0.plan.library;
        library.read(&library.data_path(None, path), OPEN_BYTES_MAX)
    }

    fn shared_arrays(&self) -> Arc<SharedArrays> {
        Arc::clone(&self.0.plan.shared_arrays)
    }
}
