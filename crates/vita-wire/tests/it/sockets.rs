//! WebSockets against real servers.

use std::rc::Rc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use vita_wire::{
    Client, ClientConfig, Limits, SharedJar, Socket, SocketEvent, SocketFailure, SocketRequest,
};

use crate::server::{Server, client, client_with, on_one_thread};
use crate::tls::certificates;

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let end = CloseFrame {
            code: 4000,
            reason: "bye".into(),
        };
        let sent = match message {
            Message::Text(text) if text.as_str() == "end" => {
                socket.send(Message::Close(Some(end))).await
            }
            Message::Text(_) | Message::Binary(_) => socket.send(message).await,
            _ => Ok(()),
        };
        if sent.is_err() {
            return;
        }
    }
}

fn site() -> Router {
    let open = |headers: HeaderMap, upgrade: WebSocketUpgrade| async move {
        if !headers.contains_key("x-ticket") {
            return (
                StatusCode::FORBIDDEN,
                [("set-cookie", "seen=1")],
                "no ticket",
            )
                .into_response();
        }
        let cookie = headers.get("cookie").cloned();
        let mut answer: Response = upgrade.protocols(["chat.v2"]).on_upgrade(echo);
        answer
            .headers_mut()
            .insert("set-cookie", "opened=1".parse().unwrap());
        if let Some(cookie) = cookie {
            answer.headers_mut().insert("x-cookie", cookie);
        }
        answer
    };
    Router::new().route("/", any(open))
}

fn with_ticket(client: &Client, url: &str) -> SocketRequest {
    let mut request = SocketRequest::new(client.target(url).unwrap());
    request.headers.insert("x-ticket", "1".parse().unwrap());
    request
}

async fn open(client: &Client, url: &str) -> Socket {
    opened(client.open_socket(with_ticket(client, url)).await)
}

fn opened(result: Result<Socket, Box<SocketFailure>>) -> Socket {
    result.unwrap_or_else(|failure| panic!("{}", failure.error))
}

fn refused(result: Result<Socket, Box<SocketFailure>>) -> Box<SocketFailure> {
    match result {
        Ok(_) => panic!("the socket opened"),
        Err(failure) => failure,
    }
}

#[test]
fn messages_of_every_kind_go_there_and_back() {
    on_one_thread(async {
        let server = Server::http(site()).await;
        let client = client();
        let Socket {
            mut sender,
            mut receiver,
            handshake,
        } = open(&client, &format!("ws://{}/", server.address)).await;
        assert_eq!(handshake.status, 101);
        assert_eq!(handshake.protocol, None);
        assert!(handshake.timings.connecting > std::time::Duration::ZERO);
        assert_eq!(handshake.connection.unwrap().remote, server.address);

        sender.send_text("grüße".to_owned()).await.unwrap();
        let text = receiver.next().await.unwrap().unwrap();
        assert_eq!(text, SocketEvent::Text("grüße".into()));

        let data = Bytes::from(vec![7; 300_000]);
        sender.send_binary(data.clone()).await.unwrap();
        assert_eq!(
            receiver.next().await.unwrap().unwrap(),
            SocketEvent::Binary(data)
        );

        sender.ping(Bytes::from_static(b"p")).await.unwrap();
        let pong = receiver.next().await.unwrap().unwrap();
        assert_eq!(pong, SocketEvent::Pong(Bytes::from_static(b"p")));

        sender.send_text("end".to_owned()).await.unwrap();
        let close = receiver.next().await.unwrap().unwrap();
        assert_eq!(close, SocketEvent::Close(4000, "bye".to_owned()));
        assert_eq!(receiver.next().await.unwrap(), None);
        assert!(sender.send_text("late".to_owned()).await.is_err());
        assert!(client.traffic().sent > 300_000 && client.traffic().received > 300_000);
    });
}

#[test]
fn our_own_close_is_answered() {
    on_one_thread(async {
        let server = Server::http(site()).await;
        let mut socket = open(&client(), &format!("ws://{}/", server.address)).await;
        socket.sender.close(1000, "done".to_owned()).await.unwrap();
        let answer = socket.receiver.next().await.unwrap().unwrap();
        assert_eq!(answer, SocketEvent::Close(1000, "done".to_owned()));
        assert_eq!(socket.receiver.next().await.unwrap(), None);
    });
}

#[test]
fn a_subprotocol_is_agreed_on_or_left() {
    on_one_thread(async {
        let server = Server::http(site()).await;
        let client = client();
        for (asked, agreed) in [
            (&["chat.v3", "chat.v2"][..], Some("chat.v2")),
            (&["other"], None),
        ] {
            let mut request = with_ticket(&client, &format!("ws://{}/", server.address));
            request.protocols = asked.iter().map(|name| (*name).to_owned()).collect();
            let socket = opened(client.open_socket(request).await);
            assert_eq!(socket.handshake.protocol.as_deref(), agreed);
        }
    });
}

