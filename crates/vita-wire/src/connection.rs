//! One connection and what is said over it.
//!
//! HTTP/1.1 connections are not given a task of their own: whoever waits for an answer drives the
//! connection meanwhile, which saves two wake-ups a request and all work while nobody waits.
//! HTTP/2 connections serve many at once and have to answer pings, so that they get a task.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::TokioIo;

use crate::body::OutBody;
use crate::error::WireError;
use crate::response::ConnectionInfo;
use crate::stream::{Meter, Wire};

/// Bytes that one connection reads ahead at most, and so also the longest head of an answer:
/// enough for fast downloads and the longest heads in use, little enough for thousands of users.
const READ_BUFFER_BYTES_MAX: usize = 128 * 1024;

/// HTTP/2's windows: how much a server may send ahead of the reader, for a stream and for all.
const STREAM_WINDOW_BYTES: u32 = 1 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 4 << 20;

/// Bytes of an HTTP/2 answer's headers; the same that HTTP/1.1 may have.
const HEADER_LIST_BYTES_MAX: u32 = 128 * 1024;

/// Runs what hyper wants to run, on this thread.
#[derive(Clone, Copy, Debug)]
struct LocalExecutor;

impl<F: Future + 'static> hyper::rt::Executor<F> for LocalExecutor {
    fn execute(&self, future: F) {
        tokio::task::spawn_local(async move {
            future.await;
        });
    }
}

/// An HTTP/1.1 connection.
pub(crate) struct Http1 {
    sender: http1::SendRequest<OutBody>,
    connection: Pin<Box<http1::Connection<TokioIo<Wire>, OutBody>>>,
    ended: bool,
    pub(crate) meter: Rc<Meter>,
    pub(crate) info: Rc<ConnectionInfo>,
}

impl Http1 {
    pub(crate) async fn start(wire: Wire, info: Rc<ConnectionInfo>) -> Result<Self, WireError> {
        let meter = wire.meter();
        let (sender, connection) = http1::Builder::new()
            // Some servers look for names as browsers of old wrote them, and k6 writes them so.
            .title_case_headers(true)
            .max_buf_size(READ_BUFFER_BYTES_MAX)
            .handshake(TokioIo::new(wire))
            .await
            .map_err(|error| WireError::from_hyper(&error))?;
        Ok(Self {
            sender,
            connection: Box::pin(connection),
            ended: false,
            meter,
            info,
        })
    }

    /// Drives the connection; returns why it broke.
    pub(crate) fn drive(&mut self, cx: &mut Context<'_>) -> Option<hyper::Error> {
        if self.ended {
            return None;
        }
        match self.connection.as_mut().poll(cx) {
            Poll::Pending => None,
            Poll::Ready(end) => {
                self.ended = true;
                end.err()
            }
        }
    }

    /// Whether the connection can take a request: it is there, and the one before was read.
    pub(crate) async fn is_usable(&mut self) -> bool {
        poll_fn(|cx| {
            self.drive(cx);
            if self.ended {
                return Poll::Ready(false);
            }
            self.sender.poll_ready(cx).map(|ready| ready.is_ok())
        })
        .await
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    pub(crate) async fn send(
        &mut self,
        request: Request<OutBody>,
    ) -> Result<Response<Incoming>, TrySendError<Request<OutBody>>> {
        let mut answer = pin!(self.sender.try_send_request(request));
        let connection = &mut self.connection;
        let ended = &mut self.ended;
        poll_fn(|cx| {
            if !*ended && connection.as_mut().poll(cx).is_ready() {
                *ended = true;
            }
            // A connection that ended has told the request why.
            answer.as_mut().poll(cx)
        })
        .await
    }

    /// What is left of the connection after the server agreed to another protocol: the wire, and
    /// what was read of that protocol already.
    pub(crate) async fn into_wire(mut self) -> (Wire, Bytes) {
        poll_fn(|cx| {
            self.drive(cx);
            if self.ended {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        let parts = Pin::into_inner(self.connection).into_parts();
        (parts.io.into_inner(), parts.read_buf)
    }
}

/// An HTTP/2 connection, shared by requests.
#[derive(Clone)]
pub(crate) struct Http2 {
    sender: http2::SendRequest<OutBody>,
    pub(crate) info: Rc<ConnectionInfo>,
}

impl Http2 {
    pub(crate) async fn start(wire: Wire, info: Rc<ConnectionInfo>) -> Result<Self, WireError> {
        let (sender, connection) = http2::Builder::new(LocalExecutor)
            .initial_stream_window_size(STREAM_WINDOW_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .max_header_list_size(HEADER_LIST_BYTES_MAX)
            .handshake(TokioIo::new(wire))
            .await
            .map_err(|error| WireError::from_hyper(&error))?;
        tokio::task::spawn_local(async move {
            // Whoever waits for an answer is told why the connection broke.
            let _ = connection.await;
        });
        Ok(Self { sender, info })
    }

    pub(crate) fn is_usable(&self) -> bool {
        self.sender.is_ready() && !self.sender.is_closed()
    }

    pub(crate) async fn send(
        &mut self,
        request: Request<OutBody>,
        meter: &Meter,
    ) -> Result<Response<Incoming>, TrySendError<Request<OutBody>>> {
        let answer = self.sender.try_send_request(request);
        meter.wrote();
        let answer = answer.await;
        meter.read();
        answer
    }
}

/// What carries an exchange.
pub(crate) enum Link {
    Http1(Http1),
    Http2(Http2),
}

impl Link {
    pub(crate) fn info(&self) -> &Rc<ConnectionInfo> {
        match self {
            Self::Http1(link) => &link.info,
            Self::Http2(link) => &link.info,
        }
    }
}
