use axum::extract::{FromRequestParts as _, Request};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use vita_telemetry::metric;

use crate::extract::{ClientAddr, recognise};
use crate::guard::{Limit, Sender, Taken, Traffic};
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

/// How a request was counted.
pub(super) struct Counted(Option<(Limit, Taken)>);

/// Counts a request for its sender. A request whose credential is not valid counts for the address that it
/// comes from, so that guessing is as slow as asking without one.
pub(super) async fn count_request(state: &ApiState, request: Request) -> (Request, Counted) {
    let traffic = Traffic::of(&request);
    if !traffic.is_counted() || state.rate_limits.are_off() {
        return (request, Counted(None));
    }
    let (mut parts, body) = request.into_parts();
    let sender = sender_of(&mut parts, state).await;
    let now = state.clock.now();
    let counted = state
        .rate_limits
        .count(&sender, traffic, &parts.method, now);
    (Request::from_parts(parts, body), Counted(counted))
}

impl Counted {
    /// What is answered instead when they have sent too many.
    pub(super) fn refusal(&self) -> Option<Response> {
        let (limit, taken) = self.0.as_ref().filter(|(_, taken)| !taken.is_allowed)?;
        metric::HTTP_RATE_LIMITED.add(1, [limit.as_str()]);
        let refusal = ApiError::new(ErrorCode::RateLimited, limit.explain(*taken))
            .with_retry_after(taken.reset);
        let mut refusal = refusal.into_response();
        self.tell(refusal.headers_mut());
        Some(refusal)
    }

    /// Says how many are left.
    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        let Some((_, taken)) = &self.0 else {
            return;
        };
        let reset = taken.reset.as_secs_f64().ceil() as u64;
        headers.insert(LIMIT, HeaderValue::from(taken.limit));
        headers.insert(REMAINING, HeaderValue::from(taken.remaining));
        headers.insert(RESET, HeaderValue::from(reset));
    }
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
