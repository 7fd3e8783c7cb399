//! Bodies that are generated, compressed, or read as they come.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request as Asked};
use axum::http::{HeaderMap, Method};
use axum::routing::{get as on_get, post};
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc;
use vita_wire::{
    Body, Boundary, ClientConfig, Encoding, FormFile, FormPart, Limits, Pattern, Segment, multipart,
};

use crate::server::{
    Server, answer, body_text, client, client_with, failure, get, on_one_thread, read_head, request,
};

#[test]
fn a_generated_body_arrives_whole_and_is_never_held_whole() {
    const BYTES: u64 = 20 << 20;
    on_one_thread(async {
        let largest = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&largest);
        let count = move |asked: Asked| async move {
            assert_eq!(asked.headers()["content-length"], BYTES.to_string());
            let mut pieces = asked.into_body().into_data_stream();
            let mut total = 0;
            while let Some(piece) = pieces.next().await {
                let piece = piece.unwrap();
                assert!(piece.iter().all(|byte| *byte == b'v'));
                seen.fetch_max(piece.len(), Ordering::Relaxed);
                total += piece.len();
            }
            total.to_string()
        };
        let server = Server::http(Router::new().route("/", post(count))).await;
        let client = client();
        let mut upload = request(&client, Method::POST, &server.url("/"));
        upload.body = Body::from(vec![Segment::Generated {
            bytes: BYTES,
            pattern: Pattern::Repeat(Bytes::from_static(b"v")),
        }]);
        let outcome = client.send(upload).await;
        assert_eq!(body_text(&outcome), BYTES.to_string());
        assert!(client.traffic().sent > BYTES);
        assert!(largest.load(Ordering::Relaxed) < 1 << 20);
    });
}

#[test]
fn a_form_with_a_file_is_read_by_a_server() {
    on_one_thread(async {
        let read = |mut form: axum::extract::Multipart| async move {
            let mut told = String::new();
            while let Some(field) = form.next_field().await.unwrap() {
                let name = field.name().unwrap().to_owned();
                let file = field.file_name().unwrap_or("-").to_owned();
                let text = field.text().await.unwrap();
                write!(told, "{name} {file} {text};").unwrap();
            }
            told
        };
        let server = Server::http(Router::new().route("/", post(read))).await;
        let client = client();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let boundary = Boundary::new("----border").unwrap();
        let parts = [
            FormPart {
                name: "title".to_owned(),
                file: None,
                content: Segment::Bytes(Bytes::from_static(b"A video")),
            },
            FormPart {
                name: "video".to_owned(),
                file: Some(FormFile {
                    name: "v.mp4".to_owned(),
                    content_type: "video/mp4".to_owned(),
                }),
                content: Segment::File {
                    file: Arc::new(file),
                    offset: 2,
                    bytes: 5,
                },
            },
        ];
        let mut upload = request(&client, Method::POST, &server.url("/"));
        upload
            .headers
            .insert("content-type", boundary.content_type().parse().unwrap());
        upload.body = Body::from(multipart(&boundary, &parts).unwrap());
        let outcome = client.send(upload).await;
        assert_eq!(body_text(&outcome), "title - A video;video v.mp4 23456;");
    });
}

#[test]
fn a_file_that_ends_early_fails_the_request_with_the_reason() {
    on_one_thread(async {
        let server =
            Server::http(Router::new().route("/", post(|body: Bytes| async { body }))).await;
        let client = client();
        let mut upload = request(&client, Method::POST, &server.url("/"));
        upload.body = Body::from(vec![Segment::File {
            file: Arc::new(tempfile::tempfile().unwrap()),
            offset: 0,
            bytes: 10,
        }]);
        let outcome = client.send(upload).await;
        let (code, text) = failure(&outcome);
        assert_eq!(code, 1000);
        assert!(text.contains("failed to read the body's file"), "{text}");
    });
}

