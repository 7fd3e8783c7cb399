#![expect(
    unsafe_code,
    reason = "rquickjs offers these three parts of the engine only as unsafe functions and traits"
)]
//! What the engine offers only unsafely: errors that no `catch` sees, compiled modules, and types
//! that live beside a runtime; and below it, the script's own stack.

use rquickjs::class::{JsClass, Readable, Trace, Tracer};
use rquickjs::function::Constructor;
use rquickjs::module::{Declared, WriteOptions};
use rquickjs::{Class, Ctx, Error, Exception, JsLifetime, Module, Object, Result, Value, qjs};

pub(crate) mod coroutine;

/// Compiled code, made by [`compile`] in this process.
pub(crate) struct Bytecode(Vec<u8>);

/// Compiles a module.
pub(crate) fn compile(module: &Module<'_, Declared>) -> Result<Bytecode> {
    // A function's text would be held once per virtual user; without it, line numbers stay.
    let options = WriteOptions {
        strip_source: true,
        ..WriteOptions::default()
    };
    module.write(options).map(Bytecode)
}

/// Loads a compiled module.
pub(crate) fn load<'js>(ctx: &Ctx<'js>, code: &Bytecode) -> Result<Module<'js, Declared>> {
    // SAFETY: `Bytecode` is only made by `compile`, in this process and by this engine.
    unsafe { Module::load(ctx.clone(), &code.0) }
}

/// Throws an error that no `catch` or `finally` of the script sees.
pub(crate) fn throw_uncatchable(ctx: &Ctx<'_>, message: &str) -> Error {
    match Exception::from_message(ctx.clone(), message) {
        Ok(exception) => {
            let value = exception.into_object().into_value();
            // SAFETY: the context is alive and the value is an error object of it.
            unsafe { qjs::JS_SetUncatchableError(ctx.as_raw().as_ptr(), value.as_raw()) };
            ctx.throw(value)
        }
        Err(error) => error,
    }
}

/// Takes a reference more to a value that an exotic class was asked to set.
///
/// The engine lends that value, but rquickjs 0.14 hands it over as if it were given, and its drop
/// would free what the engine frees, too. A test sets many, and would find a loss or a leak.
pub(crate) fn keep_lent(value: &Value<'_>) {
    // SAFETY: the value and its context are alive.
    unsafe { qjs::JS_DupValue(value.ctx().as_raw().as_ptr(), value.as_raw()) };
}

/// A Rust value without anything of the JavaScript heap, kept beside a runtime.
pub(crate) struct Beside<T>(pub(crate) T);

// SAFETY: a `T: 'static` holds no value of a JavaScript heap, so the type is the same for each `'to`.
unsafe impl<T: 'static> JsLifetime<'_> for Beside<T> {
    type Changed<'to> = Beside<T>;
}

// SAFETY: all of its values have the lifetime `'js`, and `Changed` is the same type with `'to`.
unsafe impl<'js> JsLifetime<'js> for crate::realm::Realm<'js> {
    type Changed<'to> = crate::realm::Realm<'to>;
}

// SAFETY: as above.
unsafe impl<'js> JsLifetime<'js> for crate::http::response::Response<'js> {
    type Changed<'to> = crate::http::response::Response<'to>;
}

impl<'js, T: 'static> Trace<'js> for Beside<T> {
    fn trace<'a>(&self, _tracer: Tracer<'a, 'js>) {}
}

/// A Rust type whose values live in JavaScript objects of a class of its own.
pub(crate) trait Native: Sized + 'static {
    /// The name of the class in JavaScript.
    const NAME: &'static str;

    /// Adds methods and getters to the prototype, once in a runtime.
    fn define(prototype: &Object<'_>) -> Result<()>;
}

impl<'js, T: Native> JsClass<'js> for Beside<T> {
    const NAME: &'static str = T::NAME;
    type Mutable = Readable;

    fn prototype(ctx: &Ctx<'js>) -> Result<Option<Object<'js>>> {
        let prototype = Object::new(ctx.clone())?;
        T::define(&prototype)?;
        Ok(Some(prototype))
    }

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

/// An object that holds `value`.
pub(crate) fn hold<'js, T: Native>(ctx: &Ctx<'js>, value: T) -> Result<Class<'js, Beside<T>>> {
    Class::instance(ctx.clone(), Beside(value))
}

/// The object that holds a `T`, if `value` is one.
pub(crate) fn held<'js, T: Native>(value: &Value<'js>) -> Option<Class<'js, Beside<T>>> {
    Class::from_object(value.as_object()?)
}
