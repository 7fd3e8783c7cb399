#![expect(
    unsafe_code,
    reason = "rquickjs offers these parts of the engine only as unsafe functions and traits"
)]
//! What the engine offers only unsafely: errors that no `catch` sees, compiled modules, texts that
//! begin at a line of one's choice, and types that live beside a runtime; and below it, the script's
//! own stack.

use rquickjs::module::{Declared, WriteOptions};
use rquickjs::{Ctx, Error, Exception, JsLifetime, Module, Result, Value, qjs};
use std::ffi::CString;

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

/// Evaluates a script whose first line has the number `line`, so that a header before somebody's text
/// need not show in the places of its errors. The engine takes 0 for 1.
pub(crate) fn eval_from_line<'js>(
    ctx: &Ctx<'js>,
    text: &str,
    name: &str,
    line: i32,
) -> Result<Value<'js>> {
    let name = CString::new(name)?;
    // The engine wants a zero behind the text, besides its length.
    let mut text = text.as_bytes().to_vec();
    text.push(0);
    let mut options = qjs::JSEvalOptions {
        version: qjs::JS_EVAL_OPTIONS_VERSION as _,
        eval_flags: qjs::JS_EVAL_TYPE_GLOBAL as _,
        filename: name.as_ptr(),
        line_num: line,
    };
    // SAFETY: the context is alive; text, name and options outlive the call, and the text's length
    // leaves out the zero behind it. The one reference of what comes back goes to the value.
    unsafe {
        let raw = qjs::JS_Eval2(
            ctx.as_raw().as_ptr(),
            text.as_ptr().cast(),
            (text.len() - 1) as _,
            &raw mut options,
        );
        if qjs::JS_IsException(raw) {
            return Err(Error::Exception);
        }
        Ok(Value::from_raw(ctx.clone(), raw))
    }
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

// SAFETY: all of its values have the lifetime `'js`, and `Changed` is the same type with `'to`.
unsafe impl<'js> JsLifetime<'js> for crate::realm::Realm<'js> {
    type Changed<'to> = crate::realm::Realm<'to>;
}

// SAFETY: as above.
unsafe impl<'js> JsLifetime<'js> for crate::http::response::Response<'js> {
    type Changed<'to> = crate::http::response::Response<'to>;
}
