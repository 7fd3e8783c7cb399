use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

/// How the process is.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthOut {
    /// Always `ok`: a process that is not does not answer.
    #[schema(example = "ok")]
    status: &'static str,
}

const OK: Json<HealthOut> = Json(HealthOut { status: "ok" });

/// Whether the process answers. Touches neither disk nor database.
#[utoipa::path(
    get,
    path = "/api/health",
    tag = "operations",
    responses((status = 200, body = HealthOut))
)]
pub(crate) async fn find_health() -> Json<HealthOut> {
    OK
}

/// The same, where proxies and orchestrators look for it.
#[utoipa::path(
    get,
    path = "/health",
    tag = "operations",
    responses((status = 200, body = HealthOut))
)]
pub(crate) async fn find_health_at_root() -> Json<HealthOut> {
    OK
}

/// Whether the process is alive; if not, it should be started again.
#[utoipa::path(
    get,
    path = "/health/live",
    tag = "operations",
    responses((status = 200, body = HealthOut))
)]
pub(crate) async fn find_liveness() -> Json<HealthOut> {
    OK
}

/// Whether requests should be sent here: not while the process ends, nor while the database does not
/// answer.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "operations",
    responses((status = 200, body = HealthOut))
)]
pub(crate) async fn find_readiness(
    State(state): State<ApiState>,
) -> Result<Json<HealthOut>, ApiError> {
    if state.shutdown.is_cancelled() {
        let detail = "the server is shutting down";
        return Err(ApiError::new(ErrorCode::Overloaded, detail));
    }
    if !state.app.is_ready().await {
        let detail = "the database does not answer";
        return Err(ApiError::new(ErrorCode::Overloaded, detail));
    }
    Ok(OK)
}
