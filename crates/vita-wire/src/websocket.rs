//! WebSockets (RFC 6455) over the same dialling as HTTP: names, block lists, TLS, cookies.

use std::rc::Rc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use http::header::{
    AUTHORIZATION, CONNECTION, COOKIE, HOST, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
};
use http::{HeaderMap, Request, StatusCode, response};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::auth;
use crate::body::{Body, OutBody};
use crate::client::Client;
use crate::connection::Http1;
use crate::dial::DialTimes;
use crate::error::WireError;
use crate::exchange::BodyStream;
use crate::follow::{cookie_header, store_cookies};
use crate::request::{REQUEST_TIMEOUT_DEFAULT, RequestCookie, SharedJar};
use crate::response::{ConnectionInfo, Timings};
use crate::stream::Wire;
use crate::target::Target;
use crate::tls::Alpn;

/// Bytes of a refusal's body that are kept: enough for a message.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;

/// Bytes that are read at a time. Thousands of sockets are open at once, and most messages are
/// short: the default of 128 KiB for each would be most of their memory.
const READ_BUFFER_BYTES: usize = 8 * 1024;

/// Bytes that are gathered before they are written; with zero each message goes out at once.
const WRITE_BUFFER_BYTES: usize = 0;

/// Bytes that a socket whose other side doesn't read holds back at most, beyond one message.
const UNSENT_BYTES_MAX: usize = 16 << 20;

/// What a socket is opened with.
#[derive(Clone)]
pub struct SocketRequest {
    /// Where to (`ws` or `wss`).
    pub target: Rc<Target>,
    /// Headers besides the handshake's own.
    pub headers: HeaderMap,
    /// Subprotocols that the script knows, the dearest first.
    pub protocols: Vec<String>,
    /// The jar that is read and written.
    pub jar: Option<SharedJar>,
    /// Cookies besides the jar's.
    pub cookies: Vec<RequestCookie>,
    /// The most time that opening may take.
    pub timeout: Duration,
    /// What the script gave as `compression`; only nothing is supported.
    pub compression: Option<String>,
}

impl SocketRequest {
    /// A socket with nothing but where it leads.
    pub fn new(target: Rc<Target>) -> Self {
        Self {
            target,
            headers: HeaderMap::new(),
            protocols: Vec::new(),
            jar: None,
            cookies: Vec::new(),
            timeout: REQUEST_TIMEOUT_DEFAULT,
            compression: None,
        }
    }
}

/// A server's answer to the handshake.
#[derive(Clone, Debug)]
pub struct Handshake {
    /// The status: 101 when the socket opened.
    pub status: StatusCode,
    /// The answer's headers.
    pub headers: HeaderMap,
    /// The body of a refusal, as far as it came with its head.
    pub body: Bytes,
    /// The subprotocol that the server chose.
    pub protocol: Option<String>,
    /// The connection; nothing when there was none.
    pub connection: Option<Rc<ConnectionInfo>>,
    /// How long the phases of opening took.
    pub timings: Timings,
}

/// A socket that did not open.
#[derive(Debug)]
pub struct SocketFailure {
    /// Why.
    pub error: WireError,
    /// The server's refusal, when it gave one.
    pub refusal: Option<Handshake>,
}

/// What a socket brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// A text.
    Text(Utf8Bytes),
    /// Bytes.
    Binary(Bytes),
    /// A ping, which has been answered.
    Ping(Bytes),
    /// A pong.
    Pong(Bytes),
    /// The other side closes, with its code (1005 when it gave none) and reason.
    Close(u16, String),
}

/// The sending half of a socket.
pub struct SocketSender(SplitSink<WebSocketStream<Wire>, Message>);

/// The receiving half of a socket.
pub struct SocketReceiver(SplitStream<WebSocketStream<Wire>>);

/// An open socket.
pub struct Socket {
    /// Sends.
    pub sender: SocketSender,
    /// Receives.
    pub receiver: SocketReceiver,
    /// How it was opened.
    pub handshake: Handshake,
}

impl SocketSender {
    /// Sends a text.
    pub async fn send_text(&mut self, text: String) -> Result<(), WireError> {
        self.send(Message::text(text)).await
    }

    /// Sends bytes.
    pub async fn send_binary(&mut self, data: Bytes) -> Result<(), WireError> {
        self.send(Message::binary(data)).await
    }

    /// Sends a ping.
    pub async fn ping(&mut self, data: Bytes) -> Result<(), WireError> {
        self.send(Message::Ping(data)).await
    }

    /// Sends a pong that nobody asked for.
    pub async fn pong(&mut self, data: Bytes) -> Result<(), WireError> {
        self.send(Message::Pong(data)).await
    }

