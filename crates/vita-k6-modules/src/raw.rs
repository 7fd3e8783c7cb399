#![expect(
    unsafe_code,
    reason = "rquickjs wants it for its lifetimes, for reading buffers, and for making and freezing values quickly"
)]
//! What can't be said to rquickjs in safe code.

use rquickjs::{ArrayBuffer, Ctx, Error, JsLifetime, Object, Result as JsResult, Value, qjs};
use std::mem;
use std::ops::Range;

/// A JavaScript object's hidden Rust value.
pub struct Held<T>(pub T);

// SAFETY: a `T: 'static` holds no value of a JavaScript heap, so the type is the same for each `'to`.
unsafe impl<T: 'static> JsLifetime<'_> for Held<T> {
    type Changed<'to> = Held<T>;
}

/// Freezes an object, without what is in it.
pub(crate) fn freeze(object: &Object<'_>) -> JsResult<()> {
    // SAFETY: the object and its context are alive.
    let done = unsafe { qjs::JS_FreezeObject(object.ctx().as_raw().as_ptr(), object.as_raw()) };
    if done < 0 {
        Err(Error::Exception)
    } else {
        Ok(())
    }
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

/// A value under construction, which is freed with it unless something takes it.
///
/// A `Value` counts its context with each clone; without that, JSON becomes values in two thirds of
/// the time.
pub(crate) struct Made<'a, 'js> {
    ctx: &'a Ctx<'js>,
    raw: qjs::JSValue,
}

/// The engine threw while a value was made: its memory is at an end.
pub(crate) struct Threw;

impl<'a, 'js> Made<'a, 'js> {
    pub(crate) fn null(ctx: &'a Ctx<'js>) -> Self {
        Self {
            ctx,
            raw: qjs::JS_NULL,
        }
    }

    pub(crate) fn bool(ctx: &'a Ctx<'js>, value: bool) -> Self {
        let raw = if value { qjs::JS_TRUE } else { qjs::JS_FALSE };
        Self { ctx, raw }
    }

    pub(crate) fn number(ctx: &'a Ctx<'js>, value: f64) -> Self {
        Self {
            ctx,
            raw: qjs::JS_NewFloat64(value),
        }
    }

    pub(crate) fn text(ctx: &'a Ctx<'js>, text: &str) -> Result<Self, Threw> {
        // SAFETY: the context is alive, and the text is read within its length.
        let raw = unsafe {
            qjs::JS_NewStringLen(ctx.as_raw().as_ptr(), text.as_ptr().cast(), text.len() as _)
        };
        Self::checked(ctx, raw)
    }

    pub(crate) fn array(ctx: &'a Ctx<'js>, elements: Vec<Self>) -> Result<Self, Threw> {
        let raw: Vec<qjs::JSValue> = elements.into_iter().map(Self::take).collect();
        // SAFETY: the context is alive; the array takes over the elements, whose count is given.
        let raw =
            unsafe { qjs::JS_NewArrayFrom(ctx.as_raw().as_ptr(), raw.len() as _, raw.as_ptr()) };
        Self::checked(ctx, raw)
    }

    pub(crate) fn object(ctx: &'a Ctx<'js>) -> Result<Self, Threw> {
        // SAFETY: the context is alive.
        let raw = unsafe { qjs::JS_NewObject(ctx.as_raw().as_ptr()) };
        Self::checked(ctx, raw)
    }

    /// Gives an object a property of its own, whatever its prototype has.
    pub(crate) fn define(&self, key: &Key<'_, '_>, value: Self) -> Result<(), Threw> {
        // SAFETY: the context, the object and the key are alive; the object takes over the value.
        let defined = unsafe {
            qjs::JS_DefinePropertyValue(
                self.ctx.as_raw().as_ptr(),
                self.raw,
                key.atom,
                value.take(),
                qjs::JS_PROP_C_W_E as _,
            )
        };
        if defined < 0 { Err(Threw) } else { Ok(()) }
    }

    pub(crate) fn into_value(self) -> Value<'js> {
        let ctx = self.ctx.clone();
        // SAFETY: the raw value is of this context, and its one reference goes over.
        unsafe { Value::from_raw(ctx, self.take()) }
    }

    fn checked(ctx: &'a Ctx<'js>, raw: qjs::JSValue) -> Result<Self, Threw> {
        // SAFETY: this only looks at the value's tag.
        if unsafe { qjs::JS_IsException(raw) } {
            Err(Threw)
        } else {
            Ok(Self { ctx, raw })
        }
    }

    fn take(self) -> qjs::JSValue {
        let raw = self.raw;
        mem::forget(self);
        raw
    }
}

impl Drop for Made<'_, '_> {
    fn drop(&mut self) {
        // SAFETY: nothing took the value, so its one reference is this.
        unsafe { qjs::JS_FreeValue(self.ctx.as_raw().as_ptr(), self.raw) };
    }
}

/// A property's name.
pub(crate) struct Key<'a, 'js> {
    ctx: &'a Ctx<'js>,
    atom: qjs::JSAtom,
}

impl<'a, 'js> Key<'a, 'js> {
    pub(crate) fn new(ctx: &'a Ctx<'js>, name: &str) -> Result<Self, Threw> {
        // SAFETY: the context is alive, and the name is read within its length.
        let atom = unsafe {
            qjs::JS_NewAtomLen(ctx.as_raw().as_ptr(), name.as_ptr().cast(), name.len() as _)
        };
        if atom == qjs::JS_ATOM_NULL as qjs::JSAtom {
            Err(Threw)
        } else {
            Ok(Self { ctx, atom })
        }
    }
}

impl Drop for Key<'_, '_> {
    fn drop(&mut self) {
        // SAFETY: the atom's one reference is this.
        unsafe { qjs::JS_FreeAtom(self.ctx.as_raw().as_ptr(), self.atom) };
    }
}
