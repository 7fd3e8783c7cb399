use axum::extract::{FromRequestParts as _, State};
use axum::response::{IntoResponse, Response};
use http::header;
use http::request::Parts;

use crate::ApiError;
use crate::extract::{Admin, ClientAddr, is_forwarded};
use crate::state::ApiState;

/// The type of Prometheus' text format.
const PROMETHEUS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The metrics of this process, for clients on this machine, and for administrators and their keys.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operations",
    responses((status = 200, content_type = "text/plain", body = String))
)]
pub(crate) async fn read_metrics(
    State(state): State<ApiState>,
    ClientAddr(client): ClientAddr,
    mut parts: Parts,
) -> Result<Response, ApiError> {
    // A proxy on this machine passes on requests from everywhere.
    let is_local = client.is_loopback() && !is_forwarded(&parts.headers);
    if !is_local && !state.config.metrics_open_everywhere {
        let admin = Admin::from_request_parts(&mut parts, &state).await;
        admin.map_err(|_| ApiError::not_found("page"))?;
    }
    let text = (state.metrics_text)();
    Ok(([(header::CONTENT_TYPE, PROMETHEUS_TEXT)], text).into_response())
}
