//! `k6/ws` and `k6/websockets`.
//!
//! A socket is a task on the virtual user's worker, so that pings are answered also while the
//! script waits for something else. What the script sends goes to the task by one queue, and what
//! arrives comes by another; both are short, so that neither side can fill the memory.

mod events;
mod pump;

use crate::engine::VuState;
use crate::event_loop::{self, Until};
use crate::http::{Params, read_params};
use crate::modules::Scripted;
use crate::realm::Realm;
use bytes::Bytes;
use events::listen;
use pump::{Command, pump};
use rquickjs::function::{Func, Opt};
use rquickjs::{Ctx, Exception, Function, Object, Result, Value};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, spawn_local};
use vita_k6_modules::{bytes_of, text_of};
use vita_load::builtin;
use vita_wire::SocketRequest;

static BLOCKING: Scripted = Scripted::new("vita:ws", include_str!("blocking.js"));
static EVENTS: Scripted = Scripted::new("vita:websockets", include_str!("events.js"));

/// Messages that wait to be sent. A script that sends faster than its server reads gets an error.
const UNSENT_MAX: usize = 4_096;

/// Messages that wait for the script; beyond them nothing is read from the socket.
const UNREAD_MAX: usize = 64;

/// The sockets of a virtual user.
#[derive(Default)]
pub(crate) struct Sockets {
    open: RefCell<HashMap<u32, Rc<SocketState>>>,
    last_id: Cell<u32>,
}

/// What the script's side knows of a socket.
struct SocketState {
    commands: mpsc::Sender<Command>,
    task: AbortHandle,
    begun: Instant,
    tags: RefCell<Vec<(String, String)>>,
    pings: RefCell<Vec<(Bytes, Instant)>>,
    is_over: Rc<Cell<bool>>,
}

impl Drop for SocketState {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Sockets {
    /// Closes all sockets without a word to the other sides.
    pub(crate) fn abandon(&self) {
        self.open.borrow_mut().clear();
    }

    fn find(&self, id: u32) -> Option<Rc<SocketState>> {
        self.open.borrow().get(&id).map(Rc::clone)
    }
}

/// The object of `k6/ws`.
pub(crate) fn blocking_exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    BLOCKING.build(ctx, native(ctx)?)
}

/// The object of `k6/websockets`.
pub(crate) fn event_exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    EVENTS.build(ctx, native(ctx)?)
}

fn native<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    native.set("connect", Func::from(connect))?;
    native.set("send", Func::from(send))?;
    native.set("ping", Func::from(ping))?;
    native.set("close", Func::from(close))?;
    native.set("wait", Func::from(wait))?;
    native.set("drop", Func::from(drop_socket))?;
    native.set("warn", Func::from(warn))?;
    Ok(native)
}

/// Begins to connect; `handler(kind, …)` is called for all that happens. The socket's number.
fn connect<'js>(
    ctx: Ctx<'js>,
    url: Value<'js>,
    protocols: Vec<String>,
    params: Opt<Value<'js>>,
    handler: Function<'js>,
) -> Result<u32> {
    let realm = Realm::of(&ctx)?;
    let vu = realm.vu();
    let Some(client) = vu.client.clone().filter(|_| !vu.in_init()) else {
        return Err(Exception::throw_message(
            &ctx,
            "using WebSockets in the init context is not supported",
        ));
    };
    let url = text_of(&url)?;
    let target = client
        .target(&url)
        .map_err(|error| Exception::throw_message(&ctx, &error.to_string()))?;
    let params = read_params(&ctx, vu, params.0.as_ref())?;
    let tags = tags_of_socket(vu, &url, &params);
    let request = SocketRequest {
        target,
        headers: params.headers,
        protocols,
        jar: params.jar,
        cookies: params.cookies,
        timeout: params.timeout,
        // Messages are sent as they are: servers may not refuse that.
        compression: None,
    };
    let (commands, to_send) = mpsc::channel(UNSENT_MAX);
    let (happened, events) = mpsc::channel(UNREAD_MAX);
    let task = spawn_local(pump(client, request, to_send, happened)).abort_handle();
    let id = vu.sockets.last_id.get() + 1;
    vu.sockets.last_id.set(id);
    let state = Rc::new(SocketState {
        commands,
        task,
        begun: Instant::now(),
        tags: RefCell::new(tags),
        pings: RefCell::default(),
        is_over: Rc::default(),
    });
    vu.sockets.open.borrow_mut().insert(id, state);
    realm.keep_handler(id, handler);
    listen(vu, id, events);
    Ok(id)
}

