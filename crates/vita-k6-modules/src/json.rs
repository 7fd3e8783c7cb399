//! JSON: selecting by a path of GJSON, and values for scripts.

use rquickjs::{Ctx, Result, Value};
use serde::de::IgnoredAny;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Most bytes of a path; people write some dozens.
const PATH_BYTES_MAX: usize = 4096;
/// Most wildcards in a path: each may try every place of a name.
const PATH_WILDCARDS_MAX: usize = 16;
/// Most brackets in a path, which nest queries and lists of paths.
const PATH_BRACKETS_MAX: usize = 32;

/// The JavaScript value of a JSON text; invalid JSON throws a `SyntaxError`.
///
/// Numbers beyond 2^53 become the nearest double, as everywhere in JavaScript.
pub fn parse<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    ctx.json_parse(text)
}

/// What `path`, in the syntax of GJSON, selects in `json`, as JSON.
///
/// `None` where nothing is there, where `json` is invalid or nests more than 128 levels, and where the
/// path is beyond what people write.
pub fn select(json: &str, path: &str) -> Option<String> {
    let is_admitted = path.len() <= PATH_BYTES_MAX
        && count(path, &['*', '?']) <= PATH_WILDCARDS_MAX
        && count(path, &['(', '[', '{']) <= PATH_BRACKETS_MAX;
    if !is_admitted {
        return None;
    }
    // The selecting library takes its input to be valid.
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let selected = catch_unwind(AssertUnwindSafe(|| {
        let found = gjson::get(json, path);
        found.exists().then(|| found.json().to_owned())
    }));
    let selected = selected.ok().flatten()?;
    serde_json::from_str::<IgnoredAny>(&selected)
        .is_ok()
        .then_some(selected)
}

fn count(path: &str, wanted: &[char]) -> usize {
    path.chars().filter(|c| wanted.contains(c)).count()
}
