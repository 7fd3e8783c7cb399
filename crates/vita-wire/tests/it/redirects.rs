//! Redirects and challenges: each a hop of its own.

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{any, get as on_get};
use vita_wire::{AuthScheme, Body, ClientConfig, HostOverrides};

use crate::server::{
    Server, answer, body_text, client, client_with, failure, get, on_one_thread, request, status,
};

/// `/302/3` leads to `/302/2` and so on to `/302/0`, which tells what arrived.
fn countdown() -> Router {
    let step = |Path((code, left)): Path<(u16, u32)>,
                method: Method,
                headers: HeaderMap,
                body: Bytes| async move {
        if left == 0 {
            let referer = headers
                .get("referer")
                .map_or("-", |value| value.to_str().unwrap());
            return format!(
                "{method} {} {}",
                body.len(),
                referer.rsplit('/').next().unwrap()
            )
            .into_response();
        }
        let location = format!("/{code}/{}", left - 1);
        (
            StatusCode::from_u16(code).unwrap(),
            [("location", location)],
            "moved",
        )
            .into_response()
    };
    Router::new().route("/{code}/{left}", any(step))
}

#[test]
fn each_hop_is_told_with_its_own_phases() {
    on_one_thread(async {
        let server = Server::http(countdown()).await;
        let outcome = get(&client(), &server.url("/302/3")).await;
        assert_eq!(body_text(&outcome), "GET 0 1");
        let told: Vec<(u16, &str)> = outcome
            .hops()
            .map(|hop| (hop.status, hop.target.url().path()))
            .collect();
        assert_eq!(
            told,
            [
                (302, "/302/3"),
                (302, "/302/2"),
                (302, "/302/1"),
                (200, "/302/0")
            ]
        );
        assert!(
            outcome
                .hops()
                .all(|hop| hop.timings.waiting > std::time::Duration::ZERO)
        );
        assert_eq!(server.accepted(), 1);
    });
}

#[test]
fn a_body_goes_along_only_where_the_status_says_so() {
    on_one_thread(async {
        let server = Server::http(countdown()).await;
        let client = client();
        for (path, arrives) in [
            ("/303/1", "GET 0 1"),
            ("/307/2", "POST 4 1"),
            ("/308/1", "POST 4 1"),
        ] {
            let mut sent = request(&client, Method::POST, &server.url(path));
            sent.body = Body::Bytes(Bytes::from_static(b"data"));
            assert_eq!(body_text(&client.send(sent).await), arrives);
        }
    });
}

#[test]
fn the_limit_of_redirects_hands_over_the_redirect_itself() {
    on_one_thread(async {
        let server = Server::http(countdown()).await;
        let client = client();
        for (limit, earlier) in [(0, 0), (2, 2)] {
            let mut sent = request(&client, Method::GET, &server.url("/301/9"));
            sent.redirects_max = limit;
            let outcome = client.send(sent).await;
            assert_eq!(status(&outcome), StatusCode::MOVED_PERMANENTLY);
            assert!(answer(&outcome).redirect_limit_reached);
            assert_eq!(outcome.earlier.len(), earlier);
            assert_eq!(body_text(&outcome), "moved");
        }
    });
}

#[test]
fn a_loop_ends_at_the_limit() {
    on_one_thread(async {
        let router = Router::new().route("/", on_get(|| async { Redirect::to("/") }));
        let server = Server::http(router).await;
        let outcome = get(&client(), &server.url("/")).await;
        assert_eq!(outcome.earlier.len(), 10);
        assert!(answer(&outcome).redirect_limit_reached);
    });
}

#[test]
fn a_redirect_to_nowhere_is_an_invalid_url() {
    on_one_thread(async {
        for location in ["ftp://files/", "http://"] {
            let answer =
                format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            let server = Server::canned(answer, 1).await;
            let outcome = get(&client(), &server.url("/")).await;
            assert_eq!(failure(&outcome).0, 1020);
        }
        let server = Server::canned("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 1).await;
        let outcome = get(&client(), &server.url("/")).await;
        assert_eq!(status(&outcome), StatusCode::FOUND);
    });
}

#[test]
fn credentials_stay_with_their_host() {
    on_one_thread(async {
        let leave = || async { Redirect::to("http://other.test/seen") };
        let tell = |headers: HeaderMap| async move {
            let kept =
                ["authorization", "x-plain"].map(|name| headers.contains_key(name).to_string());
            kept.join(" ")
        };
        let router = Router::new()
            .route("/seen", on_get(tell))
            .route("/stay", on_get(|| async { Redirect::to("/seen") }))
            .route("/leave", on_get(leave));
        let server = Server::http(router).await;
        let mut hosts = HostOverrides::default();
        hosts.add("*.test", &server.address.to_string()).unwrap();
        let client = client_with(ClientConfig {
            hosts,
            ..ClientConfig::default()
        });
        for (path, seen) in [("stay", "true true"), ("leave", "false true")] {
            let url = format!("http://name:secret@first.test/{path}");
            let mut sent = request(&client, Method::GET, &url);
            sent.headers
                .insert("x-plain", HeaderValue::from_static("1"));
            let outcome = client.send(sent).await;
            assert_eq!(body_text(&outcome), seen);
            assert!(
                outcome
                    .hops()
                    .all(|hop| !hop.target.as_str().contains("secret"))
            );
        }
    });
}

#[test]
fn basic_credentials_are_sent_at_once() {
    on_one_thread(async {
        let tell = |headers: HeaderMap| async move {
            headers["authorization"].to_str().unwrap().to_owned()
        };
        let server = Server::http(Router::new().route("/", on_get(tell))).await;
        let url = format!("http://Aladdin:open%20sesame@{}/", server.address);
        let outcome = get(&client(), &url).await;
        assert_eq!(body_text(&outcome), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(outcome.earlier.is_empty());
    });
}

/// Asks for digest credentials, and takes any answer that names the user and the asked path.
async fn guard(headers: HeaderMap, uri: Uri) -> Response {
    let given = headers
        .get("authorization")
        .map(|value| value.to_str().unwrap());
    let expected = format!("uri=\"{uri}\"");
    match given {
        Some(text) if text.contains("username=\"us\"") && text.contains(&expected) => {
            "welcome".into_response()
        }
        _ => {
            let challenge = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256";
            (StatusCode::UNAUTHORIZED, [("www-authenticate", challenge)]).into_response()
        }
    }
}

#[test]
fn a_digest_challenge_is_answered_once_on_the_same_connection() {
    on_one_thread(async {
        let server = Server::http(Router::new().route("/p", any(guard))).await;
        let client = client();
        for (user, statuses) in [("us", [401, 200]), ("other", [401, 401])] {
            let url = format!("http://{user}:pw@{}/p?q=1", server.address);
            let mut sent = request(&client, Method::POST, &url);
            sent.body = Body::Bytes(Bytes::from_static(b"again"));
            sent.auth = Some(AuthScheme::Digest);
            let outcome = client.send(sent).await;
            let told: Vec<u16> = outcome.hops().map(|hop| hop.status).collect();
            assert_eq!(told, statuses);
        }
        assert_eq!(server.accepted(), 1);
    });
}

#[test]
fn ntlm_is_refused_by_name() {
    let error = "ntlm".parse::<AuthScheme>().unwrap_err();
    assert!(error.to_string().contains("NTLM is not"), "{error}");
}
