//! Servers and clients for tests, all on the test's own thread.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use vita_model::{Clock, SeededEntropy, SystemClock};
use vita_wire::{Client, ClientConfig, Network, Outcome, Request, Response};

/// Runs a test as a worker runs its virtual users: on one thread, with tasks that stay there.
pub(crate) fn on_one_thread<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(tokio::task::LocalSet::new().run_until(test))
}

/// A server that ends with its test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    accepted: Rc<Cell<usize>>,
}

impl Server {
    /// Gives each connection to `serve`.
    pub(crate) async fn raw<F: Future<Output = ()> + 'static>(
        serve: impl Fn(TcpStream, usize) -> F + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Rc::new(Cell::new(0));
        let count = Rc::clone(&accepted);
        tokio::task::spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.set(count.get() + 1);
                tokio::task::spawn_local(serve(stream, count.get()));
            }
        });
        Self { address, accepted }
    }

    /// HTTP/1.1, and HTTP/2 by prior knowledge.
    pub(crate) async fn http(router: Router) -> Self {
        Self::raw(move |stream, _| serve(stream, router.clone())).await
    }

    /// The same over TLS.
    pub(crate) async fn https(router: Router, tls: rustls::ServerConfig) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        Self::raw(move |stream, _| {
            let acceptor = acceptor.clone();
            let router = router.clone();
            async move {
                // Clients that refuse the certificate are part of the tests.
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(stream, router).await;
                }
            }
        })
        .await
    }

    /// Answers every request head with `answer`, and closes after `answers` of them.
    pub(crate) async fn canned(answer: impl Into<Vec<u8>>, answers: usize) -> Self {
        let answer: Rc<[u8]> = answer.into().into();
        Self::raw(move |mut stream, _| {
            let answer = Rc::clone(&answer);
            async move {
                for _ in 0..answers {
                    if read_head(&mut stream).await.is_empty() {
                        return;
                    }
                    // A client that has seen enough may have gone.
                    let _ = stream.write_all(&answer).await;
                }
            }
        })
        .await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Connections that were accepted so far.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.get()
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) {
    // Connections that clients break off are part of the tests.
    let _ = auto::Builder::new(TokioExecutor::new())
        .serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(router))
        .await;
}

/// Reads up to the end of a request's head; empty when the client closed.
pub(crate) async fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return Vec::new(),
        }
    }
    head
}

/// What raw servers were sent, for the test to look at.
pub(crate) type Heard = Rc<RefCell<Vec<String>>>;

pub(crate) fn client() -> Client {
    client_with(ClientConfig::default())
}

pub(crate) fn client_with(config: ClientConfig) -> Client {
    client_at(config, Arc::new(SystemClock))
}

pub(crate) fn client_at(config: ClientConfig, clock: Arc<dyn Clock>) -> Client {
    let network = Network::new(config, clock, Arc::new(SeededEntropy::new(1))).unwrap();
    Client::new(network, 0)
}

pub(crate) fn request(client: &Client, method: Method, url: &str) -> Request {
    Request::new(method, client.target(url).unwrap())
}

pub(crate) async fn get(client: &Client, url: &str) -> Outcome {
    client.send(request(client, Method::GET, url)).await
}

/// The answer, which must have come.
pub(crate) fn answer(outcome: &Outcome) -> &Response {
    match &outcome.response {
        Some(response) => response,
        None => panic!("no answer: {:?}", outcome.error()),
    }
}

pub(crate) fn body_text(outcome: &Outcome) -> &str {
    let body = answer(outcome).body.as_deref().unwrap();
    std::str::from_utf8(body).unwrap()
}

/// The failure's number and text; there must be one.
pub(crate) fn failure(outcome: &Outcome) -> (u16, &str) {
    let error = outcome.error().expect("the request should have failed");
    (error.code.number(), &error.text)
}

pub(crate) fn status(outcome: &Outcome) -> StatusCode {
    answer(outcome).status
}
