use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use bytes::Bytes;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;
use vita_telemetry::metric;

use super::TOKEN_CHECK_INTERVAL;
use super::access::LiveAccess;
use super::feed::Feed;
use super::pace::Pace;
use super::session::Session;
use crate::state::ApiState;

/// Read at once: messages of clients are small, and the library's default of 128 KiB would be most
/// of a socket's memory.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// Largest message of a client.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Most bytes that wait to be written; a message is written before the next one is taken.
const WRITE_BUFFER_BYTES_MAX: usize = 256 * 1024;
/// How often the client is asked whether it is still there.
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// After as many unanswered pings the client counts as gone.
const PINGS_MISSED_MAX: u32 = 2;
/// Longest time that a client may take to read a message. Too low: bad mobile lines lose their
/// socket; too high: dead ones hold memory.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the farewell is tried.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Why the server ends a socket (RFC 6455 §7.4; codes from 4000 are the application's).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Farewell {
    GoingAway,
    TooBig,
    TokenExpired,
    TooSlow,
    TooMany,
}

impl Farewell {
    const fn code(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::TooBig => 1009,
            Self::TokenExpired => 4401,
            Self::TooSlow => 4408,
            Self::TooMany => 4429,
        }
    }

    const fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "the server is shutting down",
            Self::TooBig => "the message is too large",
            Self::TokenExpired => "the token has expired",
            Self::TooSlow => "messages were not read in time",
            Self::TooMany => "too many messages came within a minute",
        }
    }
}

/// How a socket came to its end.
enum End {
    /// The client went, or is dead.
    Gone,
    /// The client closed it, and waits for the answer.
    Closed,
    /// The server says why.
    Told(Farewell),
}

/// Bounds what one socket may hold.
pub(crate) fn configure(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_frame_size(MESSAGE_BYTES_MAX)
}

/// Serves one socket to its end.
pub(crate) async fn serve_socket(state: ApiState, access: LiveAccess, mut socket: WebSocket) {
    let _open = metric::LIVE_SOCKETS.hold(["websocket"]);
    let LiveAccess {
        verified,
        slot: _slot,
    } = access;
    let feed = Feed::new(state.app.clone(), state.clock.clone(), &state.hub);
    let session = Session { verified, feed };
    let pace = Pace::new(state.config.socket_messages_per_minute, Instant::now());
    match converse(&mut socket, session, pace, &state.shutdown).await {
        End::Gone => {}
        // RFC 6455 §5.5.1: a close is answered with one. It is written by the next look at the socket;
        // without it the client would take the end for a failure.
        End::Closed => drop(timeout(CLOSE_TIMEOUT, socket.recv()).await),
        End::Told(farewell) => {
            if farewell == Farewell::TooSlow {
                metric::LIVE_SLOW_CONSUMERS.add(1, []);
            }
            let frame = CloseFrame {
                code: farewell.code(),
                reason: farewell.reason().into(),
            };
            // Who does not read cannot be told; the connection goes with the socket.
            let _ = timeout(CLOSE_TIMEOUT, socket.send(Message::Close(Some(frame)))).await;
        }
    }
}

async fn converse(
    socket: &mut WebSocket,
    mut session: Session,
    mut pace: Pace,
    shutdown: &CancellationToken,
) -> End {
    let mut ping = ticks(PING_INTERVAL);
    let mut check = ticks(TOKEN_CHECK_INTERVAL);
    let mut missed = 0;
    loop {
        let Session { verified, feed } = &mut session;
        tokio::select! {
            () = shutdown.cancelled() => return End::Told(Farewell::GoingAway),
            received = socket.recv() => {
                missed = 0;
                if !pace.allows(Instant::now()) {
                    return End::Told(Farewell::TooMany);
                }
                let text = match received {
                    Some(Ok(Message::Text(text))) => text,
                    // Not JSON, and so answered like everything else that is not.
                    Some(Ok(Message::Binary(_))) => Utf8Bytes::default(),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Close(_))) => return End::Closed,
                    None => return End::Gone,
                    Some(Err(error)) => return end_of(&error),
                };
                for answer in session.answer(&text).await {
                    if let Err(end) = send(socket, Message::text(answer)).await {
                        return end;
                    }
                }
            }
            update = feed.next(&verified.caller) => {
                if let Err(end) = send(socket, Message::text(update.text)).await {
                    return end;
                }
            }
            _ = ping.tick() => {
                if missed >= PINGS_MISSED_MAX {
                    return End::Gone;
                }
                missed += 1;
                if let Err(end) = send(socket, Message::Ping(Bytes::new())).await {
                    return end;
                }
            }
            _ = check.tick() => {
                if !session.is_valid().await {
                    return End::Told(Farewell::TokenExpired);
                }
            }
        }
    }
}

/// Writes a message, for as long as a client may take to read one.
async fn send(socket: &mut WebSocket, message: Message) -> Result<(), End> {
    match timeout(SEND_TIMEOUT, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(End::Told(Farewell::TooSlow)),
    }
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// A message beyond the limit is told; other faults end the connection by themselves.
fn end_of(error: &axum::Error) -> End {
    if error.to_string().contains("too long") {
        End::Told(Farewell::TooBig)
    } else {
        End::Gone
    }
}
