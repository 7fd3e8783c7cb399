//! What scripts throw, as text.

use rquickjs::{Ctx, Error, Exception, FromJs, Result, Value};
use vita_k6_modules::text_of;

/// Longest description of a thrown value; what is longer is cut.
const DESCRIPTION_BYTES_MAX: usize = 16 * 1024;

/// The value that an error has thrown; an engine's error becomes an exception first.
pub(crate) fn thrown_value<'js>(ctx: &Ctx<'js>, error: Error) -> Result<Value<'js>> {
    if !error.is_exception() {
        return Ok(Exception::from_message(ctx.clone(), &error.to_string())?
            .into_object()
            .into_value());
    }
    Ok(ctx.catch())
}

/// What an error has thrown, with the stack of it.
pub(crate) fn describe_error(ctx: &Ctx<'_>, error: Error) -> String {
    match thrown_value(ctx, error) {
        Ok(value) => describe_value(ctx, &value),
        Err(error) => error.to_string(),
    }
}

/// A thrown value: `Error: text` and the lines of its stack, or the value as text.
///
/// Getters of hostile values may throw in turn; what they throw is dropped.
pub(crate) fn describe_value<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> String {
    let mut text =
        quietly(ctx, text_of(value)).unwrap_or_else(|| "an unprintable value".to_owned());
    if text == "[object Object]" {
        text = quietly(ctx, ctx.json_stringify(value.clone()))
            .flatten()
            .and_then(|json| json.to_string().ok())
            .unwrap_or(text);
    }
    let stack = value
        .as_object()
        .filter(|object| object.is_error())
        .and_then(|object| quietly(ctx, object.get::<_, Value<'js>>("stack")))
        .and_then(|stack| quietly(ctx, Option::<String>::from_js(ctx, stack)).flatten());
    if let Some(stack) = stack {
        for line in stack.lines().filter(|line| !line.trim().is_empty()) {
            text.push_str("\n\t");
            text.push_str(line.trim());
        }
    }
    cut(text)
}

/// The result, or nothing: the exception of a failure is taken out of the context.
pub(crate) fn quietly<T>(ctx: &Ctx<'_>, result: Result<T>) -> Option<T> {
    if let Ok(value) = result {
        Some(value)
    } else {
        drop(ctx.catch());
        None
    }
}

fn cut(mut text: String) -> String {
    if text.len() > DESCRIPTION_BYTES_MAX {
        let end = text.floor_char_boundary(DESCRIPTION_BYTES_MAX);
        text.truncate(end);
        text.push('…');
    }
    text
}
