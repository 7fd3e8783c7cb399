#![expect(
    unsafe_code,
    reason = "rquickjs wants it for its lifetimes and for reading buffers"
)]
//! What can't be said to rquickjs in safe code.

use rquickjs::{ArrayBuffer, JsLifetime};
use std::ops::Range;

/// A JavaScript object's hidden Rust value.
pub(crate) struct Held<T>(pub(crate) T);

// SAFETY: a `T: 'static` holds no value of a JavaScript heap, so the type is the same for each `'to`.
unsafe impl<T: 'static> JsLifetime<'_> for Held<T> {
    type Changed<'to> = Held<T>;
}

/// Why a part of a buffer can't be read.
pub(crate) enum Unreadable {
    Detached,
    OutOfRange,
}

/// A copy of a part of a buffer.
pub(crate) fn copy_of(buffer: &ArrayBuffer<'_>, part: Range<usize>) -> Result<Vec<u8>, Unreadable> {
    let raw = buffer.as_raw().ok_or(Unreadable::Detached)?;
    // SAFETY: `as_raw` gives the buffer's live memory, and no JavaScript runs until it was copied.
    let all = unsafe { raw.as_ref() };
    let bytes = all.get(part).ok_or(Unreadable::OutOfRange)?;
    Ok(bytes.to_vec())
}
