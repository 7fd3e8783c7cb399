//! The accept loop: connections are capped, slow ones are cut off, and open requests are finished
//! before the process ends.

mod connection;
mod limits;
mod stall;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures_util::FutureExt as _;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vita_telemetry::metric;

use connection::{Connection, serve_connection};
pub use limits::{ServerConfig, connections_max_default};

/// How many connections the kernel may hold that were not accepted yet; the usual cap of Linux
/// (`net.core.somaxconn`), which thousands of clients that come at once need.
const BACKLOG: u32 = 4_096;

/// Pause after a failed `accept`: the process is out of descriptors, and trying on would only burn
/// the processor.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// A bound address, not serving yet.
pub struct Server {
    listener: TcpListener,
    local_addr: SocketAddr,
    config: ServerConfig,
}

/// The server cannot listen.
#[derive(Debug, thiserror::Error)]
#[error("failed to listen on `{addr}`")]
pub struct BindError {
    /// The address.
    pub addr: SocketAddr,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// The identity of whoever is at the other end of the connection, as a request's extension.
#[derive(Clone, Copy, Debug)]
pub struct PeerAddr(pub SocketAddr);

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    /// [`BindError`] when it is taken or not this machine's.
    pub fn bind(addr: SocketAddr, config: ServerConfig) -> Result<Self, BindError> {
        let listen = || {
            let socket = if addr.is_ipv4() {
                TcpSocket::new_v4()?
            } else {
                TcpSocket::new_v6()?
            };
            socket.set_reuseaddr(true)?;
            socket.bind(addr)?;
            let listener = socket.listen(BACKLOG)?;
            let local_addr = listener.local_addr()?;
            Ok((listener, local_addr))
        };
        let (listener, local_addr) = listen().map_err(|source| BindError { addr, source })?;
        Ok(Self {
            listener,
            local_addr,
            config,
        })
    }

    /// The address, with the port that was chosen when 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves until `shutdown`, then finishes the open requests, for at most the drain time-out.
    ///
    /// Cancel safety: dropped, it stops accepting and cuts off open connections.
    pub async fn run(self, router: Router, shutdown: CancellationToken) {
        let Self {
            listener, config, ..
        } = self;
        let slots = Arc::new(Semaphore::new(config.connections_max));
        let graceful = GracefulShutdown::new();
        let cut_off = CancellationToken::new();
        let _cut_off_when_dropped = cut_off.clone().drop_guard();
        let connections = TaskTracker::new();
        while let Some(accepted) = accept(&listener, &slots, &shutdown).await {
            let (stream, peer, slot) = accepted;
            let connection = Connection {
                stream,
                peer: PeerAddr(peer),
                router: router.clone(),
                header_timeout: config.header_timeout,
            };
            let served = serve_connection(connection, graceful.watcher());
            let cut_off = cut_off.clone();
            connections.spawn(async move {
                let _open = metric::HTTP_CONNECTIONS.hold([]);
                cut_off.run_until_cancelled(served).await;
                drop(slot);
            });
        }
        // Nobody is kept waiting in the kernel's queue for a server that does not come back.
        drop(listener);
        let drained = tokio::time::timeout(config.drain_timeout, graceful.shutdown()).await;
        if drained.is_err() {
            tracing::warn!(
                connections = connections.len(),
                "cut off connections that did not end in time"
            );
        }
        cut_off.cancel();
        connections.close();
        connections.wait().await;
    }
}

type Slot = tokio::sync::OwnedSemaphorePermit;

/// The next connection, once there is room for it; nothing after the shutdown.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(tokio::net::TcpStream, SocketAddr, Slot)> {
    let next = async {
        let is_full = slots.available_permits() == 0;
        let slot = Arc::clone(slots).acquire_owned().await.ok()?;
        // Whoever is there when a place becomes free has waited for it.
        if is_full && let Some(Ok((stream, peer))) = listener.accept().now_or_never() {
            metric::HTTP_CONNECTIONS_DELAYED.add(1, []);
            return Some((stream, peer, slot));
        }
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return Some((stream, peer, slot)),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "failed to accept a connection");
                    tokio::time::sleep(ACCEPT_RETRY).await;
                }
            }
        }
    };
    shutdown.run_until_cancelled(next).await.flatten()
}

/// Whether a client went away before it was accepted, which says nothing about the next one.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
