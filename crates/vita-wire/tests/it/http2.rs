//! HTTP/2: many requests over one connection, and its failures.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Version};
use axum::routing::{get as on_get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Barrier;
use vita_wire::{BatchLimits, Body, ClientConfig, Pattern, Request, Segment};

use crate::server::{Server, answer, body_text, client_with, failure, get, on_one_thread, request};

fn h2c() -> vita_wire::Client {
    client_with(ClientConfig {
        h2c: true,
        ..ClientConfig::default()
    })
}

#[test]
fn prior_knowledge_speaks_http2_without_tls() {
    on_one_thread(async {
        let tell = |version: Version, headers: HeaderMap| async move {
            format!("{version:?} {}", headers["x-own"].to_str().unwrap())
        };
        let server = Server::http(Router::new().route("/", on_get(tell))).await;
        let client = h2c();
        let mut sent = request(&client, Method::GET, &server.url("/"));
        sent.headers.insert("x-own", "1".parse().unwrap());
        // HTTP/2 forbids it; scripts made for HTTP/1.1 send it.
        sent.headers
            .insert("connection", "keep-alive".parse().unwrap());
        let outcome = client.send(sent).await;
        assert_eq!(body_text(&outcome), "HTTP/2.0 1");
        assert_eq!(outcome.last.proto(), "HTTP/2.0");
        assert_eq!(answer(&outcome).status_text(), "200 OK");
        assert!(outcome.last.timings.waiting > std::time::Duration::ZERO);
    });
}

#[test]
fn requests_that_run_together_share_the_first_connection() {
    on_one_thread(async {
        // No answer comes before all have arrived, so that they must run together.
        let together = Arc::new(Barrier::new(10));
        let meet = move || {
            let together = Arc::clone(&together);
            async move {
                together.wait().await;
                "met"
            }
        };
        let server = Server::http(Router::new().route("/", on_get(meet))).await;
        let client = h2c();
        let target = client.target(&server.url("/")).unwrap();
        let requests = vec![Request::new(Method::GET, target); 10];
        let limits = BatchLimits {
            total: 10,
            per_host: 10,
        };
        let outcomes = client.send_batch(requests, limits).await;
        assert!(outcomes.iter().all(|outcome| body_text(outcome) == "met"));
        assert_eq!(server.accepted(), 1);
    });
}

#[test]
fn a_large_body_flows_both_ways() {
    on_one_thread(async {
        let router = Router::new()
            .route("/", post(|body: Bytes| async { body }))
            .layer(axum::extract::DefaultBodyLimit::disable());
        let server = Server::http(router).await;
        let client = h2c();
        let mut sent = request(&client, Method::POST, &server.url("/"));
        sent.body = Body::from(vec![Segment::Generated {
            bytes: 5 << 20,
            pattern: Pattern::Repeat(Bytes::from_static(b"ab")),
        }]);
        let outcome = client.send(sent).await;
        assert_eq!(answer(&outcome).body.as_ref().unwrap().len(), 5 << 20);
        assert!(outcome.last.timings.sending > std::time::Duration::ZERO);
    });
}

#[test]
fn a_server_that_does_not_speak_it_is_an_error_of_http2() {
    on_one_thread(async {
        let server = Server::raw(|mut stream, _| async move {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        })
        .await;
        let outcome = get(&h2c(), &server.url("/")).await;
        let (code, text) = failure(&outcome);
        assert!((1600..1700).contains(&code), "{code} {text}");
    });
}

#[test]
fn a_connection_that_the_server_ended_is_replaced() {
    on_one_thread(async {
        // Each connection serves one stream and says good-bye.
        let server = Server::raw(|stream, _| async move {
            let io = hyper_util::rt::TokioIo::new(stream);
            let service = hyper::service::service_fn(|_| async {
                Ok::<_, std::convert::Infallible>(http::Response::new("served".to_owned()))
            });
            let builder =
                hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new());
            let connection = builder.serve_connection(io, service);
            let mut connection = std::pin::pin!(connection);
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        })
        .await;
        let client = h2c();
        for connections in 1..=3 {
            let outcome = get(&client, &server.url("/")).await;
            assert_eq!(body_text(&outcome), "served");
            assert_eq!(server.accepted(), connections);
        }
    });
}
