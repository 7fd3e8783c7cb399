use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use http::HeaderMap;
use vita_live::Topic;
use vita_model::{GenerationId, JobId};

use crate::extract::{ApiPath, RequestOrigin};
use crate::live::{self, LiveAccess, LiveQuery};
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// Opens a WebSocket for live status. The client sends `{"type":"subscribe","generationId":…}` (or
/// `jobId`), `unsubscribe`, `{"type":"auth","token":…}` before its token expires, and `ping`; each
/// message of the server has `type` and `timestamp`.
#[utoipa::path(
    get,
    path = "/ws",
    tag = "live",
    params(LiveQuery),
    responses((status = 101, description = "A WebSocket"))
)]
pub(crate) async fn open_socket(
    State(state): State<ApiState>,
    access: LiveAccess,
    origin: RequestOrigin,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    live::check_origin(&state, &origin, &headers)?;
    let upgrade = upgrade.map_err(|_| {
        let detail = "this address speaks WebSocket; ask it for an upgrade";
        ApiError::new(ErrorCode::BadRequest, detail)
    })?;
    let serve = move |socket| live::serve_socket(state, access, socket);
    Ok(live::configure(upgrade).on_upgrade(serve))
}

/// The changes of a generation as Server-Sent Events, which end with its final state.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/events",
    tag = "live",
    params(("id" = String, Path), LiveQuery),
    responses((status = 200, content_type = "text/event-stream", body = String))
)]
pub(crate) async fn stream_generation(
    State(state): State<ApiState>,
    access: LiveAccess,
    headers: HeaderMap,
    ApiPath(id): ApiPath<GenerationId>,
) -> Result<Response, ApiError> {
    live::event_stream(&state, access, &headers, Topic::Generation(id)).await
}

/// The changes of a job as Server-Sent Events, which end with its final state.
#[utoipa::path(
    get,
    path = "/api/jobs/{id}/events",
    tag = "live",
    params(("id" = String, Path), LiveQuery),
    responses((status = 200, content_type = "text/event-stream", body = String))
)]
pub(crate) async fn stream_job(
    State(state): State<ApiState>,
    access: LiveAccess,
    headers: HeaderMap,
    ApiPath(id): ApiPath<JobId>,
) -> Result<Response, ApiError> {
    live::event_stream(&state, access, &headers, Topic::Job(id)).await
}
