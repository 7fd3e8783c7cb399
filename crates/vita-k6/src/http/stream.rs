//! `vitascope/stream`, beyond k6: bodies that are made or read while they are sent, and answers that
//! are read as they come.

use super::params::ResponseType;
use super::send::{Prepared, late, method_of, prepare, record};
use super::sse::Events;
use crate::realm::Realm;
use bytes::Bytes;
use rquickjs::function::{Func, Opt, This};
use rquickjs::object::Accessor;
use rquickjs::{Ctx, Exception, IntoJs, Null, Object, Result, Value};
use std::cell::RefCell;
use std::fs::File;
use std::sync::Arc;
use vita_k6_modules::{Native, held, hold};
use vita_k6_modules::{array_buffer, text_of};
use vita_wire::{Pattern, Segment, Streaming, WireError};

/// Bytes of one server-sent event that are held while its end has not come.
const EVENT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A body that is made while it is sent.
struct Source(Segment);

impl Native for Source {
    const NAME: &'static str = "StreamBody";

    fn define(prototype: &Object<'_>) -> Result<()> {
        fn size(this: This<Value<'_>>) -> f64 {
            segment_of(&this.0).map_or(0.0, |segment| segment.len() as f64)
        }
        prototype.prop("size", Accessor::new_get(size).enumerable())
    }
}

/// What a script's value sends, when it is made while it is sent.
pub(super) fn segment_of(value: &Value<'_>) -> Option<Segment> {
    held::<Source>(value).map(|source| source.borrow().0.0.clone())
}

/// The object of the module's exports.
pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    exports.set("generate", Func::from(generate))?;
    exports.set("fileRange", Func::from(file_range))?;
    exports.set("open", Func::from(open))?;
    Ok(exports)
}

/// `generate(bytes, { seed })` or `generate(bytes, { repeat: 'text' })`
fn generate<'js>(ctx: Ctx<'js>, bytes: f64, options: Opt<Object<'js>>) -> Result<Value<'js>> {
    let mut pattern = Pattern::Seeded(0);
    if let Some(options) = &options.0 {
        let unit: Value<'js> = options.get("repeat")?;
        if unit.is_undefined() {
            let seed = options.get::<_, Option<f64>>("seed")?.unwrap_or(0.0);
            pattern = Pattern::Seeded(seed as i64 as u64);
        } else {
            let unit = Bytes::from(text_of(&unit)?);
            if unit.is_empty() {
                return Err(Exception::throw_range(&ctx, "`repeat` must not be empty"));
            }
            pattern = Pattern::Repeat(unit);
        }
    }
    let bytes = whole(&ctx, "bytes", bytes)?;
    let segment = Segment::Generated { bytes, pattern };
    Ok(hold(&ctx, Source(segment))?.into_value())
}

/// `fileRange(path, { offset, bytes })`: a part of a file, or all of it.
fn file_range<'js>(ctx: Ctx<'js>, path: String, options: Opt<Object<'js>>) -> Result<Value<'js>> {
    let realm = Realm::of(&ctx)?;
    if !realm.vu().in_init() {
        return Err(Exception::throw_message(
            &ctx,
            "files are opened in the init stage, at the script's top level",
        ));
    }
    let path = realm.library().data_path(None, &path);
    let (file, size) = realm
        .library()
        .open(&path)
        .map_err(|message| Exception::throw_message(&ctx, &message))?;
    let (mut offset, mut bytes) = (0, None);
    if let Some(options) = &options.0 {
        offset = whole(
            &ctx,
            "offset",
            options.get::<_, Option<f64>>("offset")?.unwrap_or(0.0),
        )?;
        bytes = options.get::<_, Option<f64>>("bytes")?;
    }
    let left = size.saturating_sub(offset);
    let bytes = match bytes {
        Some(bytes) => whole(&ctx, "bytes", bytes)?,
        None => left,
    };
    if offset > size || bytes > left {
        return Err(Exception::throw_range(
            &ctx,
            &format!(
                "`{}` has {size} bytes: the range is beyond its end",
                path.display()
            ),
        ));
    }
    Ok(hold(&ctx, Source(range(file, offset, bytes)))?.into_value())
}

