//! `CommonJS`: `require`, `module` and `exports`.

use super::library::{UnitKind, full_name};
use super::native_object;
use crate::raw;
use crate::realm::Realm;
use rquickjs::{Ctx, Exception, Function, Module, Object, Promise, Result, Value};

/// What stands before a module's text, on two lines of its own, so that errors have their places.
const HEADER: &str = "(function (module, exports, require)\n{\n";

/// The number of its first line: the text's is 1, and 0 would mean nothing to the engine.
const HEADER_LINE: i32 = -1;

/// The function `require` of the module `base`.
fn require<'js>(ctx: &Ctx<'js>, base: &str) -> Result<Function<'js>> {
    let base = base.to_owned();
    Function::new(ctx.clone(), move |ctx: Ctx<'js>, name: String| {
        require_from(&ctx, &base, &name)
    })
}

/// What the module `base` gets for `require(name)`.
pub(crate) fn require_from<'js>(ctx: &Ctx<'js>, base: &str, name: &str) -> Result<Value<'js>> {
    let realm = Realm::of(ctx)?;
    if !realm.vu().in_init() {
        return Err(Exception::throw_message(
            ctx,
            "`require` is only available in the init stage, at the script's top level",
        ));
    }
    let name = full_name(ctx, base, name)?;
    if super::specifier::is_native(&name) {
        return Ok(native_object(ctx, &name)?.into_value());
    }
    let unit = realm.library().unit(ctx, &name)?;
    match &unit.kind {
        UnitKind::CommonJs(_) => common_js(ctx, &name),
        UnitKind::Json(text) => realm.exports(&name, || ctx.json_parse(text.as_bytes())),
        UnitKind::Module(_) => Ok(import_now(ctx, &name)?.into_value()),
    }
}

/// Runs a `CommonJS` module at its first use; what it exported.
pub(super) fn common_js<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
    let realm = Realm::of(ctx)?;
    let key = format!("{name}\u{0}module");
    if let Some(module) = realm.exported(&key) {
        return module.as_object().map_or_else(
            || Ok(Value::new_undefined(ctx.clone())),
            |module| module.get("exports"),
        );
    }
    let unit = realm.library().unit(ctx, name)?;
    let UnitKind::CommonJs(text) = &unit.kind else {
        return Err(Exception::throw_internal(ctx, "not a CommonJS module"));
    };
    let module = Object::new(ctx.clone())?;
    let exports = Object::new(ctx.clone())?;
    module.set("exports", exports.clone())?;
    // Kept before it runs, so that modules which require each other see what there is so far.
    realm.exports(&key, || Ok(module.clone().into_value()))?;
    let wrapped = format!("{HEADER}{text}\n}})");
    let body = raw::eval_from_line(ctx, &wrapped, name, HEADER_LINE)?
        .into_function()
        .ok_or_else(|| Exception::throw_syntax(ctx, "the text is no body of a module"))?;
    body.call::<_, ()>((module.clone(), exports, require(ctx, name)?))?;
    module.get("exports")
}

/// Imports a module and waits until it is evaluated; its namespace.
pub(crate) fn import_now<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Object<'js>> {
    let realm = Realm::of(ctx)?;
    if let Some(namespace) = realm.exported(name) {
        return namespace
            .into_object()
            .ok_or_else(|| Exception::throw_internal(ctx, "a module's namespace is no object"));
    }
    let promise = Module::import(ctx, name)?;
    let namespace = settle(ctx, &promise)?;
    realm.exports(name, || Ok(namespace.clone().into_value()))?;
    Ok(namespace)
}

/// Runs the main script; the object of its exports.
pub(crate) fn load_main<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let realm = Realm::of(ctx)?;
    let library = realm.library();
    let name = library.main();
    let unit = library.unit(ctx, name)?;
    match unit.kind {
        UnitKind::Module(_) => import_now(ctx, name),
        UnitKind::CommonJs(_) | UnitKind::Json(_) => common_js(ctx, name)?
            .into_object()
            .ok_or_else(|| Exception::throw_type(ctx, "the script exports no object")),
    }
}

/// Runs the event loop until the promise has settled.
fn settle<'js>(ctx: &Ctx<'js>, promise: &Promise<'js>) -> Result<Object<'js>> {
    let realm = Realm::of(ctx)?;
    realm.run_until_settled(ctx, promise)?;
    match promise.result::<Object<'js>>() {
        Some(result) => result,
        None => Err(Exception::throw_message(
            ctx,
            "the script's top level waits for a promise that nothing resolves",
        )),
    }
}
