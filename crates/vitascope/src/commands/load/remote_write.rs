//! Posts what Prometheus remote write has encoded.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;
use vita_load::RemoteSink;
use vita_model::{SystemClock, SystemEntropy};
use vita_wire::{Body, Client, ClientConfig, Network, Request, TlsSettings};

/// How long a server may take for a request. A slower one loses what the next request holds anyway.
const POST_TIME_MAX: Duration = Duration::from_secs(30);

/// How much of an answer's body is said: Prometheus and its like give their reason in one line.
const REASON_BYTES_MAX: usize = 200;

/// Called on the outputs' thread, which has no runtime of its own.
pub(super) struct HttpSink {
    network: Arc<Network>,
    url: String,
    runtime: Runtime,
}

impl HttpSink {
    pub(super) fn new(
        url: &str,
        login: Option<(&str, &str)>,
        takes_any_certificate: bool,
    ) -> Result<Self, String> {
        let wrong = |problem: &dyn std::fmt::Display| format!("Prometheus remote write: {problem}");
        let config = ClientConfig {
            user_agent: concat!("vitascope/", env!("CARGO_PKG_VERSION")).to_owned(),
            tls: TlsSettings {
                insecure_skip_verify: takes_any_certificate,
                ..TlsSettings::default()
            },
            ..ClientConfig::default()
        };
        let network = Network::new(config, Arc::new(SystemClock), Arc::new(SystemEntropy))
            .map_err(|error| wrong(&error))?;
        let url = match (login, url.split_once("://")) {
            (Some((name, password)), Some((scheme, rest))) => {
                format!("{scheme}://{}:{}@{rest}", escaped(name), escaped(password))
            }
            _ => url.to_owned(),
        };
        // Whether it is a URL is known now, not in the midst of the test.
        Client::new(Arc::clone(&network), 0)
            .target(&url)
            .map_err(|error| wrong(&error))?;
        let runtime = Builder::new_current_thread().enable_all().build();
        Ok(Self {
            network,
            url,
            runtime: runtime.map_err(|error| wrong(&error))?,
        })
    }

    async fn send(&self, body: Vec<u8>) -> io::Result<()> {
        let client = Client::new(Arc::clone(&self.network), 0);
        let target = client.target(&self.url).map_err(io::Error::other)?;
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-protobuf"),
        );
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("snappy"));
        headers.insert(
            HeaderName::from_static("x-prometheus-remote-write-version"),
            HeaderValue::from_static("0.1.0"),
        );
        let request = Request {
            headers,
            body: Body::from(Bytes::from(body)),
            timeout: POST_TIME_MAX,
            ..Request::new(Method::POST, target)
        };
        let outcome = client.send(request).await;
        match (&outcome.response, outcome.error()) {
            (Some(answer), _) if answer.status.is_success() => Ok(()),
            (Some(answer), _) => Err(io::Error::other(refused(
                answer.status,
                answer.body.as_deref().unwrap_or_default(),
            ))),
            (None, Some(error)) => Err(io::Error::other(error.to_string())),
            (None, None) => Err(io::Error::other("there was no answer")),
        }
    }
}

impl RemoteSink for HttpSink {
    fn post(&mut self, body: Vec<u8>) -> io::Result<()> {
        // Each request has a connection of its own: between two of them nobody drives one.
        LocalSet::new().block_on(&self.runtime, self.send(body))
    }
}

/// What a server said to a write, in a line: its status, and how its reason begins.
fn refused(status: StatusCode, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(REASON_BYTES_MAX)]);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() {
        format!("the server answered with {status}")
    } else {
        let reason = words.join(" ");
        format!("the server answered with {status}: `{reason}`")
    }
}

/// A text within the user's part of a URL.
fn escaped(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if is_plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_its_status_and_how_its_reason_begins() {
        let plain = refused(StatusCode::BAD_REQUEST, b" out of order\nsample ");
        assert_eq!(
            plain,
            "the server answered with 400 Bad Request: `out of order sample`"
        );
        let empty = refused(StatusCode::NOT_FOUND, b"");
        assert_eq!(empty, "the server answered with 404 Not Found");
        let long = refused(StatusCode::NOT_FOUND, &[b'x'; 10_000]);
        assert!(long.len() < REASON_BYTES_MAX + 60, "{long}");
    }
}