fn range(file: Arc<File>, offset: u64, bytes: u64) -> Segment {
    Segment::File {
        file,
        offset,
        bytes,
    }
}

/// A count of bytes that a script has given.
fn whole(ctx: &Ctx<'_>, name: &str, number: f64) -> Result<u64> {
    // 2^53: beyond it a script's numbers are not whole.
    if (0.0..=9_007_199_254_740_992.0).contains(&number) && number.fract() == 0.0 {
        return Ok(number as u64);
    }
    Err(Exception::throw_range(
        ctx,
        &format!("`{name}` must be a whole number of bytes, not {number}"),
    ))
}

/// An answer whose body is read as it comes.
struct Incoming {
    state: RefCell<Option<State>>,
    status: u16,
    headers: http::HeaderMap,
    error: RefCell<String>,
}

struct State {
    streaming: Streaming,
    meta: super::send::Meta,
    events: Events,
    /// The start of a character that a piece has cut.
    cut: Vec<u8>,
}

impl Native for Incoming {
    const NAME: &'static str = "StreamResponse";

    fn define(prototype: &Object<'_>) -> Result<()> {
        prototype.prop("status", Accessor::new_get(status).enumerable())?;
        prototype.prop("headers", Accessor::new_get(headers).enumerable())?;
        prototype.prop("error", Accessor::new_get(error).enumerable())?;
        prototype.set("read", Func::from(read_text))?;
        prototype.set("readBytes", Func::from(read_bytes))?;
        prototype.set("event", Func::from(read_event))?;
        prototype.set("close", Func::from(close))
    }
}

/// `open(method, url, body, params)`
fn open<'js>(
    ctx: Ctx<'js>,
    method: Value<'js>,
    url: Value<'js>,
    body: Opt<Value<'js>>,
    params: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    let method = method_of(&ctx, &method)?;
    let prepared = prepare(&ctx, method, &url, body.0.as_ref(), params.0.as_ref())?;
    let realm = Realm::of(&ctx)?;
    let vu = realm.vu();
    let Prepared { request, mut meta } = prepared;
    meta.response_type = ResponseType::None;
    let request = request
        .map_err(|unsendable| Exception::throw_message(&ctx, &unsendable.error.to_string()))?;
    let client = super::send::client_of(&ctx, vu)?;
    let incoming = match vu.wait(&ctx, late(|| client.open(request)))? {
        Ok(streaming) => {
            let head = streaming.head();
            let (status, headers) = (head.status.as_u16(), head.headers.clone());
            let state = State {
                streaming,
                meta,
                events: Events::new(EVENT_BYTES_MAX),
                cut: Vec::new(),
            };
            Incoming {
                state: RefCell::new(Some(state)),
                status,
                headers,
                error: RefCell::default(),
            }
        }
        Err(outcome) => {
            record(&ctx, vu, &outcome, &meta)?;
            Incoming {
                state: RefCell::new(None),
                status: 0,
                headers: http::HeaderMap::new(),
                error: RefCell::new(
                    outcome
                        .error()
                        .map_or_else(String::new, ToString::to_string),
                ),
            }
        }
    };
    Ok(hold(&ctx, incoming)?.into_value())
}

fn with_incoming<'js, T>(
    ctx: &Ctx<'js>,
    this: &Value<'js>,
    then: impl FnOnce(&Incoming) -> Result<T>,
) -> Result<T> {
    match held::<Incoming>(this) {
        Some(incoming) => then(&incoming.borrow().0),
        None => Err(Exception::throw_type(ctx, "not a streamed response")),
    }
}

