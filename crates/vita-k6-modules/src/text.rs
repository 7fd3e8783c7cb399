//! JavaScript strings as Rust's.

use rquickjs::function::{Opt, This};
use rquickjs::{Coerced, Exception, FromJs, Function, Object, Result, Value};

/// The text of any value, as `String(value)` gives it; lone surrogates become U+FFFD.
pub fn text_of(value: &Value<'_>) -> Result<String> {
    let ctx = value.ctx();
    let string = match value.as_string() {
        Some(string) => string.clone(),
        None => Coerced::<rquickjs::String<'_>>::from_js(ctx, value.clone())?.0,
    };
    if let Ok(text) = string.to_string() {
        return Ok(text);
    }
    // Only lone surrogates have no UTF-8. The engine mends them itself.
    let constructor: Object<'_> = ctx.globals().get("String")?;
    let prototype: Object<'_> = constructor.get("prototype")?;
    let mend: Function<'_> = prototype.get("toWellFormed")?;
    let mended: rquickjs::String<'_> = mend.call((This(string),))?;
    mended
        .to_string()
        .map_err(|_| Exception::throw_type(ctx, "the string is not well formed"))
}

/// `None` for undefined and null, the text otherwise.
pub(crate) fn optional_text(value: &Opt<Value<'_>>) -> Result<Option<String>> {
    match &value.0 {
        Some(value) if !value.is_undefined() && !value.is_null() => text_of(value).map(Some),
        _ => Ok(None),
    }
}
