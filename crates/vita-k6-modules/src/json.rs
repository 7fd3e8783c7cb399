//! JSON: selecting by a path of GJSON, and values for scripts.

use rquickjs::{Ctx, Result, Value};

/// The JavaScript value of a JSON text; invalid JSON throws a `SyntaxError`.
pub fn parse<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    ctx.json_parse(text)
}

/// What `path`, in the syntax of GJSON, selects in `json`, as JSON; `None` where nothing is.
pub fn select(json: &str, path: &str) -> Option<String> {
    let found = gjson::get(json, path);
    found.exists().then(|| found.json().to_owned())
}
