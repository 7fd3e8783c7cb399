//! Names, overrides, block lists and the generator's own addresses.

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get as on_get;
use vita_wire::{Blocks, ClientConfig, DnsPolicy, DnsSelect, DnsSettings, HostOverrides};

use crate::server::{Server, body_text, client_with, failure, get, on_one_thread};

#[test]
fn a_name_leads_where_the_overrides_say_and_keeps_its_host() {
    on_one_thread(async {
        let tell = |headers: HeaderMap| async move { headers["host"].to_str().unwrap().to_owned() };
        let server = Server::http(Router::new().route("/", on_get(tell))).await;
        let mut hosts = HostOverrides::default();
        hosts
            .add("*.example.test", &server.address.to_string())
            .unwrap();
        let client = client_with(ClientConfig {
            hosts,
            ..ClientConfig::default()
        });
        let outcome = get(&client, "http://api.example.test:1234/").await;
        assert_eq!(body_text(&outcome), "api.example.test:1234");
        assert_eq!(outcome.last.connection.unwrap().remote, server.address);
    });
}

#[test]
fn the_machines_own_name_is_looked_up_as_each_setting_says() {
    on_one_thread(async {
        let server = Server::http(Router::new().route("/", on_get(|| async { "x" }))).await;
        for select in [DnsSelect::First, DnsSelect::Random, DnsSelect::RoundRobin] {
            let dns = DnsSettings {
                select,
                policy: DnsPolicy::OnlyIpv4,
                ttl: None,
            };
            let client = client_with(ClientConfig {
                dns,
                ..ClientConfig::default()
            });
            let url = format!("http://localhost:{}/", server.address.port());
            assert_eq!(body_text(&get(&client, &url).await), "x");
        }
    });
}

#[test]
fn blocked_names_and_addresses_are_not_reached() {
    on_one_thread(async {
        let server = Server::http(Router::new()).await;
        let mut hosts = HostOverrides::default();
        hosts
            .add("inner.test", &server.address.to_string())
            .unwrap();
        let blocks = Blocks {
            addresses: vec!["127.0.0.0/8".parse().unwrap()],
            hosts: vec!["*.blocked.test".parse().unwrap()],
        };
        let client = client_with(ClientConfig {
            hosts,
            blocks,
            ..ClientConfig::default()
        });
        let by_address = get(&client, &server.url("/")).await;
        let expected = "IP (127.0.0.1) is in a blacklisted range (127.0.0.0/8)";
        assert_eq!(failure(&by_address), (1110, expected));
        assert_eq!(
            failure(&get(&client, "http://inner.test/").await),
            (1110, expected)
        );
        let by_name = get(&client, "http://a.blocked.test/").await;
        let expected = "hostname (a.blocked.test) is in a blocked pattern (*.blocked.test)";
        assert_eq!(failure(&by_name), (1111, expected));
        assert_eq!(server.accepted(), 0);
    });
}

#[test]
fn a_user_calls_from_its_own_address() {
    on_one_thread(async {
        let server = Server::raw(|mut stream, _| async move {
            use tokio::io::AsyncWriteExt as _;
            let from = stream.peer_addr().unwrap().ip().to_string();
            crate::server::read_head(&mut stream).await;
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{from}",
                from.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        })
        .await;
        // All of 127.0.0.0/8 is the loopback's on Linux.
        let local_ips = Some("127.0.0.7".parse().unwrap());
        let client = client_with(ClientConfig {
            local_ips,
            ..ClientConfig::default()
        });
        assert_eq!(
            body_text(&get(&client, &server.url("/")).await),
            "127.0.0.7"
        );
    });
}

#[test]
fn a_url_that_cannot_be_requested_says_so() {
    let client = client_with(ClientConfig::default());
    let error = client.target("gopher://old/").unwrap_err();
    assert_eq!(
        (error.code.number(), &*error.text),
        (1020, "unsupported protocol scheme `gopher`")
    );
}