#[test]
fn a_refusal_is_told_with_its_status_and_words() {
    on_one_thread(async {
        let server = Server::http(site()).await;
        let client = client();
        let target = client.target(&format!("ws://{}/", server.address)).unwrap();
        let jar = SharedJar::default();
        let mut request = SocketRequest::new(target);
        request.jar = Some(Rc::clone(&jar));
        let failure = refused(client.open_socket(request).await);
        assert!(failure.error.text.starts_with("websocket: bad handshake"));
        let refusal = failure.refusal.unwrap();
        assert_eq!(refusal.status, StatusCode::FORBIDDEN);
        assert_eq!(refusal.body, "no ticket");
        assert!(!jar.borrow().is_empty());
    });
}

#[test]
fn cookies_of_the_jar_open_doors_and_new_ones_are_kept() {
    on_one_thread(async {
        let server = Server::http(site()).await;
        let client = client();
        let jar = SharedJar::default();
        for expected in [None, Some("opened=1")] {
            let mut request = with_ticket(&client, &format!("ws://{}/", server.address));
            request.jar = Some(Rc::clone(&jar));
            let socket = opened(client.open_socket(request).await);
            let sent = socket.handshake.headers.get("x-cookie");
            assert_eq!(sent.map(|value| value.to_str().unwrap()), expected);
        }
    });
}

#[test]
fn a_message_beyond_the_limit_ends_the_socket() {
    on_one_thread(async {
        let server = Server::http(site()).await;
        let client = client_with(ClientConfig {
            limits: Limits {
                message_bytes_max: 1000,
                ..Limits::default()
            },
            ..ClientConfig::default()
        });
        let mut socket = open(&client, &format!("ws://{}/", server.address)).await;
        socket.sender.send_text("x".repeat(1001)).await.unwrap();
        let error = socket.receiver.next().await.unwrap_err();
        assert!(error.text.contains("limit of a message"), "{error}");
    });
}

#[test]
fn sockets_work_over_tls_though_the_server_would_speak_http2() {
    on_one_thread(async {
        let made = certificates();
        let config = made.server_config(false, &["h2", "http/1.1"]);
        let server = Server::https(site(), config).await;
        let client = client_with(made.client_config(&server));
        let mut socket = open(&client, "wss://right.test/").await;
        assert!(socket.handshake.timings.tls_handshaking > std::time::Duration::ZERO);
        socket.sender.send_text("secret".to_owned()).await.unwrap();
        let text = socket.receiver.next().await.unwrap().unwrap();
        assert_eq!(text, SocketEvent::Text("secret".into()));
    });
}

#[test]
fn compression_is_refused_by_name() {
    on_one_thread(async {
        let client = client();
        let mut request = with_ticket(&client, "ws://127.0.0.1:1/");
        request.compression = Some("deflate".to_owned());
        let failure = refused(client.open_socket(request).await);
        assert!(failure.error.text.contains("`deflate` is not supported"));
    });
}

#[test]
fn nobody_listening_and_a_liar_are_failures() {
    on_one_thread(async {
        let client = client();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}/", listener.local_addr().unwrap());
        drop(listener);
        let failure = refused(client.open_socket(with_ticket(&client, &url)).await);
        assert_eq!(failure.error.code.number(), 1212);

        let lie = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Accept: made up\r\n\r\n";
        let server = Server::canned(lie, 1).await;
        let url = format!("ws://{}/", server.address);
        let failure = refused(client.open_socket(with_ticket(&client, &url)).await);
        assert!(
            failure.error.text.contains("does not fit the key"),
            "{}",
            failure.error
        );
    });
}

#[test]
fn frames_that_come_with_the_handshakes_answer_are_not_lost() {
    on_one_thread(async {
        use tokio::io::AsyncWriteExt as _;
        let server = Server::raw(|mut stream, _| async move {
            let head = crate::server::read_head(&mut stream).await;
            let head = String::from_utf8(head).unwrap();
            let key = head
                .lines()
                .find_map(|line| {
                    line.split_once(": ")
                        .filter(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"))
                })
                .unwrap()
                .1;
            let accept =
                tokio_tungstenite::tungstenite::handshake::derive_accept_key(key.as_bytes());
            let head = format!(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                 Sec-WebSocket-Accept: {accept}\r\n\r\n"
            );
            // RFC 6455 §5.7: a whole, unmasked text of five letters.
            let answer = [head.as_bytes(), b"\x81\x05Hello"].concat();
            stream.write_all(&answer).await.unwrap();
            crate::server::read_head(&mut stream).await;
        })
        .await;
        let mut socket = open(&client(), &format!("ws://{}/", server.address)).await;
        let text = socket.receiver.next().await.unwrap().unwrap();
        assert_eq!(text, SocketEvent::Text("Hello".into()));
    });
}
