use axum::extract::State;
use vita_model::GenerationId;
use vita_store::generations::Generation;

use crate::ApiError;
use crate::answer::{Accepted, Tagged};
use crate::extract::{ApiPath, Command, Creator, NoBody};
use crate::state::ApiState;
use crate::wire::generation::{GenerateOut, GenerationOut, GenerationStatusOut};

/// A generation.
#[utoipa::path(
    get,
    path = "/api/generations/{id}",
    tag = "generations",
    params(("id" = String, Path)),
    responses((status = 200, body = GenerationOut))
)]
pub(crate) async fn find_generation(
    State(state): State<ApiState>,
    Creator(caller): Creator,
    ApiPath(id): ApiPath<GenerationId>,
) -> Result<Tagged<GenerationOut>, ApiError> {
    let generation = state.app.find_generation(&caller, &id).await?;
    Ok(Tagged {
        version: version(&generation),
        value: GenerationOut::new(&state.app, generation),
    })
}

/// How far a generation is.
#[utoipa::path(
    get,
    path = "/api/generations/{id}/status",
    tag = "generations",
    params(("id" = String, Path)),
    responses((status = 200, body = GenerationStatusOut))
)]
pub(crate) async fn find_generation_status(
    State(state): State<ApiState>,
    Creator(caller): Creator,
    ApiPath(id): ApiPath<GenerationId>,
) -> Result<Tagged<GenerationStatusOut>, ApiError> {
    let view = state.app.find_status(&caller, &id).await?;
    Ok(Tagged {
        version: view.updated_at.as_micros(),
        value: view.into(),
    })
}

/// Calls a generation off: its credits come back at once.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/cancel",
    tag = "generations",
    params(("id" = String, Path)),
    responses((status = 202, body = GenerationStatusOut))
)]
pub(crate) async fn cancel_generation(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<GenerationId>,
    command: Command<NoBody>,
) -> Result<Accepted<GenerationStatusOut>, ApiError> {
    let generation = state.app.cancel(&command.caller, &id).await?;
    Ok(Accepted(state.app.view_status(&generation).into()))
}

/// Asks again for what an ended generation was to be; another take, if that one succeeded.
#[utoipa::path(
    post,
    path = "/api/generations/{id}/retry",
    tag = "generations",
    params(("id" = String, Path)),
    responses((status = 202, body = GenerateOut))
)]
pub(crate) async fn retry_generation(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<GenerationId>,
    command: Command<NoBody>,
) -> Result<Accepted<GenerateOut>, ApiError> {
    let accepted = state.app.retry(&command.caller, &id).await?;
    Ok(Accepted(accepted.into()))
}

/// Nobody edits a generation; what changes it has a time.
fn version(generation: &Generation) -> i64 {
    generation.updated_at.as_micros()
}
