use axum::Json;
use axum::extract::State;

use crate::ApiError;
use crate::extract::{Authenticated, Command};
use crate::state::ApiState;
use crate::wire::account::{UserOut, UserPatch};

/// The caller's account.
#[utoipa::path(
    get,
    path = "/api/me",
    tag = "accounts",
    responses((status = 200, body = UserOut))
)]
pub(crate) async fn find_me(
    State(state): State<ApiState>,
    Authenticated(caller): Authenticated,
) -> Result<Json<UserOut>, ApiError> {
    Ok(Json(state.app.profile(&caller).await?.into()))
}

/// Changes the caller's account.
#[utoipa::path(
    patch,
    path = "/api/me",
    tag = "accounts",
    request_body = UserPatch,
    responses((status = 200, body = UserOut))
)]
pub(crate) async fn update_me(
    State(state): State<ApiState>,
    command: Command<UserPatch, Authenticated>,
) -> Result<Json<UserOut>, ApiError> {
    let Command { caller, body, .. } = command;
    Ok(Json(
        state.app.update_profile(&caller, body.into()).await?.into(),
    ))
}
