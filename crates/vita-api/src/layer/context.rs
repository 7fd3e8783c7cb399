use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use tracing::Instrument as _;
use vita_telemetry::{RequestScope, metric, report_scope};

use super::request_id::REQUEST_ID;
use crate::problem::render_failure;
use crate::state::ApiState;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The route of a request that no pattern matched, in logs and metrics.
const UNMATCHED: &str = "unmatched";

/// Names the route of an answer that was not found by a pattern, or not given by what was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RouteLabel(pub(crate) &'static str);

/// Gives a request its id, counts what it asks of the database, measures it, and gives its failure
/// a body. Logs and metrics know the route's pattern and never the address, which may hold a token.
pub(crate) async fn with_context(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let id = state.request_ids.of(request.headers());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let route = matched.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    let span = tracing::info_span!("request", request.id = id.as_str(), %method, route);

    let _in_flight = metric::HTTP_IN_FLIGHT.hold([]);
    let scope = RequestScope::new();
    let response = Arc::clone(&scope)
        .enter(next.run(request).instrument(span.clone()))
        .await;

    let _entered = span.enter();
    let mut response = render_failure(response, id.as_str());
    let took = began.elapsed();
    let label = response.extensions().get::<RouteLabel>();
    let route = label
        .map(|label| label.0)
        .or(matched.as_ref().map(MatchedPath::as_str))
        .unwrap_or(UNMATCHED);
    report(&scope, route, &method, &response, took);
    // For who measures from outside, as tests do.
    response.extensions_mut().insert(scope.clone());
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    if let Ok(timing) = HeaderValue::from_str(&server_timing(&scope, took)) {
        headers.append(SERVER_TIMING, timing);
    }
    response
}

fn report(scope: &RequestScope, route: &str, method: &Method, response: &Response, took: Duration) {
    let status = response.status();
    let method = bounded(method);
    metric::HTTP_REQUESTS.add(1, [route, method, class(status)]);
    metric::HTTP_REQUEST_SECONDS.record_time(took, [route, method]);
    report_scope(route, scope);
    let status = status.as_u16();
    let duration_ms = took.as_secs_f64() * 1_000.0;
    tracing::debug!(route, status, duration_ms, "answered a request");
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

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// Where the time went (W3C Server Timing), in milliseconds.
fn server_timing(scope: &RequestScope, took: Duration) -> String {
    let millis = |duration: Duration| duration.as_secs_f64() * 1_000.0;
    let count = scope.statement_count();
    let noun = if count == 1 {
        "statement"
    } else {
        "statements"
    };
    format!(
        "total;dur={:.3}, db;dur={:.3};desc=\"{count} {noun}\"",
        millis(took),
        millis(scope.statement_time()),
    )
}
