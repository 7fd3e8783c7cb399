//! Plain HTTP/1.1: phases, bytes, connections.

use std::rc::Rc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::routing::{any, get as on_get, post};
use tokio::io::AsyncWriteExt as _;
use vita_wire::{Body, BodyMode, ClientConfig, Reuse, Traffic};

use crate::server::{
    Heard, Server, answer, body_text, client, client_with, failure, get, on_one_thread, read_head,
    request, status,
};

const HELLO: &[u8] = b"HTTP/1.1 200 Fine\r\nContent-Length: 5\r\nX-Two: a\r\nX-Two: b\r\n\r\nhello";

#[test]
fn an_answer_tells_its_head_its_body_and_where_it_came_from() {
    on_one_thread(async {
        let server = Server::canned(HELLO, 1).await;
        let client = client();
        let outcome = get(&client, &server.url("/x?y=1")).await;
        let response = answer(&outcome);
        assert_eq!(response.status, 200);
        assert_eq!(response.status_text(), "200 Fine");
        assert_eq!(body_text(&outcome), "hello");
        let values: Vec<_> = response.headers.get_all("x-two").iter().collect();
        assert_eq!(values, ["a", "b"]);
        assert_eq!(outcome.last.proto(), "HTTP/1.1");
        assert_eq!(outcome.last.error_code(), None);
        assert!(outcome.earlier.is_empty());
        let connection = outcome.last.connection.as_ref().unwrap();
        assert_eq!(connection.remote, server.address);
        assert_eq!(connection.tls, None);
    });
}

#[test]
fn every_byte_on_the_wire_is_counted() {
    on_one_thread(async {
        let heard = Heard::default();
        let kept = Rc::clone(&heard);
        let server = Server::raw(move |mut stream, _| {
            let heard = Rc::clone(&kept);
            async move {
                let head = read_head(&mut stream).await;
                heard.borrow_mut().push(String::from_utf8(head).unwrap());
                stream.write_all(HELLO).await.unwrap();
            }
        })
        .await;
        let client = client();
        get(&client, &server.url("/")).await;
        let expected = Traffic {
            sent: heard.borrow()[0].len() as u64,
            received: HELLO.len() as u64,
        };
        assert_eq!(client.traffic(), expected);
        assert_eq!(client.traffic().since(expected), Traffic::default());
    });
}

#[test]
fn phases_follow_each_other_within_the_time_that_passed() {
    on_one_thread(async {
        let server = Server::http(Router::new().route("/", on_get(|| async { "x" }))).await;
        let client = client();
        let start = std::time::Instant::now();
        let first = get(&client, &server.url("/")).await.last.timings;
        let passed = start.elapsed();
        assert!(first.blocked >= first.connecting && first.connecting > Duration::ZERO);
        assert!(first.waiting > Duration::ZERO && first.sending > Duration::ZERO);
        assert_eq!(first.tls_handshaking, Duration::ZERO);
        assert!(first.blocked + first.duration() <= passed);

        let again = get(&client, &server.url("/")).await.last.timings;
        assert_eq!(
            (again.connecting, again.looking_up),
            (Duration::ZERO, Duration::ZERO)
        );
        assert_eq!(server.accepted(), 1);
    });
}

#[test]
fn headers_are_written_as_browsers_of_old_wrote_them() {
    on_one_thread(async {
        let heard = Heard::default();
        let kept = Rc::clone(&heard);
        let server = Server::raw(move |mut stream, _| {
            let heard = Rc::clone(&kept);
            async move {
                let head = read_head(&mut stream).await;
                heard.borrow_mut().push(String::from_utf8(head).unwrap());
                stream.write_all(HELLO).await.unwrap();
            }
        })
        .await;
        let client = client_with(ClientConfig {
            user_agent: "tester/1".to_owned(),
            ..ClientConfig::default()
        });
        let mut post = request(&client, Method::POST, &server.url("/p"));
        post.headers
            .insert("x-own-header", HeaderValue::from_static("1"));
        post.headers
            .insert("content-length", HeaderValue::from_static("999"));
        post.body = Body::Bytes(Bytes::from_static(b"1234"));
        let outcome = client.send(post).await;
        let heard = heard.borrow();
        let mut lines: Vec<&str> = heard[0].trim_end().lines().collect();
        assert_eq!(lines.remove(0), "POST /p HTTP/1.1");
        lines.sort_unstable();
        let host = format!("Host: {}", server.address);
        assert_eq!(
            lines,
            [
                "Content-Length: 4",
                &host,
                "User-Agent: tester/1",
                "X-Own-Header: 1"
            ]
        );
        assert_eq!(answer(&outcome).sent_headers["user-agent"], "tester/1");
    });
}

#[test]
fn a_body_reaches_the_server_and_an_echo_comes_back() {
    on_one_thread(async {
        let echo = |headers: HeaderMap, body: Bytes| async move {
            (
                StatusCode::CREATED,
                [("x-type", headers["content-type"].clone())],
                body,
            )
        };
        let server = Server::http(Router::new().route("/", post(echo))).await;
        let client = client();
        let mut sent = request(&client, Method::POST, &server.url("/"));
        sent.headers
            .insert("content-type", HeaderValue::from_static("text/plain"));
        sent.body = Body::Bytes(Bytes::from("ü".repeat(100_000)));
        let outcome = client.send(sent).await;
        assert_eq!(status(&outcome), StatusCode::CREATED);
        assert_eq!(body_text(&outcome), "ü".repeat(100_000));
        assert_eq!(answer(&outcome).headers["x-type"], "text/plain");
    });
}

