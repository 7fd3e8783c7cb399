use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;
use tower::ServiceExt as _;

use super::PeerAddr;
use super::stall::CutStalled;

/// Largest head of a request, in bytes: a token, a cookie and room for what proxies add.
const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Most header fields of a request.
const HEADERS_MAX: usize = 100;
/// Most requests that one HTTP/2 connection may have under way.
const STREAMS_MAX: u32 = 128;
/// Memory that one HTTP/2 stream may fill before it is read.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
/// Memory that one HTTP/2 connection may fill before it is read.
const CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;
/// How often an HTTP/2 client is asked whether it is still there.
const H2_PING_INTERVAL: Duration = Duration::from_secs(30);
/// How long it may take to say so.
const H2_PING_TIMEOUT: Duration = Duration::from_secs(20);

/// Longest time in which a client may take nothing of an answer. Too low: bad lines and paused
/// players are cut off, which then ask for the rest; too high: stuck clients hold connections.
const WRITE_STALL_MAX: Duration = Duration::from_mins(1);

pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) peer: PeerAddr,
    pub(super) router: Router,
    pub(super) header_timeout: Duration,
}

/// Serves one connection to its end.
pub(super) async fn serve_connection(connection: Connection, watcher: Watcher) {
    let Connection {
        stream,
        peer,
        router,
        header_timeout,
    } = connection;
    // Answers are small and complete, so there is nothing to gather (RFC 896 would wait).
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "the client went before it was served");
        return;
    }
    let asked = Arc::new(AtomicBool::new(false));
    let service = {
        let asked = Arc::clone(&asked);
        service_fn(move |request: hyper::Request<Incoming>| {
            asked.store(true, Ordering::Relaxed);
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            let router = router.clone();
            async move { Ok::<_, Infallible>(answer(router, request).await) }
        })
    };
    let builder = http_builder(header_timeout);
    let stream = CutStalled::new(stream, WRITE_STALL_MAX);
    let served = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let served = watcher.watch(served.into_owned());
    tokio::select! {
        served = served => {
            if let Err(error) = served {
                // Clients go, send nonsense or are too slow; none of it is for anybody to mend.
                tracing::debug!(%error, "a connection ended early");
            }
        }
        () = silence(header_timeout, &asked) => {
            tracing::debug!("a connection asked for nothing in time");
        }
    }
}

async fn answer(router: Router, request: hyper::Request<Body>) -> axum::response::Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Ends when the connection has not asked for anything within the time that a head may take. The
/// library's own clock starts only once it knows which HTTP it is spoken to in, and the first
/// byte of HTTP/2 may take for ever.
async fn silence(header_timeout: Duration, asked: &AtomicBool) {
    tokio::time::sleep(header_timeout.saturating_add(SILENCE_SLACK)).await;
    if asked.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

/// Lets the library's clock, which knows better, go first.
const SILENCE_SLACK: Duration = Duration::from_millis(250);

fn http_builder(header_timeout: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX)
        .keep_alive(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEAD_BYTES_MAX as u32)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .keep_alive_interval(H2_PING_INTERVAL)
        .keep_alive_timeout(H2_PING_TIMEOUT);
    builder
}
