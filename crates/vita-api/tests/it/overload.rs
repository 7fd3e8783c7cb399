use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::yield_now;
use tokio::time::timeout;
use vita_api::{ApiConfig, GateConfig, Server, ServerConfig};
use vita_db::DbError;

use crate::api::{PATIENCE, TestApi, User, request};

/// An installation that serves one request at a time, on the database with one writer.
fn with_one_place(wait_max: Duration) -> Arc<TestApi> {
    Arc::new(TestApi::on_sqlite(ApiConfig {
        gate: GateConfig {
            in_flight_max: 1,
            waiting_max: 10,
            wait_max,
        },
        ..ApiConfig::default()
    }))
}

/// Keeps the database's writer busy until what is returned is dropped.
async fn block_writer(api: &TestApi) -> SyncSender<()> {
    let (release, released) = sync_channel(0);
    let (started, has_started) = tokio::sync::oneshot::channel();
    let shared = (Mutex::new(Some(started)), Mutex::new(released));
    let db = api.db.clone();
    tokio::spawn(async move {
        db.write(
            shared,
            |_, shared: &(Mutex<Option<_>>, Mutex<Receiver<()>>)| {
                let started: Option<tokio::sync::oneshot::Sender<()>> =
                    shared.0.lock().unwrap().take();
                Box::pin(async move {
                    started.unwrap().send(()).unwrap();
                    // Ends with an error when the other side is dropped, which is its signal.
                    let _ = shared.1.lock().unwrap().recv();
                    Ok::<_, DbError>(())
                })
            },
        )
        .await
    });
    has_started.await.unwrap();
    release
}

/// Waits until as many writes wait for the writer.
async fn wait_for_writes(api: &TestApi, count: usize) {
    let waiting = async {
        while api.db.counts().writes_waiting != count {
            yield_now().await;
        }
    };
    timeout(PATIENCE, waiting).await.unwrap();
}

async fn profile(api: &TestApi, user: &User) -> crate::api::Answer {
    api.ask(user, "GET /api/me", Value::Null).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_much_is_refused_at_once_and_what_is_needed_then_is_not() {
    let api = with_one_place(Duration::from_millis(20));
    let user = api.sign_up().await;
    let release = block_writer(&api).await;
    let rename = {
        let (api, user) = (Arc::clone(&api), user.clone());
        tokio::spawn(async move {
            api.ask(&user, "PATCH /api/me", json!({"name": "Ann"}))
                .await
        })
    };
    wait_for_writes(&api, 1).await;
    let refused = profile(&api, &user).await;
    assert_eq!(refused.problem(), "OVERLOADED");
    assert_eq!(refused.header("retry-after"), "2");
    // Nothing of the request was looked at, not even who sent it.
    assert_eq!(api.get("/api/me").await.problem(), "OVERLOADED");
    assert_eq!(api.get("/ws").await.problem(), "OVERLOADED");
    for free in ["/api/health", "/health/ready", "/docs/problems"] {
        assert_eq!(api.get(free).await.status, StatusCode::OK, "{free}");
    }
    // For an administrator it would be there.
    let admin = api.ask(&user, "GET /admin/queue", Value::Null).await;
    assert_eq!(admin.problem(), "NOT_FOUND");
    let wrong = json!({"email": "user0@example.com", "password": "wrong password"});
    let login = api.send(crate::api::with_json(
        request(Method::POST, "/api/auth/login"),
        &wrong,
    ));
    assert_eq!(login.await.problem(), "INVALID_CREDENTIALS");
    drop(release);
    assert_eq!(rename.await.unwrap().status, StatusCode::OK);
    assert_eq!(profile(&api, &user).await.json()["name"], "Ann");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_goes_away_gives_its_place_back() {
    let api = with_one_place(PATIENCE);
    let user = api.sign_up().await;
    let server = Server::bind(([127, 0, 0, 1], 0).into(), ServerConfig::default()).unwrap();
    let addr = server.local_addr();
    tokio::spawn(server.run(api.router(), api.shutdown.clone()));
    let _release = block_writer(&api).await;
    let mut client = TcpStream::connect(addr).await.unwrap();
    let body = r#"{"name":"Ann"}"#;
    let head = format!(
        "PATCH /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        user.token,
        body.len()
    );
    client.write_all(head.as_bytes()).await.unwrap();
    wait_for_writes(&api, 1).await;
    drop(client);
    // The write that nobody waits for keeps nobody out.
    assert_eq!(profile(&api, &user).await.status, StatusCode::OK);
    api.shutdown.cancel();
}

#[tokio::test]
async fn a_body_that_comes_slowly_keeps_nobody_out() {
    let api = with_one_place(PATIENCE);
    let user = api.sign_up().await;
    let (sender, receiver) = tokio::sync::oneshot::channel::<Bytes>();
    let body = stream::once(async move { receiver.await.map_err(std::io::Error::other) });
    let slow = user
        .request("PATCH", "/api/me")
        .header("content-type", "application/json")
        .body(Body::from_stream(body))
        .unwrap();
    let slow = {
        let api = Arc::clone(&api);
        tokio::spawn(async move { api.send(slow).await })
    };
    yield_now().await;
    assert_eq!(profile(&api, &user).await.status, StatusCode::OK);
    sender
        .send(Bytes::from_static(b"{\"name\":\"Ann\"}"))
        .unwrap();
    assert_eq!(slow.await.unwrap().json()["name"], "Ann");
}

#[tokio::test]
async fn many_more_than_there_are_places_are_all_served_in_turn() {
    let api = with_one_place(PATIENCE);
    let user = api.sign_up().await;
    let asked: Vec<_> = (0..10)
        .map(|_| {
            let (api, user) = (Arc::clone(&api), user.clone());
            tokio::spawn(async move { profile(&api, &user).await.status })
        })
        .collect();
    for asked in asked {
        assert_eq!(asked.await.unwrap(), StatusCode::OK);
    }
}

/// What the server says until it closes the connection.
async fn exchange(addr: std::net::SocketAddr, request: &str) -> String {
    let mut client = TcpStream::connect(addr).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = client.read_to_end(&mut answer);
    timeout(PATIENCE, read).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_not_asked_for() {
    let api = TestApi::new();
    let server = Server::bind(([127, 0, 0, 1], 0).into(), ServerConfig::default()).unwrap();
    let addr = server.local_addr();
    tokio::spawn(server.run(api.router(), api.shutdown.clone()));
    let login = |length: usize, body: &str| {
        format!(
            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n{body}"
        )
    };
    let answer = exchange(addr, &login(2_000_000, "")).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("PAYLOAD_TOO_LARGE"), "{answer}");
    // One that may come is asked for.
    let answer = exchange(addr, &login(2, "{}")).await;
    assert!(
        answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 "),
        "{answer}"
    );
    api.shutdown.cancel();
}
