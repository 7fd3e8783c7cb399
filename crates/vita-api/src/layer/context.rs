use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use tracing::{Instrument as _, Span};
use vita_telemetry::metric::Held;
use vita_telemetry::{RequestScope, metric, report_scope};

use super::request_id::{REQUEST_ID, RequestId};
use crate::problem::render_failure;
use crate::state::ApiState;

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The route of a request that no pattern matched, in logs and metrics.
const UNMATCHED: &str = "unmatched";

/// Names the route of an answer that was not found by a pattern, or not given by what was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RouteLabel(pub(crate) &'static str);

/// What a request is known by, and what it costs. Logs and metrics know the route's pattern and never the
/// address, which may hold a token.
pub(super) struct Context {
    began: Instant,
    id: RequestId,
    method: Method,
    matched: Option<MatchedPath>,
    span: Span,
    scope: Arc<RequestScope>,
    _in_flight: Held,
}

impl Context {
    /// Gives the request its id.
    pub(super) fn begin(state: &ApiState, request: &Request) -> Self {
        let id = state.request_ids.of(request.headers());
        let matched = request.extensions().get::<MatchedPath>().cloned();
        let method = request.method().clone();
        let route = matched.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
        let span = tracing::info_span!("request", request.id = id.as_str(), %method, route);
        Self {
            began: Instant::now(),
            id,
            method,
            matched,
            span,
            scope: RequestScope::new(),
            _in_flight: metric::HTTP_IN_FLIGHT.hold([]),
        }
    }

    /// Counts what it asks of the database.
    pub(super) async fn run(&self, answer: impl Future<Output = Response>) -> Response {
        Arc::clone(&self.scope)
            .enter(answer.instrument(self.span.clone()))
            .await
    }

    /// Gives a failure its body, and reports what the request cost.
    pub(super) fn end(self, response: Response) -> Response {
        let _entered = self.span.enter();
        let mut response = render_failure(response, self.id.as_str());
        let took = self.began.elapsed();
        let label = response.extensions().get::<RouteLabel>();
        let route = label
            .map(|label| label.0)
            .or(self.matched.as_ref().map(MatchedPath::as_str))
            .unwrap_or(UNMATCHED);
        report(&self.scope, route, &self.method, &response, took);
        let timing = server_timing(&self.scope, took);
        // For who measures from outside, as tests do.
        response.extensions_mut().insert(Arc::clone(&self.scope));
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::from_str(self.id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        if let Ok(timing) = HeaderValue::try_from(timing) {
            headers.append(SERVER_TIMING, timing);
        }
        response
    }
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