    /// Begins to close; the other side's answer arrives as [`SocketEvent::Close`].
    pub async fn close(&mut self, code: u16, reason: String) -> Result<(), WireError> {
        let frame = CloseFrame {
            code: CloseCode::from(code),
            reason: reason.into(),
        };
        self.send(Message::Close(Some(frame))).await
    }

    async fn send(&mut self, message: Message) -> Result<(), WireError> {
        self.0.send(message).await.map_err(read_error)
    }
}

impl SocketReceiver {
    /// The next event; nothing when the socket has closed. Cancel safe.
    ///
    /// # Errors
    ///
    /// The connection broke, or the other side broke the protocol or the limit of messages.
    pub async fn next(&mut self) -> Result<Option<SocketEvent>, WireError> {
        loop {
            let event = match self.0.next().await {
                None | Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) => {
                    return Ok(None);
                }
                Some(Err(error)) => return Err(read_error(error)),
                Some(Ok(message)) => message,
            };
            return Ok(Some(match event {
                Message::Text(text) => SocketEvent::Text(text),
                Message::Binary(data) => SocketEvent::Binary(data),
                Message::Ping(data) => SocketEvent::Ping(data),
                Message::Pong(data) => SocketEvent::Pong(data),
                // RFC 6455 §7.4.1: 1005 says that no code came.
                Message::Close(None) => SocketEvent::Close(1005, String::new()),
                Message::Close(Some(frame)) => {
                    SocketEvent::Close(frame.code.into(), frame.reason.to_string())
                }
                Message::Frame(_) => continue,
            }));
        }
    }
}

impl Client {
    /// Opens a socket.
    ///
    /// # Errors
    ///
    /// There was no connection, or the server refused; then its answer is told.
    pub async fn open_socket(&self, request: SocketRequest) -> Result<Socket, Box<SocketFailure>> {
        if let Some(pacer) = &self.network().pacer {
            pacer.wait().await;
        }
        let opening = self.shake_hands(&request);
        match tokio::time::timeout(request.timeout, opening).await {
            Ok(opened) => opened,
            Err(_) => Err(failed(WireError::request_timeout())),
        }
    }

    async fn shake_hands(&self, request: &SocketRequest) -> Result<Socket, Box<SocketFailure>> {
        let start = Instant::now();
        let mut nonce = [0; 16];
        self.network().entropy.fill(&mut nonce);
        let key = STANDARD.encode(nonce);
        let headers = self.handshake_headers(request, &key).map_err(failed)?;
        let mut times = DialTimes::default();
        let dialler = &self.connections().dialler;
        let dialled = dialler
            .dial(request.target.origin(), Alpn::Http1, &mut times)
            .await
            .map_err(failed)?;
        let connected = Instant::now();
        let mut link = Http1::start(dialled.wire, Rc::clone(&dialled.info))
            .await
            .map_err(failed)?;
        let mut handshake = Request::new(OutBody::new(Body::Empty));
        *handshake.uri_mut() = request.target.path.clone();
        *handshake.headers_mut() = headers;
        let answer = link.send(handshake).await;
        let answer = answer.map_err(|error| failed(WireError::from_hyper(error.error())))?;
        let (parts, incoming) = answer.into_parts();
        store_cookies(
            self.network(),
            request.jar.as_ref(),
            &request.target,
            &parts,
        );
        let refusal = check_answer(&parts, &key, &asked_protocols(request)).err();
        let mut told = Handshake {
            protocol: header_text(&parts.headers, &SEC_WEBSOCKET_PROTOCOL).map(str::to_owned),
            status: parts.status,
            headers: parts.headers,
            body: Bytes::new(),
            connection: Some(dialled.info),
            timings: Timings {
                blocked: connected.saturating_duration_since(start),
                looking_up: times.looking_up,
                connecting: times.connecting,
                tls_handshaking: times.tls_handshaking,
                waiting: connected.elapsed(),
                ..Timings::default()
            },
        };
        if let Some(reason) = refusal {
            // A connection that speaks another protocol now has no body.
            if told.status != StatusCode::SWITCHING_PROTOCOLS {
                let target = Rc::clone(&request.target);
                told.body = read_refusal(BodyStream::of_unkept(incoming, link, target)).await;
            }
            return Err(Box::new(SocketFailure {
                error: WireError::generic(format!("websocket: bad handshake: {reason}")),
                refusal: Some(told),
            }));
        }
        let (wire, read_ahead) = link.into_wire().await;
        let config = Some(self.socket_config());
        let stream =
            WebSocketStream::from_partially_read(wire, read_ahead.into(), Role::Client, config);
        let (sender, receiver) = stream.await.split();
        Ok(Socket {
            sender: SocketSender(sender),
            receiver: SocketReceiver(receiver),
            handshake: told,
        })
    }

