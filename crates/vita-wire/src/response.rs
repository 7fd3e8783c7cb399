//! What came of a request: each hop with its phases, and the last one's answer.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Version};

use crate::error::{ErrorCode, WireError};
use crate::target::Target;

/// How long each phase of one HTTP exchange took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Until there was a connection to send on: looking up, connecting and shaking hands included.
    pub blocked: Duration,
    /// Looking up the name.
    pub looking_up: Duration,
    /// Connecting over TCP.
    pub connecting: Duration,
    /// Shaking hands over TLS.
    pub tls_handshaking: Duration,
    /// From the start of the request until its body was written.
    pub sending: Duration,
    /// From there until the first byte of the answer.
    pub waiting: Duration,
    /// From there until its last byte.
    pub receiving: Duration,
}

impl Timings {
    /// Sending, waiting and receiving: what k6 calls the request's duration.
    pub fn duration(&self) -> Duration {
        self.sending + self.waiting + self.receiving
    }
}

/// What was agreed on with a server over TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsInfo {
    /// `tls1.2` or `tls1.3`.
    pub version: &'static str,
    /// The suite's registered name (`TLS_AES_128_GCM_SHA256`).
    pub cipher_suite: String,
}

/// The connection that an exchange went over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionInfo {
    /// The other side.
    pub remote: SocketAddr,
    /// What TLS agreed on; nothing without TLS.
    pub tls: Option<TlsInfo>,
}

/// One exchange with a server: k6 counts one `http_req` for each.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The method of this hop, which redirects may change.
    pub method: Method,
    /// Where it went.
    pub target: Rc<Target>,
    /// The status, 0 when there was none.
    pub status: u16,
    /// The protocol spoken.
    pub version: Version,
    /// How long its phases took.
    pub timings: Timings,
    /// The connection; nothing when there was none.
    pub connection: Option<Rc<ConnectionInfo>>,
    /// Why it failed. With a status too when the answer's body could not be decoded.
    pub error: Option<WireError>,
}

impl Hop {
    /// The tag `error_code`: the failure's number, or 1000 + status for an error's status.
    pub fn error_code(&self) -> Option<ErrorCode> {
        match &self.error {
            Some(error) => Some(error.code),
            None => ErrorCode::of_status(self.status),
        }
    }

    /// The protocol as k6 writes it: `HTTP/1.1`, `HTTP/2.0`.
    pub fn proto(&self) -> &'static str {
        match self.version {
            Version::HTTP_10 => "HTTP/1.0",
            Version::HTTP_2 => "HTTP/2.0",
            _ => "HTTP/1.1",
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The words after the status, as the server sent them; the registered ones over HTTP/2.
    pub reason: Bytes,
    /// The headers as they came, names in lower case.
    pub headers: HeaderMap,
    /// The decoded body; nothing when it was discarded or could not be decoded.
    pub body: Option<Bytes>,
    /// Bytes of the body on the wire, before decoding and when it was discarded, too.
    pub body_bytes: u64,
    /// The headers that were sent with this hop, `Host` and `Cookie` included.
    pub sent_headers: HeaderMap,
    /// The answer is a redirect that was not followed, since the limit of redirects was reached.
    pub redirect_limit_reached: bool,
}

impl Response {
    /// The status with its words, as k6's `status_text` (`200 OK`).
    pub fn status_text(&self) -> String {
        let reason = String::from_utf8_lossy(&self.reason);
        if reason.is_empty() {
            self.status.as_str().to_owned()
        } else {
            format!("{} {reason}", self.status.as_str())
        }
    }
}

/// What came of a request.
#[derive(Debug)]
pub struct Outcome {
    /// Redirects and challenges that were followed, oldest first.
    pub earlier: Vec<Hop>,
    /// The last hop, which the answer or the failure belongs to.
    pub last: Hop,
    /// The answer; nothing when there was none (see [`Hop::error`]).
    pub response: Option<Response>,
}

impl Outcome {
    /// Why it failed.
    pub fn error(&self) -> Option<&WireError> {
        self.last.error.as_ref()
    }

    /// All hops, oldest first.
    pub fn hops(&self) -> impl Iterator<Item = &Hop> {
        self.earlier.iter().chain([&self.last])
    }
}

/// Bytes on the wire, heads and handshakes included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes sent.
    pub sent: u64,
    /// Bytes received.
    pub received: u64,
}

impl Traffic {
    /// What was added since `earlier`.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            sent: self.sent.saturating_sub(earlier.sent),
            received: self.received.saturating_sub(earlier.received),
        }
    }
}
