//! The server that the scripts speak to: what they send comes back as JSON, in httpbin's words.

use super::tls::TlsListener;
use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::extract::{
    FromRequest as _, Multipart, OriginalUri, Path, Query, Request, WebSocketUpgrade,
};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use axum::serve::Listener;
use http::{HeaderMap, StatusCode, header};
use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Barrier;

type Words = BTreeMap<String, String>;

/// Host and port of the server, as it is and behind TLS.
pub(crate) struct Addresses {
    pub(crate) plain: String,
    pub(crate) tls: String,
}

/// Listens on ports of its own until the test's runtime ends.
pub(crate) async fn start() -> Addresses {
    let router = Router::new()
        .route("/anything", any(echo))
        .route("/anything/{*rest}", any(echo))
        .route("/json", get(|| async { axum::Json(slideshow()) }))
        .route("/text", get(|| async { "plain text" }))
        .route(
            "/html",
            get(|| async { page(include_str!("../../conformance/files/page.html")) }),
        )
        .route("/cookies", get(cookies))
        .route("/cookies/set", get(set_cookies))
        .route("/cookies/attributes", get(cookie_with_attributes))
        .route("/redirect/{times}", get(redirect))
        .route("/redirect-to", any(redirect_to))
        .route("/basic-auth/{user}/{password}", get(basic_auth))
        .route("/digest-auth/{user}/{password}", get(digest_auth))
        .route("/bearer", get(bearer))
        .route("/status/{code}", any(status))
        .route("/delay/{millis}", get(delay))
        .route("/packed/{encoding}", get(packed))
        .route(
            "/bytes/{count}",
            get(|Path(count): Path<usize>| async move { vec![7_u8; count] }),
        )
        .route("/login", post(login))
        .route("/graphql", post(graphql))
        .route("/upload", post(upload))
        .route("/size", post(size))
        .route("/drop", get(drop_connection))
        .route("/together/{count}/{name}", get(together))
        .route(
            "/ws",
            get(|upgrade: WebSocketUpgrade| async { upgrade.protocols(["chat"]).on_upgrade(talk) }),
        );
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let tls = TlsListener::bind().await;
    let addresses = Addresses {
        plain: plain.local_addr().expect("an address").to_string(),
        tls: tls.local_addr().expect("an address").to_string(),
    };
    tokio::spawn(serve(plain, router.clone()));
    tokio::spawn(serve(tls, router));
    addresses
}

#[expect(
    clippy::disallowed_methods,
    reason = "the clients are this test's own scripts"
)]
async fn serve<L: Listener<Addr: std::fmt::Debug>>(listener: L, router: Router) {
    axum::serve(listener, router)
        .await
        .expect("the server runs");
}

fn slideshow() -> Value {
    json!({
        "slideshow": {
            "title": "Sample",
            "slides": [{ "title": "One", "type": "all" }, { "title": "Two", "type": "some" }],
        },
        "count": 2,
    })
}

fn page(text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text)
}

/// Header names as httpbin writes them: `X-Mine`.
fn canonical(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(1.min(word.len()));
        first.to_uppercase() + rest
    });
    words.collect::<Vec<_>>().join("-")
}

async fn echo(
    method: http::Method,
    OriginalUri(uri): OriginalUri,
    Query(args): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut names = Words::new();
    for (name, value) in &headers {
        names.insert(
            canonical(name.as_str()),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        );
    }
    let data = String::from_utf8_lossy(&body).into_owned();
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    let form: Vec<(String, String)> = if is_form {
        url::form_urlencoded::parse(&body).into_owned().collect()
    } else {
        Vec::new()
    };
    axum::Json(json!({
        "method": method.as_str(),
        "path": uri.path(),
        "args": by_name(args),
        "headers": names,
        "form": by_name(form),
        "json": serde_json::from_str::<Value>(&data).unwrap_or_default(),
        "data": data,
        "bytes": body.len(),
    }))
    .into_response()
}

