use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;

use crate::ApiError;
use crate::server::PeerAddr;
use crate::state::ApiState;

/// The type of Prometheus' text format.
const PROMETHEUS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The metrics of this process, for clients on this machine.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operations",
    responses((status = 200, content_type = "text/plain", body = String))
)]
pub(crate) async fn read_metrics(
    State(state): State<ApiState>,
    peer: Option<Extension<PeerAddr>>,
) -> Result<Response, ApiError> {
    let is_local =
        peer.is_some_and(|Extension(PeerAddr(peer))| peer.ip().to_canonical().is_loopback());
    if !is_local && !state.config.metrics_open_everywhere {
        return Err(ApiError::not_found("page"));
    }
    let text = (state.metrics_text)();
    Ok(([(header::CONTENT_TYPE, PROMETHEUS_TEXT)], text).into_response())
}
