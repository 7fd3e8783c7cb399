//! A connection's bytes: counted where they meet the network, timed where HTTP meets them.
//!
//! Under TLS these are two places: handshakes and session tickets count as traffic, but are not
//! the first byte of an answer.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::response::Traffic;

/// The traffic of a virtual user, shared by its connections.
pub(crate) type SharedTraffic = Rc<Cell<Traffic>>;

/// When a connection last wrote, and first read after that.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    last_write: Cell<Option<Instant>>,
    first_read: Cell<Option<Instant>>,
}

impl Meter {
    /// Forgets the exchange before.
    pub(crate) fn restart(&self) {
        self.last_write.set(None);
        self.first_read.set(None);
    }

    pub(crate) fn wrote(&self) {
        // What is written after the answer began no longer belongs to sending.
        if self.first_read.get().is_none() {
            self.last_write.set(Some(Instant::now()));
        }
    }

    pub(crate) fn read(&self) {
        if self.first_read.get().is_none() {
            self.first_read.set(Some(Instant::now()));
        }
    }

    /// When the request was written.
    pub(crate) fn last_write(&self) -> Option<Instant> {
        self.last_write.get()
    }

    /// When the answer began.
    pub(crate) fn first_read(&self) -> Option<Instant> {
        self.first_read.get()
    }
}

/// TCP, with its bytes counted.
pub(crate) struct Counted {
    tcp: TcpStream,
    traffic: SharedTraffic,
}

impl Counted {
    pub(crate) fn new(tcp: TcpStream, traffic: SharedTraffic) -> Self {
        Self { tcp, traffic }
    }

    fn add_sent(&self, bytes: usize) {
        let mut traffic = self.traffic.get();
        traffic.sent += bytes as u64;
        self.traffic.set(traffic);
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(cx, buffer))?;
        let mut traffic = self.traffic.get();
        traffic.received += (buffer.filled().len() - before) as u64;
        self.traffic.set(traffic);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.tcp).poll_write(cx, data))?;
        self.add_sent(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // Most requests have no body, and one piece costs the kernel less when it is no list.
        if let [piece] = data {
            return self.poll_write(cx, piece);
        }
        let written = ready!(Pin::new(&mut self.tcp).poll_write_vectored(cx, data))?;
        self.add_sent(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

enum Layer {
    Plain(Counted),
    Tls(Box<TlsStream<Counted>>),
}

/// A connection as HTTP sees it.
pub(crate) struct Wire {
    layer: Layer,
    meter: Rc<Meter>,
}

impl Wire {
    pub(crate) fn plain(tcp: Counted) -> Self {
        Self {
            layer: Layer::Plain(tcp),
            meter: Rc::default(),
        }
    }

    pub(crate) fn tls(tls: TlsStream<Counted>) -> Self {
        Self {
            layer: Layer::Tls(Box::new(tls)),
            meter: Rc::default(),
        }
    }

    pub(crate) fn meter(&self) -> Rc<Meter> {
        Rc::clone(&self.meter)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(match &mut self.layer {
            Layer::Plain(tcp) => Pin::new(tcp).poll_read(cx, buffer),
            Layer::Tls(tls) => Pin::new(tls.as_mut()).poll_read(cx, buffer),
        })?;
        if buffer.filled().len() > before {
            self.meter.read();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(match &mut self.layer {
            Layer::Plain(tcp) => Pin::new(tcp).poll_write(cx, data),
            Layer::Tls(tls) => Pin::new(tls.as_mut()).poll_write(cx, data),
        })?;
        self.meter.wrote();
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(match &mut self.layer {
            Layer::Plain(tcp) => Pin::new(tcp).poll_write_vectored(cx, data),
            Layer::Tls(tls) => Pin::new(tls.as_mut()).poll_write_vectored(cx, data),
        })?;
        self.meter.wrote();
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.layer {
            Layer::Plain(tcp) => tcp.is_write_vectored(),
            Layer::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.layer {
            Layer::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Layer::Tls(tls) => Pin::new(tls.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.layer {
            Layer::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Layer::Tls(tls) => Pin::new(tls.as_mut()).poll_shutdown(cx),
        }
    }
}
