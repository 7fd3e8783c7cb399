//! `k6/experimental/streams`.

use rquickjs::{Ctx, Object, Result};

pub(crate) const EXPORTS: &[&str] = &[
    "ReadableStream",
    "ReadableStreamDefaultReader",
    "ReadableStreamDefaultController",
    "WritableStream",
    "WritableStreamDefaultWriter",
    "WritableStreamDefaultController",
    "CountQueuingStrategy",
    "ByteLengthQueuingStrategy",
];

pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    ctx.eval(include_str!("../js/streams.js"))
}