#[test]
fn compressed_bodies_are_sent_in_order_and_decoded_back() {
    on_one_thread(async {
        let mirror = |headers: HeaderMap, body: Bytes| async move {
            (
                [("content-encoding", headers["content-encoding"].clone())],
                body,
            )
        };
        let router = Router::new().route("/", post(mirror));
        let server = Server::http(router).await;
        let client = client();
        let mut sent = request(&client, Method::POST, &server.url("/"));
        let text = "compress me ".repeat(1000);
        sent.body = Body::Bytes(Bytes::from(text.clone()));
        sent.compression = vec![
            Encoding::Br,
            Encoding::Zstd,
            Encoding::Deflate,
            Encoding::Gzip,
        ];
        let outcome = client.send(sent).await;
        assert_eq!(body_text(&outcome), text);
        assert_eq!(
            answer(&outcome).headers["content-encoding"],
            "br, zstd, deflate, gzip"
        );
        assert!(answer(&outcome).body_bytes < 1000);
        assert!(client.traffic().sent < 1000);
    });
}

#[test]
fn a_generated_body_is_not_compressed() {
    on_one_thread(async {
        let client = client();
        let mut sent = request(&client, Method::POST, "http://127.0.0.1:1/");
        sent.body = Body::from(vec![Segment::Bytes(Bytes::from_static(b"x"))]);
        sent.compression = vec![Encoding::Gzip];
        let outcome = client.send(sent).await;
        assert!(failure(&outcome).1.contains("can't be compressed"));
    });
}

#[test]
fn events_are_read_as_they_come() {
    on_one_thread(async {
        let (send, receive) = mpsc::channel::<&'static str>(1);
        let receive = std::rc::Rc::new(tokio::sync::Mutex::new(receive));
        let server = Server::raw(move |mut stream, _| {
            let receive = std::rc::Rc::clone(&receive);
            async move {
                read_head(&mut stream).await;
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
                stream.write_all(head.as_bytes()).await.unwrap();
                while let Some(event) = receive.lock().await.recv().await {
                    let chunk = format!("{:x}\r\n{event}\r\n", event.len());
                    stream.write_all(chunk.as_bytes()).await.unwrap();
                }
                stream.write_all(b"0\r\n\r\n").await.unwrap();
            }
        })
        .await;
        let client = client();
        let mut stream = client
            .open(request(&client, Method::GET, &server.url("/")))
            .await
            .unwrap();
        assert_eq!(stream.head().headers["content-type"], "text/event-stream");
        // Each event is read before the next is sent: nothing waits for the whole.
        for event in ["data: 1\n\n", "data: two\n\n"] {
            send.send(event).await.unwrap();
            assert_eq!(stream.next().await.unwrap().unwrap(), event);
        }
        drop(send);
        assert_eq!(stream.next().await.unwrap(), None);
        let outcome = stream.end(None);
        assert_eq!(answer(&outcome).body_bytes, 20);
        assert!(outcome.last.timings.waiting > std::time::Duration::ZERO);
    });
}

#[test]
fn a_stream_that_is_left_closes_its_connection() {
    on_one_thread(async {
        let router = Router::new().route("/", on_get(|| async { vec![b'x'; 5 << 20] }));
        let server = Server::http(router).await;
        let client = client();
        let mut stream = client
            .open(request(&client, Method::GET, &server.url("/")))
            .await
            .unwrap();
        assert!(stream.next().await.unwrap().is_some());
        stream.end(None);
        let outcome = get(&client, &server.url("/")).await;
        assert_eq!(answer(&outcome).body.as_ref().unwrap().len(), 5 << 20);
        assert_eq!(server.accepted(), 2);
    });
}

#[test]
fn a_body_beyond_the_limit_fails_whether_or_not_its_length_was_told() {
    on_one_thread(async {
        let client = client_with(ClientConfig {
            limits: Limits {
                body_bytes_max: 100_000,
                ..Limits::default()
            },
            ..ClientConfig::default()
        });
        let chunked = || {
            let pieces = (0..200).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![0; 1000])));
            axum::body::Body::from_stream(futures_util::stream::iter(pieces))
        };
        let router = Router::new()
            .route("/told", on_get(|| async { vec![0; 200_000] }))
            .route("/untold", on_get(move || async move { chunked() }))
            .route("/fits", on_get(|| async { vec![0; 100_000] }))
            .layer(DefaultBodyLimit::disable());
        let server = Server::http(router).await;
        for path in ["/told", "/untold"] {
            let outcome = get(&client, &server.url(path)).await;
            assert!(
                failure(&outcome)
                    .1
                    .contains("100000 bytes, the limit of kept bodies")
            );
            assert!(outcome.response.is_none());
        }
        assert!(get(&client, &server.url("/fits")).await.error().is_none());
    });
}