fn status<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<u16> {
    with_incoming(&ctx, &this.0, |incoming| Ok(incoming.status))
}

fn headers<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<Value<'js>> {
    with_incoming(&ctx, &this.0, |incoming| {
        super::headers_of(&ctx, &incoming.headers)
    })
}

fn error<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<String> {
    with_incoming(&ctx, &this.0, |incoming| {
        Ok(incoming.error.borrow().clone())
    })
}

/// The next piece of the body; nothing at its end.
fn next_piece(ctx: &Ctx<'_>, incoming: &Incoming) -> Result<Option<Bytes>> {
    let realm = Realm::of(ctx)?;
    let Some(mut state) = incoming.state.take() else {
        return Ok(None);
    };
    // An interrupted wait drops the answer, which closes its connection.
    let (state, piece) = realm.vu().wait(ctx, async move {
        let piece = state.streaming.next().await;
        (state, piece)
    })?;
    match piece {
        Ok(Some(piece)) => {
            incoming.state.replace(Some(state));
            Ok(Some(piece))
        }
        Ok(None) => finish(ctx, incoming, state, None).map(|()| None),
        Err(error) => finish(ctx, incoming, state, Some(error)).map(|()| None),
    }
}

/// Ends the exchange and takes its samples.
fn finish(
    ctx: &Ctx<'_>,
    incoming: &Incoming,
    state: State,
    error: Option<WireError>,
) -> Result<()> {
    if let Some(error) = &error {
        incoming.error.replace(error.to_string());
    }
    let outcome = state.streaming.end(error);
    record(ctx, Realm::of(ctx)?.vu(), &outcome, &state.meta)
}

fn read_bytes<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<Value<'js>> {
    with_incoming(&ctx, &this.0, |incoming| {
        match next_piece(&ctx, incoming)? {
            Some(piece) => array_buffer(&ctx, &piece),
            None => Null.into_js(&ctx),
        }
    })
}

fn read_text<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<Value<'js>> {
    with_incoming(&ctx, &this.0, |incoming| {
        loop {
            let Some(piece) = next_piece(&ctx, incoming)? else {
                return Null.into_js(&ctx);
            };
            let mut state = incoming.state.borrow_mut();
            let mut bytes = state
                .as_mut()
                .map_or_else(Vec::new, |state| std::mem::take(&mut state.cut));
            bytes.extend_from_slice(&piece);
            if let Err(error) = std::str::from_utf8(&bytes)
                && error.error_len().is_none()
                && let Some(state) = state.as_mut()
            {
                state.cut = bytes.split_off(error.valid_up_to());
            }
            if !bytes.is_empty() {
                return String::from_utf8_lossy(&bytes).into_owned().into_js(&ctx);
            }
        }
    })
}

/// The next server-sent event, as `{ event, data, id }`; null at the end.
fn read_event<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<Value<'js>> {
    with_incoming(&ctx, &this.0, |incoming| {
        loop {
            if let Some(state) = incoming.state.borrow_mut().as_mut()
                && let Some(event) = state.events.take()
            {
                let object = Object::new(ctx.clone())?;
                object.set("event", event.kind)?;
                object.set("data", event.data)?;
                object.set("id", event.id)?;
                return Ok(object.into_value());
            }
            let Some(piece) = next_piece(&ctx, incoming)? else {
                return Null.into_js(&ctx);
            };
            if let Some(state) = incoming.state.borrow_mut().as_mut() {
                state
                    .events
                    .push(&piece)
                    .map_err(|problem| Exception::throw_message(&ctx, &problem))?;
            }
        }
    })
}

/// Ends the exchange where it is.
fn close<'js>(ctx: Ctx<'js>, this: This<Value<'js>>) -> Result<()> {
    with_incoming(&ctx, &this.0, |incoming| {
        let state = incoming.state.take();
        match state {
            Some(state) => finish(&ctx, incoming, state, None),
            None => Ok(()),
        }
    })
}