#[test]
fn answers_without_a_body_leave_the_connection_usable() {
    on_one_thread(async {
        let router = Router::new()
            .route("/none", any(|| async { StatusCode::NO_CONTENT }))
            .route("/some", any(|| async { "some" }));
        let server = Server::http(router).await;
        let client = client();
        for (method, path) in [
            (Method::GET, "/none"),
            (Method::HEAD, "/some"),
            (Method::OPTIONS, "/none"),
            (Method::DELETE, "/none"),
            (Method::GET, "/some"),
        ] {
            let outcome = client
                .send(request(&client, method, &server.url(path)))
                .await;
            assert!(status(&outcome).is_success());
        }
        assert_eq!(server.accepted(), 1);
    });
}

#[test]
fn a_discarded_body_is_counted_and_not_kept() {
    on_one_thread(async {
        let server =
            Server::http(Router::new().route("/", on_get(|| async { "x".repeat(300_000) }))).await;
        let client = client();
        let mut asked = request(&client, Method::GET, &server.url("/"));
        asked.body_mode = BodyMode::Discard;
        let outcome = client.send(asked).await;
        assert_eq!(answer(&outcome).body, None);
        assert_eq!(answer(&outcome).body_bytes, 300_000);
        assert!(client.traffic().received > 300_000);
        get(&client, &server.url("/")).await;
        assert_eq!(server.accepted(), 1);
    });
}

#[test]
fn connections_are_kept_as_long_as_asked() {
    on_one_thread(async {
        for (reuse, connections) in [
            (Reuse::Always, 1),
            (Reuse::WithinIteration, 2),
            (Reuse::Never, 4),
        ] {
            let server = Server::http(Router::new().route("/", on_get(|| async { "x" }))).await;
            let client = client_with(ClientConfig {
                reuse,
                ..ClientConfig::default()
            });
            for _ in 0..2 {
                for _ in 0..2 {
                    get(&client, &server.url("/")).await;
                }
                client.end_iteration();
            }
            assert_eq!(server.accepted(), connections, "{reuse:?}");
        }
    });
}

/// Answers the first request of its first connection, and hangs up when the second has come.
async fn server_that_hangs_up() -> Server {
    Server::raw(|mut stream, number| async move {
        while !read_head(&mut stream).await.is_empty() {
            stream.write_all(HELLO).await.unwrap();
            if number == 1 {
                read_head(&mut stream).await;
                return;
            }
        }
    })
    .await
}

#[test]
fn a_dropped_connection_is_replaced_where_nothing_can_be_done_twice() {
    on_one_thread(async {
        let server = server_that_hangs_up().await;
        let client = client();
        get(&client, &server.url("/")).await;
        let outcome = get(&client, &server.url("/")).await;
        assert_eq!(body_text(&outcome), "hello");
        assert_eq!(server.accepted(), 2);
    });
}

#[test]
fn a_dropped_connection_fails_a_request_that_may_have_acted() {
    on_one_thread(async {
        let server = server_that_hangs_up().await;
        let client = client();
        get(&client, &server.url("/")).await;
        let outcome = client
            .send(request(&client, Method::POST, &server.url("/")))
            .await;
        assert_eq!(failure(&outcome), (1000, "unexpected EOF"));
        assert_eq!(server.accepted(), 1);
    });
}

#[test]
fn a_connection_that_was_closed_while_idle_is_not_used() {
    on_one_thread(async {
        // Each connection answers once and closes; nothing is sent twice.
        let server = Server::canned(HELLO, 1).await;
        let client = client();
        for number in 1..=3 {
            let outcome = client
                .send(request(&client, Method::POST, &server.url("/")))
                .await;
            assert_eq!(body_text(&outcome), "hello");
            assert_eq!(server.accepted(), number);
            // The server's end has been read once the connection's task is done.
            tokio::task::yield_now().await;
        }
    });
}

#[test]
fn interim_answers_are_passed_over() {
    on_one_thread(async {
        let interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
        let server = Server::canned([interim.as_bytes(), HELLO].concat(), 1).await;
        let outcome = get(&client(), &server.url("/")).await;
        assert_eq!(status(&outcome), StatusCode::OK);
        assert!(!answer(&outcome).headers.contains_key("link"));
    });
}

#[test]
fn an_errors_status_has_a_number_but_is_no_failure() {
    on_one_thread(async {
        let server = Server::http(Router::new()).await;
        let outcome = get(&client(), &server.url("/nowhere")).await;
        assert_eq!(status(&outcome), StatusCode::NOT_FOUND);
        assert_eq!(outcome.error(), None);
        assert_eq!(outcome.last.error_code().unwrap().number(), 1404);
    });
}

#[test]
fn an_answer_without_a_length_ends_with_its_connection() {
    on_one_thread(async {
        let server = Server::canned("HTTP/1.0 200 OK\r\n\r\nall of it", 1).await;
        let outcome = get(&client(), &server.url("/")).await;
        assert_eq!(body_text(&outcome), "all of it");
        assert_eq!(outcome.last.proto(), "HTTP/1.0");
    });
}
