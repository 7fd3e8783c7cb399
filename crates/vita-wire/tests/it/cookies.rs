//! Cookies between the jar, a request's own, and servers.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, Method};
use axum::response::{AppendHeaders, Redirect};
use axum::routing::get as on_get;
use vita_model::{Clock as _, ManualClock, Timestamp};
use vita_wire::{CookieJar, RequestCookie, SharedJar};

use crate::server::{Server, body_text, client, client_at, on_one_thread, request};

fn site() -> Router {
    let tell = |headers: HeaderMap| async move {
        headers
            .get("cookie")
            .map_or("none", |value| value.to_str().unwrap())
            .to_owned()
    };
    let set = || async {
        let cookies = AppendHeaders([
            ("set-cookie", "a=1; Path=/"),
            ("set-cookie", "b=2; Path=/; Max-Age=60; HttpOnly"),
            ("set-cookie", "=broken; nonsense"),
            ("set-cookie", "c=3; Domain=elsewhere.test"),
        ]);
        (cookies, Redirect::to("/tell"))
    };
    Router::new()
        .route("/set", on_get(set))
        .route("/tell", on_get(tell))
}

#[test]
fn cookies_of_a_redirect_are_sent_on_and_kept() {
    on_one_thread(async {
        let server = Server::http(site()).await;
        let clock = Arc::new(ManualClock::starting_at(Timestamp::from_micros(0)));
        let client = client_at(vita_wire::ClientConfig::default(), clock.clone());
        let jar = SharedJar::default();
        let ask = |path: &str| {
            let mut sent = request(&client, Method::GET, &server.url(path));
            sent.jar = Some(Rc::clone(&jar));
            client.send(sent)
        };
        assert_eq!(body_text(&ask("/set").await), "a=1; b=2");
        assert_eq!(body_text(&ask("/tell").await), "a=1; b=2");
        let url = client.target(&server.url("/")).unwrap();
        assert_eq!(
            jar.borrow().cookies_for(url.url(), clock.now()),
            [("a", "1"), ("b", "2")]
        );

        clock.advance(Duration::from_mins(2));
        assert_eq!(body_text(&ask("/tell").await), "a=1");
        jar.borrow_mut().clear_all();
        assert_eq!(body_text(&ask("/tell").await), "none");
    });
}

#[test]
fn a_requests_own_cookies_join_or_replace() {
    on_one_thread(async {
        let server = Server::http(site()).await;
        let client = client();
        let jar: SharedJar = Rc::new(RefCell::new(CookieJar::new()));
        let mut first = request(&client, Method::GET, &server.url("/set"));
        first.jar = Some(Rc::clone(&jar));
        client.send(first).await;
        for (replace, expected) in [(false, "h=0; a=1; b=2; a=x"), (true, "h=0; b=2; a=x")] {
            let mut sent = request(&client, Method::GET, &server.url("/tell"));
            sent.jar = Some(Rc::clone(&jar));
            sent.headers.insert("cookie", "h=0".parse().unwrap());
            sent.cookies = vec![RequestCookie {
                name: "a".to_owned(),
                value: "x".to_owned(),
                replace,
            }];
            assert_eq!(body_text(&client.send(sent).await), expected);
        }
    });
}

#[test]
fn without_a_jar_nothing_is_remembered() {
    on_one_thread(async {
        let server = Server::http(site()).await;
        let client = client();
        let outcome = client
            .send(request(&client, Method::GET, &server.url("/set")))
            .await;
        assert_eq!(body_text(&outcome), "none");
    });
}
