use axum::Json;
use axum::extract::State;
use vita_model::{DurationSeconds, Prompt};
use vita_store::PageSize;

use crate::extract::RequestOrigin;
use crate::state::ApiState;
use crate::wire::service::{
    LimitsOut, MetadataOut, PartState, ServiceOut, ServicePartsOut, ServiceState,
};

/// How the service is, for clients that show it; the older name of `GET /health/ready`.
#[utoipa::path(
    get,
    path = "/api/status",
    tag = "operations",
    responses((status = 200, body = ServiceOut))
)]
pub(crate) async fn find_service_status(State(state): State<ApiState>) -> Json<ServiceOut> {
    let is_database_there = state.app.is_ready().await;
    let status = if state.shutdown.is_cancelled() {
        ServiceState::Ending
    } else if !is_database_there {
        ServiceState::Degraded
    } else if state.gate.is_overloaded() {
        ServiceState::Busy
    } else {
        ServiceState::Ok
    };
    let database = if is_database_there {
        PartState::Ok
    } else {
        PartState::Unavailable
    };
    Json(ServiceOut {
        status,
        version: env!("CARGO_PKG_VERSION"),
        services: ServicePartsOut { database },
        timestamp: state.clock.now(),
    })
}

/// What the service is, what it takes, and how much of it.
#[utoipa::path(
    get,
    path = "/api/metadata",
    tag = "operations",
    responses((status = 200, body = MetadataOut))
)]
pub(crate) async fn find_metadata(
    State(state): State<ApiState>,
    origin: RequestOrigin,
) -> Json<MetadataOut> {
    let models = state.app.models();
    let (config, rates) = (&state.config, &state.config.rate_limits);
    Json(MetadataOut {
        name: "Vitascope",
        version: env!("CARGO_PKG_VERSION"),
        url: origin.to_string(),
        models: models.list().map(|card| card.id.clone()).collect(),
        default_model: models.default_model().card().id.clone(),
        limits: LimitsOut {
            json_body_bytes: config.json_bytes_max,
            prompt_characters: Prompt::CHARS_MAX,
            clip_seconds: DurationSeconds::MAX.get(),
            page_size: PageSize::MAX.get(),
            requests_per_minute: rates.user_requests_per_minute,
            anonymous_requests_per_minute: rates.address_requests_per_minute,
            uploads_per_hour: rates.uploads_per_hour,
        },
    })
}
