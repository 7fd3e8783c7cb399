use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method};
use tracing::Instrument as _;
use vita_telemetry::RequestScope;

use super::metric::{record_repeated_statement, record_request};
use super::request_id::REQUEST_ID;
use crate::problem::render_failure;
use crate::state::ApiState;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The route of a request that no pattern matched, in logs and metrics.
const UNMATCHED: &str = "unmatched";

/// Names the route of an answer that was not found by a pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RouteLabel(pub(crate) &'static str);

/// Gives a request its id, counts what it asks of the database, measures it, and gives its failure
/// a body. Logs and metrics know the route's pattern and never the address, which may hold a token.
pub(crate) async fn with_context(
    State(state): State<ApiState>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let id = state.request_ids.of(request.headers());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let route = matched.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    let span = tracing::info_span!("request", request.id = id.as_str(), %method, route);
    request.extensions_mut().insert(id.clone());

    let scope = RequestScope::new();
    let response = Arc::clone(&scope)
        .enter(next.run(request).instrument(span.clone()))
        .await;

    let _entered = span.enter();
    let mut response = render_failure(response, id.as_str());
    let took = began.elapsed();
    let label = response.extensions().get::<RouteLabel>();
    let route = matched
        .as_ref()
        .map(MatchedPath::as_str)
        .or(label.map(|label| label.0))
        .unwrap_or(UNMATCHED);
    report(&scope, route, &method, &response, took);
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
    record_request(route, method, response.status(), took);
    for repeated in scope.repeated() {
        let (sql, times) = (repeated.sql, repeated.times);
        tracing::warn!(route, sql, times, "a request repeated a statement");
        record_repeated_statement(route);
    }
    let status = response.status().as_u16();
    let duration_ms = took.as_secs_f64() * 1_000.0;
    tracing::debug!(route, status, duration_ms, "answered a request");
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
