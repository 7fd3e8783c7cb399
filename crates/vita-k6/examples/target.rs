//! A server that does as little as a server can: what load tests are measured against.
//!
//!     cargo run --release -p vita-k6 --example target
//!
//! It prints its address and answers every request with a kilobyte of JSON, but for these:
//!
//! - `POST /upload` reads its body and answers with the number of its bytes.
//! - `GET /latency/{shape}` answers after a latency of that shape: `fixed`, `bimodal` or `tail`. The
//!   latencies of a shape are a list in a fixed, scattered order, of which each request takes the next.
//! - `GET /served/{shape}` tells the percentiles of the latencies that were served since it was last
//!   asked, in milliseconds.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::routing::{any, get, post};
use futures_util::StreamExt as _;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

const BODY_BYTES: usize = 1024;

/// Latencies in the list of a shape, and the step through it, which has no divisor in common with it.
const LIST_LEN: u64 = 1_000;
const LIST_STEP: u64 = 389;

const SHAPES: [&str; 3] = ["fixed", "bimodal", "tail"];

#[tokio::main]
#[expect(clippy::print_stdout, reason = "whoever starts it reads the address")]
async fn main() -> std::io::Result<()> {
    let fill = "x".repeat(BODY_BYTES - r#"{"name":""}"#.len());
    let body: &'static str = format!(r#"{{"name":"{fill}"}}"#).leak();
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], body) };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    let router = Router::new()
        .route("/upload", post(count_bytes))
        .route("/latency/{shape}", get(serve_late))
        .route("/served/{shape}", get(tell_served))
        .fallback(any(answer))
        .with_state(Arc::new(Shapes::start()?));
    serve(listener, router).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "its only clients are the load tests of whoever started it"
)]
async fn serve(listener: tokio::net::TcpListener, router: Router) -> std::io::Result<()> {
    axum::serve(listener, router).await
}

async fn count_bytes(body: Body) -> Result<String, StatusCode> {
    let mut pieces = body.into_data_stream();
    let mut bytes = 0;
    while let Some(piece) = pieces.next().await {
        bytes += piece.map_err(|_| StatusCode::BAD_REQUEST)?.len();
    }
    Ok(bytes.to_string())
}

async fn serve_late(
    State(shapes): State<Arc<Shapes>>,
    Path(shape): Path<String>,
) -> Result<&'static str, StatusCode> {
    let begun = Instant::now();
    let latency = shapes.next_latency(&shape).ok_or(StatusCode::NOT_FOUND)?;
    shapes.alarms.wait_until(begun + latency).await;
    shapes.note_served(&shape, begun.elapsed());
    Ok("late")
}

async fn tell_served(
    State(shapes): State<Arc<Shapes>>,
    Path(shape): Path<String>,
) -> Result<String, StatusCode> {
    let mut served = shapes.take_served(&shape);
    if served.is_empty() {
        return Err(StatusCode::NOT_FOUND);
    }
    served.sort_unstable_by(f64::total_cmp);
    let [p50, p90, p95, p99] = [50.0, 90.0, 95.0, 99.0].map(|p| percentile(&served, p));
    let count = served.len();
    Ok(format!(
        r#"{{"count":{count},"p50":{p50},"p90":{p90},"p95":{p95},"p99":{p99}}}"#
    ))
}

/// Between two values by linear interpolation, as k6 has it.
fn percentile(sorted: &[f64], percent: f64) -> f64 {
    let rank = percent / 100.0 * (sorted.len() - 1) as f64;
    let (low, high) = (rank.floor() as usize, rank.ceil() as usize);
    sorted[low] + (sorted[high] - sorted[low]) * rank.fract()
}

/// What was served of each shape.
struct Shapes {
    alarms: Alarms,
    begun: Mutex<HashMap<String, u64>>,
    served: Mutex<HashMap<String, Vec<f64>>>,
}

impl Shapes {
    fn start() -> std::io::Result<Self> {
        Ok(Self {
            alarms: Alarms::start()?,
            begun: Mutex::default(),
            served: Mutex::default(),
        })
    }

    fn next_latency(&self, shape: &str) -> Option<Duration> {
        if !SHAPES.contains(&shape) {
            return None;
        }
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let number = begun.entry(shape.to_owned()).or_default();
        let at = (*number * LIST_STEP) % LIST_LEN;
        *number += 1;
        let quantile = (at as f64 + 0.5) / LIST_LEN as f64;
        let millis = match shape {
            "fixed" => 40.0,
            "bimodal" if quantile < 0.7 => 20.0,
            "bimodal" => 120.0,
            // Pareto's distribution with the exponent 1.5, cut off at a second.
            _ => (20.0 * (1.0 - quantile).powf(-1.0 / 1.5)).min(1_000.0),
        };
        Some(Duration::from_secs_f64(millis / 1e3))
    }

    fn note_served(&self, shape: &str, took: Duration) {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        let millis = took.as_secs_f64() * 1e3;
        served.entry(shape.to_owned()).or_default().push(millis);
    }

    fn take_served(&self, shape: &str) -> Vec<f64> {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        served.remove(shape).unwrap_or_default()
    }
}

/// Wakes tasks at their time: a thread of its own sleeps to within some tens of microseconds, where
/// the runtime's timers round up to a millisecond.
struct Alarms(Arc<(Mutex<Waiting>, Condvar)>);

#[derive(Default)]
struct Waiting {
    due: BinaryHeap<Reverse<(Instant, u64)>>,
    wakers: HashMap<u64, oneshot::Sender<()>>,
    next: u64,
}

impl Alarms {
    fn start() -> std::io::Result<Self> {
        let shared: Arc<(Mutex<Waiting>, Condvar)> = Arc::default();
        let own = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("alarms".to_owned())
            .spawn(move || ring(&own.0, &own.1))?;
        Ok(Self(shared))
    }

    async fn wait_until(&self, due: Instant) {
        let (waker, woken) = oneshot::channel();
        {
            let mut waiting = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
            let number = waiting.next;
            waiting.next += 1;
            waiting.due.push(Reverse((due, number)));
            waiting.wakers.insert(number, waker);
        }
        self.0.1.notify_one();
        drop(woken.await);
    }
}

fn ring(waiting: &Mutex<Waiting>, added: &Condvar) {
    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let now = Instant::now();
        let next = waiting.due.peek().map(|Reverse(next)| *next);
        waiting = match next {
            Some((due, number)) if due <= now => {
                waiting.due.pop();
                if let Some(waker) = waiting.wakers.remove(&number) {
                    // Whoever waited may have gone.
                    let _ = waker.send(());
                }
                waiting
            }
            Some((due, _)) => {
                let slept = added.wait_timeout(waiting, due - now);
                slept.unwrap_or_else(PoisonError::into_inner).0
            }
            None => added.wait(waiting).unwrap_or_else(PoisonError::into_inner),
        };
    }
}
