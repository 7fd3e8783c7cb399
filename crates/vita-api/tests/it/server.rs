use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use vita_api::{Server, ServerConfig};

use crate::api::TestApi;

/// Long enough for a slow machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    addr: SocketAddr,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

fn start(config: ServerConfig) -> Running {
    let server = Server::bind(([127, 0, 0, 1], 0).into(), config).unwrap();
    let addr = server.local_addr();
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(server.run(TestApi::new().router(), shutdown.clone()));
    Running {
        addr,
        shutdown,
        task,
    }
}

fn config() -> ServerConfig {
    ServerConfig {
        header_timeout: Duration::from_millis(200),
        drain_timeout: Duration::from_millis(300),
        ..ServerConfig::default()
    }
}

/// What the server says until it closes the connection.
async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let read = stream.read_to_end(&mut text);
    // A reset is a way of closing, too.
    let _ = tokio::time::timeout(PATIENCE, read)
        .await
        .expect("the server did not close");
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn slow_heads_are_cut_off_whatever_they_begin_with() {
    let running = start(config());
    for beginning in [
        "",
        "P",
        "PRI * HTTP/2.0\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n",
    ] {
        let began = Instant::now();
        let mut stream = TcpStream::connect(running.addr).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        let answer = read_to_end(&mut stream).await;
        assert!(!answer.contains("200 OK"), "{beginning:?}: {answer}");
        assert!(
            began.elapsed() >= Duration::from_millis(150),
            "{beginning:?}"
        );
    }
}

#[tokio::test]
async fn a_connection_beyond_the_cap_waits_for_a_place() {
    let running = start(ServerConfig {
        connections_max: 1,
        ..config()
    });
    // The first one says nothing, and so loses its place after the time-out.
    let _idle = TcpStream::connect(running.addr).await.unwrap();
    let mut second = TcpStream::connect(running.addr).await.unwrap();
    let request = b"GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    second.write_all(request).await.unwrap();
    assert!(
        read_to_end(&mut second)
            .await
            .starts_with("HTTP/1.1 200 OK")
    );
}

#[tokio::test]
async fn a_shutdown_ends_even_with_a_client_that_does_not_go() {
    let running = start(ServerConfig {
        header_timeout: Duration::from_mins(10),
        ..config()
    });
    let mut stream = TcpStream::connect(running.addr).await.unwrap();
    stream
        .write_all(b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\n")
        .await
        .unwrap();
    running.shutdown.cancel();
    tokio::time::timeout(PATIENCE, running.task)
        .await
        .unwrap()
        .unwrap();
    assert!(TcpStream::connect(running.addr).await.is_err());
}

#[tokio::test]
async fn metrics_are_open_to_this_machine() {
    let running = start(config());
    let mut stream = TcpStream::connect(running.addr).await.unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("# none\n"));
    // A proxy on this machine speaks for others.
    let mut stream = TcpStream::connect(running.addr).await.unwrap();
    let request = b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\n\
        Connection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
}
