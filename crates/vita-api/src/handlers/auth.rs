use axum::Json;
use axum::extract::State;
use http::HeaderMap;

use crate::ApiError;
use crate::answer::{Created, NoContent};
use crate::extract::{ApiJson, ClientAddr, bearer_token};
use crate::state::ApiState;
use crate::wire::account::{LoginIn, LoginOut, LogoutIn, RefreshIn, RegisterIn};

/// Makes an account and signs it in.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "accounts",
    request_body = RegisterIn,
    responses((status = 201, body = LoginOut))
)]
pub(crate) async fn register(
    State(state): State<ApiState>,
    ApiJson(new): ApiJson<RegisterIn>,
) -> Result<Created<Json<LoginOut>>, ApiError> {
    let login = state.app.register(new.into()).await?;
    Ok(Created(Json(login.into())))
}

/// Signs in.
#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "accounts",
    request_body = LoginIn,
    responses((status = 200, body = LoginOut))
)]
pub(crate) async fn login(
    State(state): State<ApiState>,
    ClientAddr(address): ClientAddr,
    ApiJson(credentials): ApiJson<LoginIn>,
) -> Result<Json<LoginOut>, ApiError> {
    let login = state.app.login(credentials.into(), address).await?;
    Ok(Json(login.into()))
}

/// Exchanges a refresh token for new tokens. Presenting one that was exchanged before ends the
/// login that it belongs to.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    tag = "accounts",
    request_body = RefreshIn,
    responses((status = 200, body = LoginOut))
)]
pub(crate) async fn refresh(
    State(state): State<ApiState>,
    ApiJson(login): ApiJson<RefreshIn>,
) -> Result<Json<LoginOut>, ApiError> {
    let login = state.app.refresh(&login.refresh_token).await?;
    Ok(Json(login.into()))
}

/// Ends a login: that of the refresh token in the body, else that of the access token.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "accounts",
    request_body = Option<LogoutIn>,
    responses((status = 204))
)]
pub(crate) async fn logout(
    State(state): State<ApiState>,
    headers: HeaderMap,
    ApiJson(ended): ApiJson<Option<LogoutIn>>,
) -> Result<NoContent, ApiError> {
    if let Some(token) = ended.and_then(|ended| ended.refresh_token) {
        state.app.logout_by_refresh_token(&token).await?;
    } else {
        let caller = state.app.verify_access(bearer_token(&headers)?)?;
        state.app.logout(&caller).await?;
    }
    Ok(NoContent)
}
