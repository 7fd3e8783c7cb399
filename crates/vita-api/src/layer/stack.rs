use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::admission::admit;
use super::conditional::Known;
use super::context::Context;
use super::panic::catch_panic;
use super::rate_limit::count_request;
use super::security::add_security_headers;
use crate::state::ApiState;

/// Answers a request with all that this module's head names. It is one layer, since each further one would
/// make a copy of all routes below it for every request.
pub(crate) async fn answer_request(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let context = Context::begin(&state, &request);
    let answer = context.run(answer_guarded(&state, request, next)).await;
    context.end(answer)
}

async fn answer_guarded(state: &ApiState, mut request: Request, next: Next) -> Response {
    let mut response = match admit(state, &mut request).await {
        Ok(_admitted) => answer_counted(state, request, next).await,
        Err(shed) => shed.into_response(),
    };
    add_security_headers(response.headers_mut());
    response
}

async fn answer_counted(state: &ApiState, request: Request, next: Next) -> Response {
    let (request, counted) = count_request(state, request).await;
    if let Some(refusal) = counted.refusal() {
        return refusal;
    }
    let known = Known::of(&request);
    let mut response = known.apply(catch_panic(next.run(request)).await);
    counted.tell(response.headers_mut());
    response
}
