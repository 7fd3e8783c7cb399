//! What happens on a socket, brought to the script's handler and the metrics.

use super::pump::Happened;
use crate::engine::{Completion, VuState};
use crate::realm::Realm;
use rquickjs::{Ctx, Function, IntoJs, Object, Result, Value};
use std::rc::Rc;
use std::time::Instant;
use tokio::sync::mpsc::Receiver;
use vita_k6_modules::array_buffer;
use vita_load::builtin;
use vita_wire::{Handshake, SocketEvent};

/// Lets the event loop wait for the next thing that happens on a socket.
pub(super) fn listen(vu: &VuState, id: u32, mut events: Receiver<Happened>) {
    vu.spawn(Box::pin(async move {
        let happened = events.recv().await;
        let complete: Completion = Box::new(move |ctx| deliver(ctx, id, happened, events));
        complete
    }));
}

fn deliver(
    ctx: &Ctx<'_>,
    id: u32,
    happened: Option<Happened>,
    events: Receiver<Happened>,
) -> Result<()> {
    let realm = Realm::of(ctx)?;
    let vu = Rc::clone(realm.vu());
    // A socket that the script has dropped is not listened to.
    let (Some(socket), Some(handler)) = (vu.sockets.find(id), realm.handler(id)) else {
        return Ok(());
    };
    let Some(happened) = happened else {
        socket.is_over.set(true);
        vu.sockets.open.borrow_mut().remove(&id);
        realm.forget_handler(id);
        let millis = socket.begun.elapsed().as_secs_f64() * 1e3;
        vu.tagging
            .add(builtin::WS_SESSION_DURATION, millis, &socket.tags.borrow());
        return handler.call(("end",));
    };
    listen(&vu, id, events);
    count(&vu, &socket, &happened);
    tell(ctx, &handler, happened)
}

/// Takes the samples of what happened.
fn count(vu: &VuState, socket: &super::SocketState, happened: &Happened) {
    match happened {
        Happened::Opened(handshake) => {
            let system = vu.tagging.system();
            let mut tags = socket.tags.borrow_mut();
            if system.has("status") {
                tags.push(("status".to_owned(), handshake.status.as_str().to_owned()));
            }
            if let Some(protocol) = handshake
                .protocol
                .as_ref()
                .filter(|_| system.has("subproto"))
            {
                tags.push(("subproto".to_owned(), protocol.clone()));
            }
            let timings = &handshake.timings;
            let millis = (timings.blocked + timings.waiting).as_secs_f64() * 1e3;
            vu.tagging.add(builtin::WS_SESSIONS, 1.0, &tags);
            vu.tagging.add(builtin::WS_CONNECTING, millis, &tags);
        }
        Happened::Event(SocketEvent::Text(_) | SocketEvent::Binary(_)) => {
            vu.tagging
                .add(builtin::WS_MSGS_RECEIVED, 1.0, &socket.tags.borrow());
        }
        Happened::Event(SocketEvent::Pong(data)) => {
            let mut pings = socket.pings.borrow_mut();
            if let Some(at) = pings.iter().position(|(sent, _)| sent == data) {
                let (_, sent): (_, Instant) = pings.remove(at);
                let millis = sent.elapsed().as_secs_f64() * 1e3;
                vu.tagging
                    .add(builtin::WS_PING, millis, &socket.tags.borrow());
            }
        }
        _ => {}
    }
}

fn tell<'js>(ctx: &Ctx<'js>, handler: &Function<'js>, happened: Happened) -> Result<()> {
    match happened {
        Happened::Opened(handshake) => handler.call(("open", answer(ctx, &handshake)?)),
        Happened::Refused(failure) => {
            let refusal = match &failure.refusal {
                Some(handshake) => answer(ctx, handshake)?.into_value(),
                None => Value::new_undefined(ctx.clone()),
            };
            handler.call(("refused", failure.error.to_string(), refusal))
        }
        Happened::Broke(error) => handler.call(("error", error.to_string())),
        Happened::Event(SocketEvent::Text(text)) => handler.call(("message", text.as_str())),
        Happened::Event(SocketEvent::Binary(data)) => {
            handler.call(("binaryMessage", array_buffer(ctx, &data)?))
        }
        Happened::Event(SocketEvent::Ping(data)) => {
            handler.call(("ping", String::from_utf8_lossy(&data).into_js(ctx)?))
        }
        Happened::Event(SocketEvent::Pong(data)) => {
            handler.call(("pong", String::from_utf8_lossy(&data).into_js(ctx)?))
        }
        Happened::Event(SocketEvent::Close(code, reason)) => handler.call(("close", code, reason)),
    }
}

/// A server's answer to the handshake.
fn answer<'js>(ctx: &Ctx<'js>, handshake: &Handshake) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    object.set("status", handshake.status.as_u16())?;
    object.set("headers", crate::http::headers_of(ctx, &handshake.headers)?)?;
    object.set(
        "body",
        String::from_utf8_lossy(&handshake.body).into_owned(),
    )?;
    object.set(
        "protocol",
        handshake.protocol.as_deref().unwrap_or_default(),
    )?;
    Ok(object)
}
