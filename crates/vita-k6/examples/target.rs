//! A server that does as little as a server can: what load tests are measured against.
//!
//!     cargo run --release -p vita-k6 --example target
//!
//! It prints its address and answers every request with a kilobyte of JSON.

use axum::Router;
use axum::http::header;
use axum::routing::any;

const BODY_BYTES: usize = 1024;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "whoever starts it reads the address")]
async fn main() -> std::io::Result<()> {
    let fill = "x".repeat(BODY_BYTES - r#"{"name":""}"#.len());
    let body: &'static str = format!(r#"{{"name":"{fill}"}}"#).leak();
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], body) };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, Router::new().fallback(any(answer))).await
}
