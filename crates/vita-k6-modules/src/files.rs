//! `k6/experimental/fs`: files read in pieces. The bytes lie in memory once for all virtual users.

use crate::buffers::{byte_length, write_to};
use crate::classes::{Held, Native, held, hold};
use crate::host::host;
use crate::promises::settled;
use crate::text::text_of;
use rquickjs::function::{Func, Opt, This};
use rquickjs::object::Accessor;
use rquickjs::{Class, Ctx, Exception, IntoJs, Object, Result, Value};
use std::cell::Cell;
use std::sync::Arc;

pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    exports.set("open", Func::from(open))?;
    let modes = Object::new(ctx.clone())?;
    modes.set("Start", 0)?;
    modes.set("Current", 1)?;
    modes.set("End", 2)?;
    exports.set("SeekMode", modes)?;
    Ok(exports)
}

/// An open file.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) bytes: Arc<[u8]>,
    position: Cell<usize>,
}

impl Native for File {
    const NAME: &'static str = "File";

    fn define(prototype: &Object<'_>) -> Result<()> {
        prototype.prop("path", Accessor::from(path).enumerable())?;
        prototype.set("read", Func::from(read))?;
        prototype.set("seek", Func::from(seek))?;
        prototype.set("stat", Func::from(stat))
    }
}

/// The file that a value is.
pub(crate) fn file_of<'js>(value: &Value<'js>) -> Result<Class<'js, Held<File>>> {
    held(value).ok_or_else(|| Exception::throw_type(value.ctx(), "this is not a File"))
}

fn open<'js>(ctx: Ctx<'js>, path: Opt<Value<'js>>) -> Result<Value<'js>> {
    settled(&ctx, |ctx| {
        let host = host(ctx)?;
        if !host.is_init() {
            let message = "open() must be called in the init context";
            return Err(Exception::throw_message(ctx, message));
        }
        let path = match path.0 {
            Some(path) if path.is_string() => text_of(&path)?,
            _ => {
                return Err(Exception::throw_type(
                    ctx,
                    "open() needs the path of a file",
                ));
            }
        };
        let bytes = host
            .read_file(&path)
            .map_err(|message| Exception::throw_message(ctx, &message))?;
        hold(
            ctx,
            File {
                path,
                bytes,
                position: Cell::new(0),
            },
        )
    })
}

fn path(this: This<Value<'_>>) -> Result<String> {
    let file = file_of(&this)?;
    let path = file.borrow().0.path.clone();
    Ok(path)
}

/// Reads into a `Uint8Array`; `null` at the end of the file.
fn read<'js>(ctx: Ctx<'js>, this: This<Value<'js>>, into: Opt<Value<'js>>) -> Result<Value<'js>> {
    settled(&ctx, |ctx| {
        let file = file_of(&this)?;
        let file = file.borrow();
        let Some(into) = into.0 else {
            return Err(Exception::throw_type(ctx, "read() needs a Uint8Array"));
        };
        let Some(room) = byte_length(&into)? else {
            return Err(Exception::throw_type(ctx, "read() needs a Uint8Array"));
        };
        let file = &file.0;
        let start = file.position.get().min(file.bytes.len());
        let end = file.bytes.len().min(start.saturating_add(room));
        if start == file.bytes.len() {
            return Ok(Value::new_null(ctx.clone()));
        }
        write_to(&into, &file.bytes[start..end])?;
        file.position.set(end);
        (end - start).into_js(ctx)
    })
}

fn seek<'js>(
    ctx: Ctx<'js>,
    this: This<Value<'js>>,
    offset: Opt<Value<'js>>,
    whence: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    settled(&ctx, |ctx| {
        let file = file_of(&this)?;
        let file = file.borrow();
        let file = &file.0;
        let offset = offset.0.as_ref().and_then(Value::as_number);
        let Some(offset) = offset.filter(|offset| offset.fract() == 0.0) else {
            return Err(Exception::throw_type(ctx, "seek() needs a whole number"));
        };
        let from = match whence.0.as_ref().and_then(Value::as_number) {
            None | Some(0.0) => 0,
            Some(1.0) => file.position.get(),
            Some(2.0) => file.bytes.len(),
            Some(_) => return Err(Exception::throw_type(ctx, "seek() needs a SeekMode")),
        };
        let position = from as f64 + offset;
        if !(0.0..=file.bytes.len() as f64).contains(&position) {
            return Err(Exception::throw_range(
                ctx,
                "the position lies outside of the file",
            ));
        }
        file.position.set(position as usize);
        Ok(position)
    })
}

fn stat<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<Value<'js>> {
    settled(&ctx, |ctx| {
        let file = file_of(&this)?;
        let file = file.borrow();
        let info = Object::new(ctx.clone())?;
        let name = file.0.path.rsplit(['/', '\\']).next().unwrap_or_default();
        info.set("name", name)?;
        info.set("size", file.0.bytes.len())?;
        Ok(info)
    })
}
