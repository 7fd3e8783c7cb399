//! How many requests a second the client makes, without scripts, beside `wrk` against the same
//! server: `cargo run --release -p vita-wire --example throughput -- [connections] [seconds] [rounds]`.
//!
//! Server and clients share the machine's cores, so that the ratio counts, not the figures. The
//! rounds alternate, since a machine's pace changes while one measures.
#![expect(
    clippy::print_stdout,
    reason = "an example tells its result on the terminal"
)]

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use http::Method;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use vita_model::{SystemClock, SystemEntropy};
use vita_wire::{Client, ClientConfig, Network, Request};

/// An answer of about the size of most answers of an interface: 1 KB.
const ANSWER_BYTES: usize = 1024;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let mut next = |default| arguments.next().and_then(Result::ok).unwrap_or(default);
    let (connections, seconds, rounds) = (next(50), next(3), next(3));
    let length = Duration::from_secs(seconds as u64);
    let address = start_server();
    let workers = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    println!("{connections} connections, {workers} workers, {seconds} s a round");
    for _ in 0..rounds {
        let own = drive(address, connections, workers, length);
        match run_wrk(address, connections, workers, seconds) {
            Some(wrk) => {
                println!(
                    "vita-wire {own:.0}/s, wrk {wrk:.0}/s, ratio {:.2}",
                    own / wrk
                );
            }
            None => println!("vita-wire {own:.0}/s; wrk is not installed"),
        }
    }
}

fn start_server() -> SocketAddr {
    let (send, receive) = std::sync::mpsc::sync_channel(1);
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port is free");
            send.send(listener.local_addr().expect("it is bound"))
                .expect("main waits");
            let answer = "x".repeat(ANSWER_BYTES);
            let router = Router::new().route("/", get(move || async move { answer }));
            while let Ok((stream, _)) = listener.accept().await {
                // Small answers must not wait for more to send.
                let _ = stream.set_nodelay(true);
                let service = TowerToHyperService::new(router.clone());
                tokio::spawn(async move {
                    let builder = auto::Builder::new(TokioExecutor::new());
                    // Connections end when the round does.
                    let _ = builder
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
    });
    receive.recv().expect("the server starts")
}

/// Drives the connections from as many threads as the tester has workers; returns requests a second.
fn drive(address: SocketAddr, connections: usize, workers: usize, length: Duration) -> f64 {
    let network = Network::new(
        ClientConfig::default(),
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
    )
    .expect("the defaults are fine");
    let start = Instant::now();
    let threads: Vec<_> = (0..workers)
        .map(|worker| {
            let network = Arc::clone(&network);
            let users = (worker..connections).step_by(workers).count();
            thread::spawn(move || run_worker(&network, users, address, length))
        })
        .collect();
    let requests: u64 = threads
        .into_iter()
        .map(|thread| thread.join().expect("a worker does not panic"))
        .sum();
    requests as f64 / start.elapsed().as_secs_f64()
}

fn run_worker(network: &Arc<Network>, users: usize, address: SocketAddr, length: Duration) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(tokio::task::LocalSet::new().run_until(async move {
        let users: Vec<_> = (0..users)
            .map(|user| {
                let client = Client::new(Arc::clone(network), user as u64);
                tokio::task::spawn_local(run_user(client, address, length))
            })
            .collect();
        let mut requests = 0;
        for user in users {
            requests += user.await.expect("a user does not panic");
        }
        requests
    }))
}

async fn run_user(client: Client, address: SocketAddr, length: Duration) -> u64 {
    let url = format!("http://{address}/");
    let end = Instant::now() + length;
    let mut requests = 0;
    while Instant::now() < end {
        let target = client.target(&url).expect("the URL is fine");
        let outcome = client.send(Request::new(Method::GET, target)).await;
        let body = outcome.response.and_then(|response| response.body);
        assert_eq!(body.map(|body| body.len()), Some(ANSWER_BYTES));
        requests += 1;
    }
    requests
}

/// What `wrk` reaches; nothing where it isn't installed.
#[expect(
    clippy::disallowed_methods,
    reason = "an example's own yardstick, which ends by itself"
)]
fn run_wrk(address: SocketAddr, connections: usize, threads: usize, seconds: usize) -> Option<f64> {
    let output = std::process::Command::new("wrk")
        .args([
            format!("-c{connections}"),
            format!("-t{threads}"),
            format!("-d{seconds}s"),
        ])
        .arg(format!("http://{address}/"))
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with("Requests/sec"))?;
    line.split_whitespace().last()?.parse().ok()
}