/// A name that is there several times has a list of values.
fn by_name(pairs: Vec<(String, String)>) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in pairs {
        match map.get_mut(&name) {
            None => {
                map.insert(name, Value::from(value));
            }
            Some(Value::Array(list)) => list.push(Value::from(value)),
            Some(one) => *one = json!([one.take(), value]),
        }
    }
    map
}

async fn cookies(headers: HeaderMap) -> axum::Json<Value> {
    let mut all = Words::new();
    for line in headers.get_all(header::COOKIE) {
        let pairs = line.to_str().unwrap_or_default().split("; ");
        all.extend(
            pairs
                .filter_map(|pair| pair.split_once('='))
                .map(|(k, v)| (k.to_owned(), v.to_owned())),
        );
    }
    axum::Json(json!({ "cookies": all }))
}

async fn set_cookies(Query(pairs): Query<Vec<(String, String)>>) -> impl IntoResponse {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let cookie = format!("{name}={value}; Path=/").parse().expect("a header");
        headers.append(header::SET_COOKIE, cookie);
    }
    (headers, Redirect::to("/cookies"))
}

async fn cookie_with_attributes() -> impl IntoResponse {
    let cookie =
        "seen=yes; Path=/cookies; Max-Age=60; HttpOnly; Expires=Wed, 01 Jan 2098 00:00:00 GMT";
    ([(header::SET_COOKIE, cookie)], "set")
}

async fn redirect(Path(times): Path<u32>) -> Redirect {
    match times {
        0 | 1 => Redirect::to("/anything"),
        more => Redirect::to(&format!("/redirect/{}", more - 1)),
    }
}

async fn redirect_to(Query(words): Query<Words>) -> Response {
    let code = words
        .get("status")
        .and_then(|code| code.parse().ok())
        .unwrap_or(302_u16);
    let to = words.get("url").cloned().unwrap_or_default();
    (
        StatusCode::from_u16(code).expect("a status"),
        [(header::LOCATION, to)],
    )
        .into_response()
}

fn refused(challenge: &str) -> Response {
    (
        StatusCode::UNAUTHORIZED,
        [(header::WWW_AUTHENTICATE, challenge.to_owned())],
    )
        .into_response()
}

fn authorization(headers: &HeaderMap) -> &str {
    headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

async fn basic_auth(
    Path((user, password)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    use base64::Engine as _;
    let expected = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    if authorization(&headers) == format!("Basic {expected}") {
        axum::Json(json!({ "authenticated": true, "user": user })).into_response()
    } else {
        refused("Basic realm=\"here\"")
    }
}

fn md5_hex(text: &str) -> String {
    let mut hex = String::new();
    for byte in Md5::digest(text.as_bytes()) {
        write!(hex, "{byte:02x}").expect("a text takes more");
    }
    hex
}

/// RFC 7616 with MD5 and `qop=auth`.
async fn digest_auth(
    Path((user, password)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let words: Words = authorization(&headers)
        .trim_start_matches("Digest ")
        .split(',')
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(key, value)| (key.to_owned(), value.trim_matches('"').to_owned()))
        .collect();
    let word = |name: &str| words.get(name).map_or("", String::as_str);
    let secret = md5_hex(&format!("{user}:here:{password}"));
    let what = md5_hex(&format!("GET:{}", uri.path()));
    let (nc, cnonce) = (word("nc"), word("cnonce"));
    let expected = md5_hex(&format!("{secret}:the-nonce:{nc}:{cnonce}:auth:{what}"));
    if word("response") == expected && word("nonce") == "the-nonce" {
        axum::Json(json!({ "authenticated": true, "user": user })).into_response()
    } else {
        refused("Digest realm=\"here\", nonce=\"the-nonce\", qop=\"auth\", algorithm=MD5")
    }
}

async fn bearer(headers: HeaderMap) -> Response {
    match authorization(&headers).strip_prefix("Bearer ") {
        Some(token) => axum::Json(json!({ "authenticated": true, "token": token })).into_response(),
        None => refused("Bearer"),
    }
}

async fn status(Path(code): Path<u16>) -> StatusCode {
    StatusCode::from_u16(code).expect("a status")
}

async fn delay(Path(millis): Path<u64>) -> &'static str {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    "late"
}

/// Answers once so many requests with this name are there: what sends them one by one waits for ever.
async fn together(Path((count, name)): Path<(usize, String)>) -> &'static str {
    static MEETINGS: Mutex<BTreeMap<String, Arc<Barrier>>> = Mutex::new(BTreeMap::new());
    let meeting = {
        let mut meetings = MEETINGS.lock().expect("no panic");
        let made = || Arc::new(Barrier::new(count));
        Arc::clone(meetings.entry(name).or_insert_with(made))
    };
    meeting.wait().await;
    "together"
}

