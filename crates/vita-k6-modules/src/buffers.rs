//! Buffers of JavaScript as bytes.

use crate::raw::{Unreadable, copy_of};
use crate::text::text_of;
use rquickjs::function::This;
use rquickjs::{ArrayBuffer, Ctx, Exception, Function, Object, Result, TypedArray, Value};

/// A new `ArrayBuffer` with these bytes, counted by the engine's memory limit.
pub fn array_buffer<'js>(ctx: &Ctx<'js>, bytes: &[u8]) -> Result<Value<'js>> {
    Ok(ArrayBuffer::new_copy(ctx.clone(), bytes)?.into_value())
}

/// A copy of the bytes of an `ArrayBuffer`, a typed array or a `DataView`; `None` for anything else.
pub fn bytes_of(value: &Value<'_>) -> Result<Option<Vec<u8>>> {
    let Some(view) = View::of(value)? else {
        return Ok(None);
    };
    let ctx = value.ctx();
    let part = view.offset..view.offset.saturating_add(view.len);
    match copy_of(&view.buffer, part) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Unreadable::Detached) => Err(Exception::throw_type(ctx, "the buffer is detached")),
        Err(Unreadable::OutOfRange) => Err(Exception::throw_range(
            ctx,
            "the view lies outside its buffer",
        )),
    }
}

/// The bytes of a buffer, or a string's UTF-8; a `TypeError` for anything else.
pub fn bytes_or_text(value: &Value<'_>) -> Result<Vec<u8>> {
    if value.is_string() {
        return text_of(value).map(String::into_bytes);
    }
    match bytes_of(value)? {
        Some(bytes) => Ok(bytes),
        None => Err(Exception::throw_type(
            value.ctx(),
            &format!(
                "expected a string, an ArrayBuffer or a typed array, got {}",
                value.type_name()
            ),
        )),
    }
}

/// The bytes of a buffer; a `TypeError` that names `what` for anything else.
pub(crate) fn required_bytes(value: &Value<'_>, what: &str) -> Result<Vec<u8>> {
    match bytes_of(value)? {
        Some(bytes) => Ok(bytes),
        None => Err(Exception::throw_type(
            value.ctx(),
            &format!("{what} must be an ArrayBuffer or a typed array"),
        )),
    }
}

/// Length in bytes of a buffer or view; `None` for anything else.
pub(crate) fn byte_length(value: &Value<'_>) -> Result<Option<usize>> {
    Ok(View::of(value)?.map(|view| view.len))
}

/// Writes `bytes` to the start of a view.
///
/// It goes through the engine's own `set`, which refuses detached and immutable buffers.
pub(crate) fn write_to(value: &Value<'_>, bytes: &[u8]) -> Result<()> {
    let ctx = value.ctx();
    let Some(view) = View::of(value)? else {
        return Err(Exception::throw_type(ctx, "expected a typed array"));
    };
    if bytes.len() > view.len {
        return Err(Exception::throw_range(ctx, "the view is too short"));
    }
    let target = TypedArray::<u8>::from_arraybuffer(view.buffer)?;
    let source = TypedArray::<u8>::new_copy(ctx.clone(), bytes)?;
    let set: Function<'_> = target.as_object().get("set")?;
    set.call((This(target.into_value()), source, view.offset))
}

/// Which part of which buffer a value shows.
struct View<'js> {
    buffer: ArrayBuffer<'js>,
    offset: usize,
    len: usize,
}

impl<'js> View<'js> {
    fn of(value: &Value<'js>) -> Result<Option<Self>> {
        let Some(object) = value.as_object() else {
            return Ok(None);
        };
        if let Some(buffer) = ArrayBuffer::from_object(object.clone()) {
            let len = buffer.len();
            return Ok(Some(Self {
                buffer,
                offset: 0,
                len,
            }));
        }
        Self::of_view(object)
    }

    /// Typed arrays and `DataView`s both say what they show in three properties. An object that only
    /// pretends to be one reads a buffer that the script has anyway, and within its bounds.
    fn of_view(object: &Object<'js>) -> Result<Option<Self>> {
        let inner: Value<'js> = object.get("buffer")?;
        let Some(buffer) = inner.into_object().and_then(ArrayBuffer::from_object) else {
            return Ok(None);
        };
        let offset: Value<'js> = object.get("byteOffset")?;
        let len: Value<'js> = object.get("byteLength")?;
        let (Some(offset), Some(len)) = (offset.as_number(), len.as_number()) else {
            return Ok(None);
        };
        let (offset, len) = (offset as usize, len as usize);
        Ok(Some(Self {
            buffer,
            offset,
            len,
        }))
    }
}
