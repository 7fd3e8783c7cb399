use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::{StatusCode, header};
use vita_model::ApiKeyId;

use crate::ApiError;
use crate::answer::NoContent;
use crate::extract::{ApiPath, Command, Interactive, PageQuery, Reader};
use crate::state::ApiState;
use crate::wire::api_key::{ApiKeyCreatedOut, ApiKeyIn, ApiKeysOut, TicketOut};

/// The caller's API keys, latest made first. Keys are managed by somebody who signed in, not by keys.
#[utoipa::path(
    get,
    path = "/api/keys",
    tag = "accounts",
    params(PageQuery),
    responses((status = 200, body = ApiKeysOut))
)]
pub(crate) async fn list_keys(
    State(state): State<ApiState>,
    Interactive(caller): Interactive,
    page: PageQuery,
) -> Result<Json<ApiKeysOut>, ApiError> {
    let page = state.app.list_keys(&caller, &page.parse()?).await?;
    Ok(Json(page.into()))
}

/// Makes an API key. Its secret is not kept, so that it is told only here, and a repeated request
/// makes another key.
#[utoipa::path(
    post,
    path = "/api/keys",
    tag = "accounts",
    request_body = ApiKeyIn,
    responses((status = 201, body = ApiKeyCreatedOut))
)]
pub(crate) async fn create_key(
    State(state): State<ApiState>,
    command: Command<ApiKeyIn, Interactive>,
) -> Result<impl IntoResponse, ApiError> {
    let Command { caller, body, .. } = command;
    let created = state.app.add_key(&caller, body.into()).await?;
    let body = Json(ApiKeyCreatedOut::from(created));
    Ok((
        StatusCode::CREATED,
        [(header::CACHE_CONTROL, "no-store")],
        body,
    ))
}

/// Deletes an API key. It is worth nothing from then on; where several processes serve, within
/// seconds in the others.
#[utoipa::path(
    delete,
    path = "/api/keys/{id}",
    tag = "accounts",
    params(("id" = String, Path)),
    responses((status = 204))
)]
pub(crate) async fn delete_key(
    State(state): State<ApiState>,
    Interactive(caller): Interactive,
    ApiPath(id): ApiPath<ApiKeyId>,
) -> Result<NoContent, ApiError> {
    state.app.delete_key(&caller, &id).await?;
    Ok(NoContent)
}

/// Makes a ticket: it opens one live connection in the name of the caller, within 30 seconds, by
/// `?ticket=` in its address. For browsers, whose sockets cannot send a header.
#[utoipa::path(
    post,
    path = "/api/tickets",
    tag = "live",
    responses((status = 201, body = TicketOut))
)]
pub(crate) async fn create_ticket(
    State(state): State<ApiState>,
    Reader(verified): Reader,
) -> Result<impl IntoResponse, ApiError> {
    let ticket = state.app.add_ticket(&verified).await?;
    let body = Json(TicketOut::from(ticket));
    Ok((
        StatusCode::CREATED,
        [(header::CACHE_CONTROL, "no-store")],
        body,
    ))
}