async fn packed(Path(encoding): Path<String>) -> Response {
    let (bytes, name): (&[u8], _) = match encoding.as_str() {
        "gzip" => (include_bytes!("../../conformance/files/packed.gz"), "gzip"),
        "br" => (include_bytes!("../../conformance/files/packed.br"), "br"),
        "zstd" => (include_bytes!("../../conformance/files/packed.zst"), "zstd"),
        "deflate" => (
            include_bytes!("../../conformance/files/packed.deflate"),
            "deflate",
        ),
        _ => (b"not packed at all", "gzip"),
    };
    (
        [
            (header::CONTENT_ENCODING, name),
            (header::CONTENT_TYPE, "application/json"),
        ],
        bytes,
    )
        .into_response()
}

async fn login(axum::Json(words): axum::Json<Words>) -> Response {
    if words
        .get("password")
        .is_some_and(|password| password == "right")
    {
        axum::Json(json!({ "access": "token-1", "user": words.get("user") })).into_response()
    } else {
        (StatusCode::FORBIDDEN, axum::Json(json!({ "detail": "no" }))).into_response()
    }
}

async fn graphql(axum::Json(request): axum::Json<Value>) -> axum::Json<Value> {
    let name = &request["variables"]["name"];
    axum::Json(
        json!({ "data": { "repository": { "name": name, "isQuery": request["query"].is_string() } } }),
    )
}

async fn upload(request: Request) -> Response {
    let mut parts = match Multipart::from_request(request, &()).await {
        Ok(parts) => parts,
        Err(error) => return error.into_response(),
    };
    let mut all = Vec::new();
    while let Ok(Some(part)) = parts.next_field().await {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let kind = part.content_type().map(str::to_owned);
        let text = part.text().await.unwrap_or_default();
        all.push(json!({ "name": name, "file": file, "type": kind, "text": text }));
    }
    axum::Json(all).into_response()
}

/// How a body came, without a look into it.
async fn size(headers: HeaderMap, body: Bytes) -> axum::Json<Value> {
    let encoding = headers
        .get(header::CONTENT_ENCODING)
        .and_then(|name| name.to_str().ok());
    let first: Vec<u8> = body.iter().take(4).copied().collect();
    axum::Json(json!({ "bytes": body.len(), "encoding": encoding, "first": first }))
}

/// Promises more than it sends.
async fn drop_connection() -> Response {
    let pieces = futures_util::stream::iter([
        Ok(Bytes::from_static(b"a part")),
        Err(std::io::Error::other("no more")),
    ]);
    let body = axum::body::Body::from_stream(pieces);
    ([(header::CONTENT_LENGTH, "100")], body).into_response()
}

/// Echoes; `close` and `drop` end the connection, with a close frame and without.
async fn talk(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let answer = match message {
            Message::Text(text) if text.as_str() == "close" => Message::Close(Some(CloseFrame {
                code: 4001,
                reason: "asked".into(),
            })),
            Message::Text(text) if text.as_str() == "drop" => return,
            Message::Text(text) if text.as_str() == "ping me" => {
                Message::Ping(Bytes::from_static(b"hi"))
            }
            Message::Text(_) | Message::Binary(_) => message,
            _ => continue,
        };
        if socket.send(answer).await.is_err() {
            return;
        }
    }
}
