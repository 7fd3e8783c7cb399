//! Batches keep to their limits and to the requests' order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::Path;
use axum::http::Method;
use axum::routing::get as on_get;
use tokio::sync::Barrier;
use vita_wire::BatchLimits;

use crate::server::{Server, body_text, client, on_one_thread, request};

#[test]
fn requests_run_together_up_to_the_limit_of_their_host() {
    on_one_thread(async {
        // Three at a time meet here: fewer would wait for ever, and more are counted.
        let meeting = Arc::new(Barrier::new(3));
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&most);
        let meet = move |Path(number): Path<usize>| {
            let (meeting, running, most) = (
                Arc::clone(&meeting),
                Arc::clone(&running),
                Arc::clone(&most),
            );
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                meeting.wait().await;
                running.fetch_sub(1, Ordering::SeqCst);
                number.to_string()
            }
        };
        let server = Server::http(Router::new().route("/{number}", on_get(meet))).await;
        let client = client();
        let requests = (0..9)
            .map(|number| request(&client, Method::GET, &server.url(&format!("/{number}"))))
            .collect();
        let limits = BatchLimits {
            total: 20,
            per_host: 3,
        };
        let outcomes = client.send_batch(requests, limits).await;
        let bodies: Vec<&str> = outcomes.iter().map(body_text).collect();
        assert_eq!(bodies, ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
        assert_eq!(seen.load(Ordering::SeqCst), 3);
        assert_eq!(server.accepted(), 3);
    });
}

#[test]
fn one_failure_leaves_the_others_alone() {
    on_one_thread(async {
        let server = Server::http(Router::new().route("/", on_get(|| async { "x" }))).await;
        let client = client();
        let requests = vec![
            request(&client, Method::GET, &server.url("/")),
            request(&client, Method::GET, "http://256.256.256.256.test:1/"),
        ];
        let limits = BatchLimits {
            total: 1,
            per_host: 1,
        };
        let blocked = vita_wire::Blocks {
            hosts: vec!["*.test".parse().unwrap()],
            ..vita_wire::Blocks::default()
        };
        let blocking = crate::server::client_with(vita_wire::ClientConfig {
            blocks: blocked,
            ..vita_wire::ClientConfig::default()
        });
        let outcomes = blocking.send_batch(requests, limits).await;
        assert_eq!(body_text(&outcomes[0]), "x");
        assert_eq!(crate::server::failure(&outcomes[1]).0, 1111);
        assert!(client.send_batch(Vec::new(), limits).await.is_empty());
    });
}
