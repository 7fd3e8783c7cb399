//! HTTP and WebSocket connections of a virtual user, with the time of each phase.
//!
//! What all virtual users of a process share is a [`Network`], made from a [`ClientConfig`]. Each
//! has a [`Client`] of its own, with its own connections, which lives on one thread. A [`Request`]
//! becomes an [`Outcome`]: every hop with its [`Timings`], and the last one's [`Response`] or
//! [`WireError`], numbered as k6 documents it.
//!
//! Nothing here knows scripts or metrics. Whatever a server sends, what a client holds in memory
//! has a limit ([`Limits`]), and what it waits for has an end.

mod address;
mod auth;
mod batch;
mod body;
mod client;
mod config;
mod connection;
mod cookies;
mod dial;
mod encoding;
mod error;
mod exchange;
mod follow;
mod form;
mod network;
mod pacer;
mod pool;
mod redirect;
mod request;
mod resolver;
mod response;
mod stream;
mod streaming;
mod target;
mod tls;
mod websocket;

pub use address::{Blocks, Cidr, HostOverrides, HostPattern, LocalIps};
pub use batch::BatchLimits;
pub use body::{Body, Pattern, Segment};
pub use client::Client;
pub use config::{
    ClientCertificate, ClientConfig, DnsPolicy, DnsSelect, DnsSettings, Limits, Reuse, TlsSettings,
    TlsVersion, TlsVersions,
};
pub use cookies::{CookieJar, SetCookie};
pub use encoding::Encoding;
pub use error::{ConfigError, ErrorCode, WireError};
pub use form::{Boundary, FormFile, FormPart, multipart, urlencode};
pub use network::Network;
pub use request::{
    AuthScheme, BodyMode, REDIRECTS_MAX_DEFAULT, REQUEST_TIMEOUT_DEFAULT, Request, RequestCookie,
    SharedJar,
};
pub use response::{ConnectionInfo, Hop, Outcome, Response, Timings, TlsInfo, Traffic};
pub use streaming::Streaming;
pub use target::{Credentials, Origin, Target};
pub use websocket::{
    Handshake, Socket, SocketEvent, SocketFailure, SocketReceiver, SocketRequest, SocketSender,
};
