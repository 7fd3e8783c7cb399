//! `httpDebug`: requests and answers in the log.

use crate::engine::VuState;
use crate::logging::Level;
use crate::options::HttpDebug;
use http::HeaderMap;
use std::fmt::Write as _;
use vita_wire::{Body, Outcome};

/// Bytes of a body that are printed.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Prints the last exchange of a request, if the options ask for it.
pub(super) fn print(vu: &VuState, outcome: &Outcome, sent: &Body) {
    let with_bodies = match vu.plan.options().http_debug {
        HttpDebug::Off => return,
        HttpDebug::Heads => false,
        HttpDebug::Full => true,
    };
    let last = &outcome.last;
    // As on the wire, whatever was spoken there: the path alone, and the host as a header.
    let url = last.target.url();
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut text = format!("Request:\n{} {path} HTTP/1.1\n", last.method);
    if let Some(answer) = &outcome.response {
        add_headers(&mut text, &answer.sent_headers);
    }
    if let (true, Body::Bytes(bytes)) = (with_bodies, sent) {
        add_body(&mut text, bytes);
    }
    vu.log(Level::Info, &text, &[("source", "http-debug")]);
    let Some(answer) = &outcome.response else {
        return;
    };
    let mut text = format!("Response:\n{} {}\n", last.proto(), answer.status_text());
    add_headers(&mut text, &answer.headers);
    if let (true, Some(bytes)) = (with_bodies, &answer.body) {
        add_body(&mut text, bytes);
    }
    vu.log(Level::Info, &text, &[("source", "http-debug")]);
}

fn add_headers(text: &mut String, headers: &HeaderMap) {
    for (name, value) in headers {
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{name}: {}",
            String::from_utf8_lossy(value.as_bytes())
        );
    }
}

fn add_body(text: &mut String, bytes: &[u8]) {
    let shown = &bytes[..bytes.len().min(BODY_BYTES_MAX)];
    text.push('\n');
    text.push_str(&String::from_utf8_lossy(shown));
}
