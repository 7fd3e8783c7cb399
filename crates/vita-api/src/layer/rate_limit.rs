use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use vita_telemetry::metric;

use crate::extract::{ClientAddr, recognise};
use crate::guard::{Sender, Taken, Traffic};
use crate::live::recognise_by_address;
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// The three fields of draft-ietf-httpapi-ratelimit-headers-03 §4, which clients have long known;
/// later drafts fold them into one that few read. How many requests a window has,
pub(crate) const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
/// how many are left in it,
pub(crate) const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
/// and in how many seconds the next one begins.
pub(crate) const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Counts a request for its sender, and refuses it when they have sent too many. The answer says how
/// many are left. A request whose credential is not valid counts for the address that it comes
/// from, so that guessing is as slow as asking without one.
pub(crate) async fn count_request(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let traffic = Traffic::of(&request);
    if !traffic.is_counted() || state.rate_limits.are_off() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let sender = sender_of(&mut parts, &state).await;
    let now = state.clock.now();
    let counted = state
        .rate_limits
        .count(&sender, traffic, &parts.method, now);
    let request = Request::from_parts(parts, body);
    let Some((limit, taken)) = counted else {
        return next.run(request).await;
    };
    let mut response = if taken.is_allowed {
        next.run(request).await
    } else {
        metric::HTTP_RATE_LIMITED.add(1, [limit.as_str()]);
        ApiError::new(ErrorCode::RateLimited, limit.explain(taken))
            .with_retry_after(taken.reset)
            .into_response()
    };
    tell(response.headers_mut(), taken);
    response
}

async fn sender_of(parts: &mut Parts, state: &ApiState) -> Sender {
    let caller = match recognise(parts, state).await {
        Some(caller) => Some(caller),
        None => recognise_by_address(parts, state).await,
    };
    if let Some(caller) = caller {
        return caller.into();
    }
    let Ok(ClientAddr(address)) = ClientAddr::from_request_parts(parts, state).await;
    Sender::Nobody(address)
}

fn tell(headers: &mut HeaderMap, taken: Taken) {
    let reset = taken.reset.as_secs_f64().ceil() as u64;
    headers.insert(LIMIT, HeaderValue::from(taken.limit));
    headers.insert(REMAINING, HeaderValue::from(taken.remaining));
    headers.insert(RESET, HeaderValue::from(reset));
}