    fn socket_config(&self) -> WebSocketConfig {
        let message_bytes_max = self.network().config.limits.message_bytes_max;
        WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_write_buffer_size(UNSENT_BYTES_MAX)
            .max_message_size(Some(message_bytes_max))
            .max_frame_size(Some(message_bytes_max))
    }

    fn handshake_headers(
        &self,
        request: &SocketRequest,
        key: &str,
    ) -> Result<HeaderMap, WireError> {
        if let Some(compression) = request
            .compression
            .as_deref()
            .filter(|name| !name.is_empty())
        {
            return Err(WireError::generic(format!(
                "WebSocket compression `{compression}` is not supported; leave `compression` out"
            )));
        }
        let target = &request.target;
        let mut headers = request.headers.clone();
        let user_agent = self.network().user_agent.as_ref();
        if let Some(user_agent) = user_agent.filter(|_| !headers.contains_key(USER_AGENT)) {
            headers.insert(USER_AGENT, user_agent.clone());
        }
        if let Some(value) = target.credentials().and_then(auth::basic)
            && !headers.contains_key(AUTHORIZATION)
        {
            headers.insert(AUTHORIZATION, value);
        }
        let jar = request.jar.as_ref();
        if let Some(value) = cookie_header(self.network(), target, jar, &request.cookies, &headers)
        {
            headers.insert(COOKIE, value);
        }
        if !request.protocols.is_empty() {
            let value = HeaderValue::try_from(request.protocols.join(", ")).map_err(|_| {
                WireError::generic("a subprotocol's name does not fit into a header")
            })?;
            headers.insert(SEC_WEBSOCKET_PROTOCOL, value);
        }
        if !headers.contains_key(HOST) {
            headers.insert(HOST, target.host_header.clone());
        }
        for (name, value) in [
            (CONNECTION, "Upgrade"),
            (UPGRADE, "websocket"),
            (SEC_WEBSOCKET_VERSION, "13"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let key = HeaderValue::from_str(key)
            .map_err(|_| WireError::generic("failed to make a key for the handshake"))?;
        headers.insert(SEC_WEBSOCKET_KEY, key);
        Ok(headers)
    }
}

/// The subprotocols that the server may choose from: scripts name them in a header, too.
fn asked_protocols(request: &SocketRequest) -> Vec<String> {
    let lines = request.headers.get_all(SEC_WEBSOCKET_PROTOCOL);
    let in_headers = lines
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|name| name.trim().to_owned());
    request
        .protocols
        .iter()
        .cloned()
        .chain(in_headers)
        .collect()
}

/// RFC 6455 §4.1; a server that chooses no subprotocol is no reason to fail, as with browsers.
fn check_answer(parts: &response::Parts, key: &str, asked: &[String]) -> Result<(), &'static str> {
    if parts.status != StatusCode::SWITCHING_PROTOCOLS {
        return Err("the server did not switch protocols");
    }
    let upgrade = header_text(&parts.headers, &UPGRADE).unwrap_or_default();
    if !upgrade.eq_ignore_ascii_case("websocket") {
        return Err("the server switched to another protocol");
    }
    let accept = header_text(&parts.headers, &SEC_WEBSOCKET_ACCEPT).unwrap_or_default();
    if accept != derive_accept_key(key.as_bytes()) {
        return Err("the server's `Sec-WebSocket-Accept` does not fit the key");
    }
    match header_text(&parts.headers, &SEC_WEBSOCKET_PROTOCOL) {
        Some(chosen) if !asked.iter().any(|protocol| protocol == chosen) => {
            Err("the server chose a subprotocol that was not asked for")
        }
        _ => Ok(()),
    }
}

fn header_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The body of a refusal, as far as it is of use.
async fn read_refusal(mut body: BodyStream) -> Bytes {
    let mut read = BytesMut::new();
    while let Some(Ok(piece)) = body.next().await {
        let left = REFUSAL_BYTES_MAX - read.len();
        read.extend_from_slice(&piece[..piece.len().min(left)]);
        if read.len() >= REFUSAL_BYTES_MAX {
            break;
        }
    }
    read.freeze()
}

fn failed(error: WireError) -> Box<SocketFailure> {
    Box::new(SocketFailure {
        error,
        refusal: None,
    })
}

fn read_error(error: Error) -> WireError {
    match error {
        Error::Io(error) => WireError::from_io(&error),
        Error::ConnectionClosed | Error::AlreadyClosed => {
            WireError::generic("websocket: close sent")
        }
        Error::Capacity(reason) => WireError::generic(format!(
            "websocket: {reason}; this is the limit of a message"
        )),
        other => WireError::generic(format!("websocket: {other}")),
    }
}
