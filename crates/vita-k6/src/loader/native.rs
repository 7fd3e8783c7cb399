//! Modules whose exports are an object's properties: the built-in ones, JSON and `CommonJS`.

use super::library::UnitKind;
use super::{MISSING_NAMES, require};
use crate::realm::Realm;
use rquickjs::module::{Declarations, Exports, ModuleDef};
use rquickjs::{Ctx, Exception, Object, Result, Value};

/// A module that exports the properties of an object, and the object itself as the default.
pub(super) struct Native;

impl ModuleDef for Native {
    fn declare(declarations: &Declarations<'_>) -> Result<()> {
        let module = declarations.module();
        let ctx = module.ctx();
        let name: String = module.name()?;
        let (name, missing) = split(&name);
        let value = exports_of(ctx, name)?;
        declarations.declare("default")?;
        for export in named(&value)? {
            declarations.declare(export)?;
        }
        for export in missing {
            declarations.declare(export)?;
        }
        Ok(())
    }

    fn evaluate<'js>(ctx: &Ctx<'js>, exports: &Exports<'js>) -> Result<()> {
        let name: String = exports.module().name()?;
        let (name, missing) = split(&name);
        let value = exports_of(ctx, name)?;
        for export in named(&value)? {
            if let Some(object) = value.as_object() {
                let value: Value<'js> = object.get(export.as_str())?;
                exports.export(export, value)?;
            }
        }
        for export in missing {
            exports.export(export, Value::new_undefined(ctx.clone()))?;
        }
        exports.export("default", default_of(&value)?)?;
        Ok(())
    }
}

fn split(name: &str) -> (&str, Vec<&str>) {
    match name.split_once(MISSING_NAMES) {
        Some((name, missing)) if super::specifier::is_native(name) => {
            (name, missing.split(',').collect())
        }
        _ => (name, Vec::new()),
    }
}

/// What transpiled modules mean by their default export is a property of that name.
fn default_of<'js>(value: &Value<'js>) -> Result<Value<'js>> {
    if let Some(object) = value.as_object()
        && object.contains_key("__esModule")?
        && object.contains_key("default")?
    {
        return object.get("default");
    }
    Ok(value.clone())
}

/// The names that can be imported one by one.
fn named(value: &Value<'_>) -> Result<Vec<String>> {
    let Some(object) = value.as_object() else {
        return Ok(Vec::new());
    };
    if object.is_array() {
        return Ok(Vec::new());
    }
    let mut names: Vec<String> = object.keys().collect::<Result<_>>()?;
    names.retain(|name| name != "default" && !name.contains('\0'));
    Ok(names)
}

fn exports_of<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
    if super::specifier::is_native(name) {
        return Ok(native_object(ctx, name)?.into_value());
    }
    let realm = Realm::of(ctx)?;
    let library = realm.library();
    let unit = library.unit(ctx, name)?;
    match &unit.kind {
        UnitKind::Json(text) => realm.exports(name, || {
            if let Ok(value) = ctx.json_parse(text.as_bytes()) {
                Ok(value)
            } else {
                let _ = ctx.catch();
                let path = super::specifier::file_path(name);
                Err(Exception::throw_syntax(
                    ctx,
                    &format!("`{}` is not valid JSON", path.display()),
                ))
            }
        }),
        UnitKind::CommonJs(_) => require::common_js(ctx, name),
        UnitKind::Module(_) => Err(Exception::throw_internal(ctx, "a module has no object")),
    }
}

/// The object that a built-in module is, made at its first use in a runtime.
pub(crate) fn native_object<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Object<'js>> {
    let realm = Realm::of(ctx)?;
    let value = realm.exports(name, || {
        let object = match vita_k6_modules::lookup_module(name) {
            Some(module) => module.build(ctx)?,
            None => crate::modules::build(ctx, name)?,
        };
        Ok(object.into_value())
    })?;
    value
        .into_object()
        .ok_or_else(|| Exception::throw_internal(ctx, "a built-in module is no object"))
}
