use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use vita_api::{ApiConfig, RateLimitsConfig, Server, ServerConfig};

use crate::api::{Answer, TestApi, User, request};

const WINDOW: Duration = Duration::from_mins(1);

fn limited(user_requests: u32, address_requests: u32) -> TestApi {
    TestApi::with_config(ApiConfig {
        trusted_proxies: vec!["0.0.0.0".parse().unwrap()],
        rate_limits: RateLimitsConfig {
            user_requests_per_minute: Some(user_requests),
            address_requests_per_minute: Some(address_requests),
            media_requests_per_minute: Some(5),
            ..RateLimitsConfig::default()
        },
        ..ApiConfig::default()
    })
}

/// Asks from an address; tests have no connection of their own.
async fn ask_from(api: &TestApi, address: &str, path: &str, token: Option<&str>) -> Answer {
    let mut request = request(Method::GET, path).header("x-forwarded-for", address);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    api.send(request.body(Body::empty()).unwrap()).await
}

fn told(answer: &Answer) -> [&str; 3] {
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map(|name| answer.header(name))
}

async fn profile(api: &TestApi, user: &User) -> Answer {
    api.ask(user, "GET /api/me", Value::Null).await
}

#[tokio::test]
async fn an_account_is_told_what_is_left_and_then_when_to_come_back() {
    let api = limited(2, 60);
    let (ann, ben) = (api.sign_up().await, api.sign_up().await);
    assert_eq!(told(&profile(&api, &ann).await), ["2", "1", "60"]);
    // What is not found or not accepted is a request, too.
    let missing = api
        .ask(&ann, "GET /api/projects/prj_none", Value::Null)
        .await;
    assert_eq!(missing.problem(), "NOT_FOUND");
    assert_eq!(told(&missing)[1], "0");
    let refused = profile(&api, &ann).await;
    assert_eq!(refused.problem(), "RATE_LIMITED");
    assert_eq!(told(&refused), ["2", "0", "60"]);
    assert_eq!(refused.header("retry-after"), "60");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("2 requests within a minute") && detail.contains("wait 60 s"),
        "{detail}"
    );
    // Others are not concerned, and the window ends.
    assert_eq!(profile(&api, &ben).await.status, StatusCode::OK);
    api.clock.advance(WINDOW);
    assert_eq!(profile(&api, &ann).await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_a_valid_credential_the_address_counts() {
    let api = limited(600, 3);
    let user = api.sign_up().await;
    let home = "192.0.2.1";
    for token in [None, Some("wrong"), Some("vsr_x")] {
        let answer = ask_from(&api, home, "/api/me", token).await;
        assert_eq!(answer.problem(), "UNAUTHENTICATED");
        assert_eq!(told(&answer)[0], "3");
    }
    // A further guess learns nothing, and neither does the login page.
    let guess = ask_from(&api, home, "/api/me", Some("wrong")).await;
    assert_eq!(guess.problem(), "RATE_LIMITED");
    let login = request(Method::POST, "/api/auth/login").header("x-forwarded-for", home);
    let login = api.send(login.body(Body::empty()).unwrap()).await;
    assert_eq!(login.problem(), "RATE_LIMITED");
    assert!(
        login.json()["detail"]
            .as_str()
            .unwrap()
            .contains("sign in, or wait")
    );
    // Whoever is known there goes on, and so does everybody elsewhere.
    let known = ask_from(&api, home, "/api/me", Some(&user.token)).await;
    assert_eq!(known.status, StatusCode::OK);
    assert_eq!(told(&known)[0], "600");
    assert_eq!(
        ask_from(&api, "192.0.2.2", "/api/me", None).await.problem(),
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn an_ipv6_network_counts_as_one_address() {
    let api = limited(600, 2);
    for (address, expected) in [
        ("2001:db8::1", "UNAUTHENTICATED"),
        ("2001:db8::ffff:2", "UNAUTHENTICATED"),
        ("2001:db8::3", "RATE_LIMITED"),
        ("2001:db8:0:1::1", "UNAUTHENTICATED"),
    ] {
        assert_eq!(
            ask_from(&api, address, "/api/me", None).await.problem(),
            expected,
            "{address}"
        );
    }
}

#[tokio::test]
async fn health_pages_and_the_description_are_not_counted() {
    let api = limited(1, 1);
    for path in [
        "/api/health",
        "/health/ready",
        "/docs/problems",
        "/api/openapi.json",
        "/",
    ] {
        for _ in 0..3 {
            let answer = api
                .send(
                    request(Method::GET, path)
                        .header("accept", "text/html")
                        .body(Body::empty())
                        .unwrap(),
                )
                .await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert_eq!(told(&answer), ["", "", ""], "{path}");
        }
    }
}

#[tokio::test]
async fn files_by_signed_address_have_a_limit_of_their_own() {
    let api = limited(600, 1);
    let path = "/api/media/generations/gen_1/clip.mp4?exp=1&sig=x";
    for _ in 0..5 {
        let answer = ask_from(&api, "192.0.2.1", path, None).await;
        assert_eq!(answer.problem(), "UNAUTHENTICATED");
        assert_eq!(told(&answer)[0], "5");
    }
    assert_eq!(
        ask_from(&api, "192.0.2.1", path, None).await.problem(),
        "RATE_LIMITED"
    );
    assert_eq!(
        ask_from(&api, "192.0.2.1", "/api/me", None).await.problem(),
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn a_socket_is_one_request_of_the_account_that_its_address_names() {
    let api = limited(2, 1);
    let user = api.sign_up().await;
    for expected in ["1", "0"] {
        // Not an upgrade, so it is refused, behind the limit.
        let answer = api.get(&format!("/ws?token={}", user.token)).await;
        assert_eq!(answer.problem(), "BAD_REQUEST");
        assert_eq!(told(&answer)[..2], ["2", expected]);
    }
    assert_eq!(profile(&api, &user).await.problem(), "RATE_LIMITED");
}

#[tokio::test]
async fn nothing_but_the_credential_says_who_somebody_is() {
    let api = limited(600, 60);
    let (ann, ben) = (api.sign_up().await, api.sign_up().await);
    let ben_id = profile(&api, &ben).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for name in [
        "x-user-id",
        "x-forwarded-user",
        "x-remote-user",
        "remote-user",
        "x-auth-user",
        "x-user",
        "from",
    ] {
        let claim = || request(Method::GET, "/api/me").header(name, &ben_id);
        let stranger = api.send(claim().body(Body::empty()).unwrap()).await;
        assert_eq!(stranger.problem(), "UNAUTHENTICATED", "{name}");
        let claim = claim().header("authorization", format!("Bearer {}", ann.token));
        let answer = api.send(claim.body(Body::empty()).unwrap()).await;
        assert_ne!(answer.json()["id"], ben_id.as_str(), "{name}");
    }
}

/// Requests sent over one connection, each behind the last, and their statuses.
async fn pipeline(addr: std::net::SocketAddr, token: &str, count: usize) -> Vec<u8> {
    let one =
        format!("GET /api/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let all = one.repeat(count - 1) + &last;
    let (mut read, mut write) = stream.split();
    let mut answers = Vec::new();
    let (sent, taken) = tokio::join!(
        write.write_all(all.as_bytes()),
        read.read_to_end(&mut answers)
    );
    sent.unwrap();
    taken.unwrap();
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_thousand_requests_at_once_exactly_as_many_go_through_as_the_limit_says() {
    const CONNECTIONS: usize = 100;
    const EACH: usize = 100;
    const LIMIT: u32 = 1_234;
    let api = limited(LIMIT, 60);
    let user = api.sign_up().await;
    let server = Server::bind(([127, 0, 0, 1], 0).into(), ServerConfig::default()).unwrap();
    let addr = server.local_addr();
    tokio::spawn(server.run(api.router(), api.shutdown.clone()));
    let counts = Arc::new([const { AtomicU32::new(0) }; 2]);
    let senders: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (token, counts) = (user.token.clone(), Arc::clone(&counts));
            tokio::spawn(async move {
                let answers = pipeline(addr, &token, EACH).await;
                let answers = String::from_utf8_lossy(&answers).into_owned();
                let count = |line: &str| answers.matches(line).count() as u32;
                counts[0].fetch_add(count("HTTP/1.1 200 OK"), Ordering::Relaxed);
                counts[1].fetch_add(count("HTTP/1.1 429 Too Many Requests"), Ordering::Relaxed);
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    let [allowed, refused] = [0, 1].map(|index| counts[index].load(Ordering::Relaxed));
    assert_eq!(allowed, LIMIT);
    assert_eq!(allowed + refused, (CONNECTIONS * EACH) as u32);
    api.shutdown.cancel();
}

#[tokio::test]
async fn a_key_has_a_limit_of_its_own() {
    let api = limited(2, 60);
    let user = api.sign_up().await;
    let made = api
        .ask(
            &user,
            "POST /api/keys",
            serde_json::json!({"name": "export"}),
        )
        .await
        .json();
    let secret = made["secret"].as_str().unwrap();
    let by_key = || ask_from(&api, "192.0.2.1", "/api/me", Some(secret));
    assert_eq!(told(&by_key().await)[..2], ["2", "1"]);
    assert_eq!(told(&by_key().await)[..2], ["2", "0"]);
    assert_eq!(by_key().await.problem(), "RATE_LIMITED");
    assert_eq!(profile(&api, &user).await.status, StatusCode::OK);
}
