use std::time::Duration;

use http::{Method, StatusCode};

/// Requests by route, method and class of status.
const REQUESTS: &str = "vitascope_http_requests_total";
/// How long requests took until their headers were answered, in seconds.
const REQUEST_SECONDS: &str = "vitascope_http_request_duration_seconds";
/// Statements that one request repeated too often.
const REPEATED_STATEMENTS: &str = "vitascope_http_repeated_statements_total";

/// Counts and measures a request that was answered.
pub(super) fn record_request(route: &str, method: &Method, status: StatusCode, took: Duration) {
    let route = route.to_owned();
    let method = bounded(method);
    let class = match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    metrics::counter!(REQUESTS, "route" => route.clone(), "method" => method, "status" => class)
        .increment(1);
    metrics::histogram!(REQUEST_SECONDS, "route" => route, "method" => method)
        .record(took.as_secs_f64());
}

/// Counts a statement that a request repeated too often.
pub(super) fn record_repeated_statement(route: &str) {
    metrics::counter!(REPEATED_STATEMENTS, "route" => route.to_owned()).increment(1);
}

/// Clients can invent methods, and labels must stay few.
fn bounded(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
