use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use vita_api::{ApiConfig, Server, ServerConfig};

use crate::api::{PATIENCE, TestApi, User};
use crate::generations::generate;

struct Socket(WebSocketStream<TcpStream>);

fn serve(api: &TestApi) -> SocketAddr {
    let server = Server::bind(([127, 0, 0, 1], 0).into(), ServerConfig::default()).unwrap();
    let addr = server.local_addr();
    tokio::spawn(server.run(api.router(), api.shutdown.clone()));
    addr
}

async fn connect(
    addr: SocketAddr,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<Socket, Error> {
    let mut request = format!("ws://{addr}{path}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let stream = TcpStream::connect(addr).await.unwrap();
    let (socket, _) = client_async(request, stream).await?;
    Ok(Socket(socket))
}

async fn open(addr: SocketAddr, user: &User) -> Socket {
    connect(addr, &format!("/ws?token={}", user.token), &[])
        .await
        .unwrap()
}

/// The status of a refused upgrade.
async fn refusal(addr: SocketAddr, path: &str, headers: &[(&'static str, &str)]) -> StatusCode {
    match connect(addr, path, headers).await {
        Err(Error::Http(response)) => response.status(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("{path} was let in"),
    }
}

impl Socket {
    async fn say(&mut self, message: Value) {
        self.0
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    async fn frame(&mut self) -> Message {
        let next = tokio::time::timeout(PATIENCE, self.0.next());
        next.await.expect("nothing came").unwrap().unwrap()
    }

    async fn hear(&mut self) -> Value {
        match self.frame().await {
            Message::Text(text) => {
                let message: Value = serde_json::from_str(&text).unwrap();
                assert!(message["type"].is_string() && message["timestamp"].is_string());
                message
            }
            other => panic!("{other:?}"),
        }
    }

    async fn close_code(&mut self) -> u16 {
        loop {
            if let Message::Close(Some(frame)) = self.frame().await {
                return frame.code.into();
            }
        }
    }
}

#[tokio::test]
async fn the_present_state_comes_first_and_then_every_change_in_order() {
    let mut api = TestApi::new();
    let user = api.sign_up().await;
    let id = generate(&api, &user).await;
    let addr = serve(&api);
    let mut socket = open(addr, &user).await;
    socket
        .say(json!({"type": "subscribe", "generationId": id}))
        .await;
    assert_eq!(socket.hear().await["type"], "subscribed");
    let present = socket.hear().await;
    assert_eq!(
        (&present["type"], &present["status"]),
        (&json!("status"), &json!("queued"))
    );
    assert_eq!(present["generationId"], json!(id));

    api.start_workers().await;
    let (mut progress, mut updated_at) = (0, present["updatedAt"].as_str().unwrap().to_owned());
    let last = loop {
        let message = socket.hear().await;
        assert_eq!(message["generationId"], json!(id));
        let later = message["updatedAt"].as_str().unwrap().to_owned();
        assert!(later >= updated_at, "{message}");
        assert!(
            message["progress"].as_i64().unwrap() >= progress,
            "{message}"
        );
        (progress, updated_at) = (message["progress"].as_i64().unwrap(), later);
        if message["type"] != "progress" {
            break message;
        }
    };
    assert_eq!(
        (&last["type"], &last["status"]),
        (&json!("completed"), &json!("completed"))
    );
    assert!(last["videoUrl"].as_str().unwrap().contains("clip.mp4?exp="));
    socket
        .say(json!({"type": "subscribe", "generationId": id}))
        .await;
    assert_eq!(socket.hear().await["type"], "subscribed");
    assert_eq!(socket.hear().await["status"], "completed");
}

#[tokio::test]
async fn a_job_is_watched_like_a_generation() {
    let mut api = TestApi::new();
    let user = api.sign_up().await;
    let generation = generate(&api, &user).await;
    let found = api
        .ask(
            &user,
            &format!("GET /api/generations/{generation}"),
            Value::Null,
        )
        .await;
    let project = found.json()["projectId"].as_str().unwrap().to_owned();
    let export = format!("POST /api/projects/{project}/export");
    let job = api
        .make(&user, &export, json!({"format": "storyboard"}))
        .await;
    let addr = serve(&api);
    let mut socket = open(addr, &user).await;
    socket.say(json!({"type": "subscribe", "jobId": job})).await;
    assert_eq!(socket.hear().await["jobId"], json!(job));
    assert_eq!(socket.hear().await["status"], "queued");
    api.start_workers().await;
    let last = loop {
        let message = socket.hear().await;
        if !["status", "progress"].contains(&message["type"].as_str().unwrap()) {
            break message;
        }
    };
    assert_eq!(last["type"], "completed", "{last}");
    let url = last["result"]["url"].as_str().unwrap();
    assert_eq!(api.get(url).await.header("content-type"), "image/jpeg");
    let plain = format!("GET /api/media/exports/{job}/storyboard.jpg");
    assert_eq!(
        api.ask(&user, &plain, Value::Null).await.status,
        StatusCode::OK
    );
    let stranger = api.sign_up().await;
    assert_eq!(
        api.ask(&stranger, &plain, Value::Null).await.problem(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn what_is_not_understood_or_not_ones_own_leaves_the_socket_open() {
    let api = TestApi::new();
    let (user, other) = (api.sign_up().await, api.sign_up().await);
    let id = generate(&api, &other).await;
    let addr = serve(&api);
    let bearer = format!("Bearer {}", user.token);
    let mut socket = connect(addr, "/ws", &[("authorization", &bearer)])
        .await
        .unwrap();
    for (message, code) in [
        (
            json!({"type": "subscribe", "generationId": id}),
            "NOT_FOUND",
        ),
        (
            json!({"type": "subscribe", "generationId": "a b"}),
            "NOT_FOUND",
        ),
        (
            json!({"type": "subscribe", "videoId": "vid_1"}),
            "NOT_FOUND",
        ),
        (json!({"type": "subscribe", "jobId": "job_1"}), "NOT_FOUND"),
        (json!({"type": "subscribe"}), "BAD_MESSAGE"),
        (json!({"type": "shout"}), "BAD_MESSAGE"),
        (json!([1]), "BAD_MESSAGE"),
        (
            json!({"type": "auth", "token": other.token}),
            "UNAUTHENTICATED",
        ),
    ] {
        socket.say(message.clone()).await;
        let answer = socket.hear().await;
        assert_eq!(
            (&answer["type"], &answer["code"]),
            (&json!("error"), &json!(code)),
            "{message}"
        );
        if code == "NOT_FOUND" {
            assert!(answer["generationId"].is_string() || message["generationId"].is_null());
        }
    }
    socket.0.send(Message::binary(vec![0, 1])).await.unwrap();
    assert_eq!(socket.hear().await["code"], "BAD_MESSAGE");
    socket.say(json!({"type": "ping"})).await;
    assert_eq!(socket.hear().await["type"], "pong");
    socket
        .say(json!({"type": "auth", "token": user.token}))
        .await;
    socket
        .say(json!({"type": "unsubscribe", "generationId": id}))
        .await;
    socket.say(json!({"type": "ping"})).await;
    assert_eq!(socket.hear().await["type"], "pong");
    socket
        .0
        .send(Message::text("x".repeat(100_000)))
        .await
        .unwrap();
    assert_eq!(socket.close_code().await, 1009);
}

#[tokio::test]
async fn strangers_and_pages_of_other_sites_get_no_socket() {
    let api = TestApi::with_config(ApiConfig {
        public_url: Some("https://clips.example.com/".to_owned()),
        ..ApiConfig::default()
    });
    let user = api.sign_up().await;
    let addr = serve(&api);
    assert_eq!(refusal(addr, "/ws", &[]).await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        refusal(addr, "/ws?token=x", &[]).await,
        StatusCode::UNAUTHORIZED
    );
    let path = format!("/ws?token={}", user.token);
    let evil = [("origin", "https://evil.example.com")];
    assert_eq!(refusal(addr, &path, &evil).await, StatusCode::FORBIDDEN);
    let own = format!("http://{addr}");
    assert!(connect(addr, &path, &[("origin", &own)]).await.is_ok());
    assert!(
        connect(addr, &path, &[("origin", "https://clips.example.com")])
            .await
            .is_ok()
    );
    let plain = api.ask(&user, "GET /ws", Value::Null).await;
    assert_eq!(plain.problem(), "BAD_REQUEST");
}

#[tokio::test]
async fn an_expired_token_ends_the_socket_with_its_code() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let addr = serve(&api);
    let mut socket = open(addr, &user).await;
    api.clock.advance(Duration::from_hours(1));
    assert_eq!(socket.close_code().await, 4401);
}

#[tokio::test]
async fn a_ticket_opens_one_socket() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let id = generate(&api, &user).await;
    let addr = serve(&api);
    let ticket = api.add_ticket(&user).await;
    let path = format!("/ws?ticket={ticket}");
    let mut socket = connect(addr, &path, &[]).await.unwrap();
    socket
        .say(json!({"type": "subscribe", "generationId": id}))
        .await;
    assert_eq!(socket.hear().await["type"], "subscribed");
    assert_eq!(refusal(addr, &path, &[]).await, StatusCode::UNAUTHORIZED);
    // Where a header is sent, it counts, and the ticket is not spent.
    let path = format!("/ws?ticket={}", api.add_ticket(&user).await);
    let wrong = [("authorization", "Bearer x")];
    assert_eq!(refusal(addr, &path, &wrong).await, StatusCode::UNAUTHORIZED);
    assert!(connect(addr, &path, &[]).await.is_ok());
}

#[tokio::test]
async fn sockets_close_with_the_login_or_the_key_that_opened_them() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let other = api.sign_up().await;
    let addr = serve(&api);
    let mut of_login = open(addr, &user).await;
    let ticket = format!("/ws?ticket={}", api.add_ticket(&user).await);
    let mut of_ticket = connect(addr, &ticket, &[]).await.unwrap();
    let mut of_key = open(addr, &api.add_key(&other, &["read"]).await).await;
    let keys = api.ask(&other, "GET /api/keys", Value::Null).await.json();
    let delete = format!(
        "DELETE /api/keys/{}",
        keys["keys"][0]["id"].as_str().unwrap()
    );
    assert_eq!(api.ask(&other, &delete, Value::Null).await.status, 204);
    let logout = api.ask(&user, "POST /api/auth/logout", Value::Null).await;
    assert_eq!(logout.status, 204);
    let codes = tokio::join!(
        of_login.close_code(),
        of_ticket.close_code(),
        of_key.close_code()
    );
    assert_eq!(codes, (4401, 4401, 4401));
}

#[tokio::test]
async fn a_shutdown_says_goodbye_and_is_not_kept_up() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let addr = serve(&api);
    let mut socket = open(addr, &user).await;
    let waiting = generate(&api, &user).await;
    let events = user.request("GET", &format!("/api/generations/{waiting}/events"));
    let events = api.send(events.body(axum::body::Body::empty()).unwrap());
    let end = async {
        api.shutdown.cancel();
        socket.close_code().await
    };
    let (events, code) = tokio::join!(events, end);
    assert_eq!(code, 1001);
    assert!(events.status.is_success());
    let ready = api.get("/health/ready").await;
    assert_eq!(
        (ready.problem().as_str(), ready.header("retry-after")),
        ("OVERLOADED", "1")
    );
}

#[tokio::test]
async fn there_is_a_most_of_live_connections() {
    let api = TestApi::with_config(ApiConfig {
        live_connections_max: 1,
        ..ApiConfig::default()
    });
    let user = api.sign_up().await;
    let addr = serve(&api);
    let first = open(addr, &user).await;
    let path = format!("/ws?token={}", user.token);
    assert_eq!(
        refusal(addr, &path, &[]).await,
        StatusCode::SERVICE_UNAVAILABLE
    );
    drop(first);
}

#[tokio::test]
async fn events_are_streamed_from_the_present_to_the_end() {
    let mut api = TestApi::new();
    let user = api.sign_up().await;
    let id = generate(&api, &user).await;
    api.start_workers().await;
    let path = format!("/api/generations/{id}/events?token={}", user.token);
    let stream = tokio::time::timeout(PATIENCE, api.get(&path))
        .await
        .unwrap();
    assert_eq!(stream.header("content-type"), "text/event-stream");
    let text = stream.text();
    assert!(
        text.contains("event: status\n") && text.contains("event: completed\n"),
        "{text}"
    );
    let last = text
        .lines()
        .rfind(|line| line.starts_with("data: "))
        .unwrap();
    let last: Value = serde_json::from_str(last.strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(
        (&last["type"], &last["status"]),
        (&json!("completed"), &json!("completed"))
    );

    // A browser that connects again is told to stop.
    let event_id = text.lines().rfind(|line| line.starts_with("id: ")).unwrap();
    let again = user
        .request("GET", &path)
        .header("last-event-id", &event_id[4..]);
    let again = api
        .send(again.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(again.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn one_account_cannot_take_all_the_sockets() {
    let api = TestApi::with_config(ApiConfig {
        live_connections_per_user_max: Some(1),
        ..ApiConfig::default()
    });
    let (user, other) = (api.sign_up().await, api.sign_up().await);
    let addr = serve(&api);
    let first = open(addr, &user).await;
    let path = format!("/ws?token={}", user.token);
    assert_eq!(
        refusal(addr, &path, &[]).await,
        StatusCode::TOO_MANY_REQUESTS
    );
    open(addr, &other).await;
    drop(first);
    // The server hears of it a little later.
    let again = async { while connect(addr, &path, &[]).await.is_err() {} };
    tokio::time::timeout(PATIENCE, again).await.unwrap();
}

#[tokio::test]
async fn a_socket_that_floods_is_closed_with_its_code() {
    let api = TestApi::with_config(ApiConfig {
        socket_messages_per_minute: Some(3),
        ..ApiConfig::default()
    });
    let user = api.sign_up().await;
    let addr = serve(&api);
    let mut socket = open(addr, &user).await;
    for _ in 0..3 {
        socket
            .say(json!({"type": "subscribe", "jobId": "job_1"}))
            .await;
        assert_eq!(socket.hear().await["code"], "NOT_FOUND");
    }
    socket.say(json!({"type": "ping"})).await;
    assert_eq!(socket.close_code().await, 4429);
}

#[tokio::test]
async fn a_trusted_proxy_says_which_pages_are_our_own() {
    let page = [
        ("origin", "https://clips.example.com"),
        ("x-forwarded-host", "clips.example.com"),
    ];
    for (proxy, is_let_in) in [("127.0.0.1", true), ("10.0.0.1", false)] {
        let api = TestApi::with_config(ApiConfig {
            trusted_proxies: vec![proxy.parse().unwrap()],
            ..ApiConfig::default()
        });
        let user = api.sign_up().await;
        let addr = serve(&api);
        let path = format!("/ws?token={}", user.token);
        assert_eq!(
            connect(addr, &path, &page).await.is_ok(),
            is_let_in,
            "{proxy}"
        );
    }
}
