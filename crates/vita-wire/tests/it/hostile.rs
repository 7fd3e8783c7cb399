//! Servers that do what they must not: each ends in an error with its number, in bounded time and
//! memory.

use std::time::Duration;

use axum::http::Method;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use vita_wire::{ClientConfig, Limits};

use crate::server::{
    Server, answer, body_text, client, client_with, failure, get, on_one_thread, read_head,
    request, status,
};

async fn answer_of(raw: impl Into<Vec<u8>>) -> vita_wire::Outcome {
    let server = Server::canned(raw, 1).await;
    get(&client(), &server.url("/")).await
}

#[test]
fn nobody_listening_is_refused_with_every_phase_zero() {
    on_one_thread(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let outcome = get(&client(), &format!("http://{address}/")).await;
        assert_eq!(failure(&outcome), (1212, "dial: connection refused"));
        assert_eq!(outcome.last.status, 0);
        assert_eq!(outcome.last.timings, vita_wire::Timings::default());
    });
}

#[test]
fn a_head_without_end_stops_at_its_limit() {
    on_one_thread(async {
        let server = Server::raw(|mut stream, _| async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ").await;
            // Ends when the client has hung up.
            while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        })
        .await;
        let client = client();
        let outcome = get(&client, &server.url("/")).await;
        let (code, text) = failure(&outcome);
        assert_eq!(code, 1000);
        assert!(text.contains("head is larger"), "{text}");
        assert!(client.traffic().received < 1 << 20);
    });
}

#[test]
fn too_many_headers_stop_at_their_limit() {
    on_one_thread(async {
        let headers = "X-Header: y\r\n".repeat(1000);
        let outcome = answer_of(format!("HTTP/1.1 200 OK\r\n{headers}\r\n")).await;
        assert_eq!(failure(&outcome).0, 1000);
    });
}

#[test]
fn a_body_shorter_than_announced_is_an_unexpected_end() {
    on_one_thread(async {
        for raw in [
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nshort",
            "HTTP/1.1 200 OK\r\nContent-Le",
            "",
        ] {
            let outcome = answer_of(raw).await;
            assert_eq!(failure(&outcome), (1000, "unexpected EOF"), "{raw:?}");
            assert_eq!(outcome.last.status, 0);
        }
    });
}

#[test]
fn a_body_longer_than_announced_does_not_reach_the_next_request() {
    on_one_thread(async {
        let raw = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n";
        let server = Server::canned(raw, 1).await;
        let client = client();
        for _ in 0..2 {
            let outcome = get(&client, &server.url("/")).await;
            assert_eq!(
                (status(&outcome).as_u16(), body_text(&outcome)),
                (200, "ok")
            );
        }
        assert_eq!(server.accepted(), 2);
    });
}

#[test]
fn what_is_not_http_is_malformed() {
    on_one_thread(async {
        for raw in [
            "SSH-2.0-OpenSSH_9.9\r\n\r\n",
            "HTTP/1.1 banana OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
            "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        ] {
            let outcome = answer_of(raw).await;
            assert_eq!(failure(&outcome).0, 1000, "{raw:?}");
            assert!(outcome.response.is_none());
        }
    });
}

#[test]
fn a_reset_is_told_as_one() {
    on_one_thread(async {
        let server = Server::raw(|mut stream, _| async move {
            read_head(&mut stream).await;
            // Closing at once rather than gracefully sends a reset.
            stream.set_zero_linger().unwrap();
        })
        .await;
        let outcome = get(&client(), &server.url("/")).await;
        assert_eq!(failure(&outcome), (1220, "read: connection reset by peer"));
    });
}

#[test]
fn a_drip_ends_when_the_requests_time_is_up() {
    on_one_thread(async {
        let server = Server::raw(|mut stream, _| async move {
            read_head(&mut stream).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                .await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await;
        let client = client();
        let mut asked = request(&client, Method::GET, &server.url("/"));
        asked.timeout = Duration::from_millis(100);
        let outcome = client.send(asked).await;
        assert_eq!(failure(&outcome), (1050, "request timeout"));
        assert!(outcome.last.timings.receiving > Duration::ZERO);
    });
}

#[test]
fn silence_ends_when_the_requests_time_is_up() {
    on_one_thread(async {
        let server = Server::raw(|mut stream, _| async move {
            read_head(&mut stream).await;
            // Nothing more comes from the client: this waits until it hangs up.
            read_head(&mut stream).await;
        })
        .await;
        let client = client();
        let mut asked = request(&client, Method::GET, &server.url("/"));
        asked.timeout = Duration::from_millis(50);
        let outcome = client.send(asked).await;
        assert_eq!(failure(&outcome), (1050, "request timeout"));
        let timings = outcome.last.timings;
        assert!(timings.waiting > Duration::ZERO && timings.receiving == Duration::ZERO);
        assert!(outcome.last.connection.is_some());
    });
}

#[test]
fn a_bomb_is_not_unpacked_beyond_its_limit() {
    on_one_thread(async {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packed, &vec![0; 4 << 20]).unwrap();
        let packed = packed.finish().unwrap();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            packed.len()
        );
        let server = Server::canned([head.into_bytes(), packed].concat(), 1).await;
        let client = client_with(ClientConfig {
            limits: Limits {
                decoded_bytes_max: 1 << 20,
                ..Limits::default()
            },
            ..ClientConfig::default()
        });
        let outcome = get(&client, &server.url("/")).await;
        let (code, text) = failure(&outcome);
        assert_eq!(code, 1701);
        assert!(text.contains("limit of decoded bodies"), "{text}");
        assert_eq!(outcome.last.status, 200);
        assert_eq!(answer(&outcome).body, None);
    });
}

#[test]
fn what_is_wrongly_called_compressed_cannot_be_decoded() {
    on_one_thread(async {
        let raw = "HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 5\r\n\r\nplain";
        let outcome = answer_of(raw).await;
        assert_eq!(failure(&outcome).0, 1701);
        assert_eq!(outcome.last.error_code().unwrap().number(), 1701);
    });
}

#[test]
fn an_answer_to_nothing_spoils_the_connection_not_the_next_request() {
    on_one_thread(async {
        let server = Server::raw(|mut stream, number| async move {
            read_head(&mut stream).await;
            let once = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
            let _ = stream.write_all(format!("{once}{number}").as_bytes()).await;
            if number == 1 {
                let _ = stream.write_all(format!("{once}!").as_bytes()).await;
            }
            read_head(&mut stream).await;
        })
        .await;
        let client = client();
        assert_eq!(body_text(&get(&client, &server.url("/")).await), "1");
        assert_eq!(body_text(&get(&client, &server.url("/")).await), "2");
    });
}