fn tags_of_socket(vu: &VuState, url: &str, params: &Params) -> Vec<(String, String)> {
    let system = vu.tagging.system();
    let name = params.tags.name.as_deref().unwrap_or(url);
    let mut tags: Vec<(String, String)> = [("url", url), ("name", name)]
        .into_iter()
        .filter(|(key, _)| system.has(key))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    tags.extend(params.tags.tags.iter().cloned());
    tags
}

/// Hands a command to the socket's task; whether it was taken.
fn command(ctx: &Ctx<'_>, id: u32, command: Command) -> Result<bool> {
    let realm = Realm::of(ctx)?;
    let vu = realm.vu();
    let Some(socket) = vu.sockets.find(id) else {
        return Ok(false);
    };
    let is_message = matches!(command, Command::Text(_) | Command::Binary(_));
    match socket.commands.try_send(command) {
        Ok(()) => {
            if is_message {
                vu.tagging
                    .add(builtin::WS_MSGS_SENT, 1.0, &socket.tags.borrow());
            }
            Ok(true)
        }
        Err(mpsc::error::TrySendError::Closed(_)) => Ok(false),
        Err(mpsc::error::TrySendError::Full(_)) => Err(Exception::throw_message(
            ctx,
            &format!(
                "{UNSENT_MAX} messages wait to be sent: the other side does not read them; send less, or wait for its answers"
            ),
        )),
    }
}

fn send<'js>(ctx: Ctx<'js>, id: u32, data: Value<'js>) -> Result<bool> {
    let message = if data.is_string() {
        Command::Text(text_of(&data)?)
    } else {
        match bytes_of(&data)? {
            Some(bytes) => Command::Binary(bytes.into()),
            None => {
                return Err(Exception::throw_type(
                    &ctx,
                    "a message must be a string, an ArrayBuffer or a typed array",
                ));
            }
        }
    };
    command(&ctx, id, message)
}

fn ping(ctx: Ctx<'_>, id: u32) -> Result<bool> {
    let realm = Realm::of(&ctx)?;
    let Some(socket) = realm.vu().sockets.find(id) else {
        return Ok(false);
    };
    let mut pings = socket.pings.borrow_mut();
    let data = Bytes::from(format!("{}", pings.len()).into_bytes());
    pings.push((data.clone(), Instant::now()));
    drop(pings);
    command(&ctx, id, Command::Ping(data))
}

fn close(ctx: Ctx<'_>, id: u32, code: Opt<u16>, reason: Opt<String>) -> Result<bool> {
    // RFC 6455 §7.4.1: 1000 is a normal end.
    let close = Command::Close(code.0.unwrap_or(1000), reason.0.unwrap_or_default());
    command(&ctx, id, close)
}

/// Runs the event loop until the socket is over.
fn wait(ctx: Ctx<'_>, id: u32) -> Result<()> {
    let realm = Realm::of(&ctx)?;
    let Some(socket) = realm.vu().sockets.find(id) else {
        return Ok(());
    };
    let is_over = Rc::clone(&socket.is_over);
    drop(socket);
    event_loop::run(&ctx, None, Until::Flag(&is_over)).map_err(|error| realm.rethrow(&ctx, error))
}

/// Leaves a socket as it is.
fn drop_socket(ctx: Ctx<'_>, id: u32) -> Result<()> {
    let realm = Realm::of(&ctx)?;
    let socket = realm.vu().sockets.open.borrow_mut().remove(&id);
    if let Some(socket) = &socket {
        socket.is_over.set(true);
    }
    realm.forget_handler(id);
    Ok(())
}

fn warn(ctx: Ctx<'_>, message: String) -> Result<()> {
    Realm::of(&ctx)?
        .vu()
        .log(crate::logging::Level::Warning, &message, &[]);
    Ok(())
}
