use axum::Json;
use axum::extract::State;

use vita_model::FamilyId;

use crate::ApiError;
use crate::answer::NoContent;
use crate::extract::{ApiPath, Authenticated, ClientAddr, Command, Interactive, PageQuery};
use crate::state::ApiState;
use crate::wire::account::{AccountDeletionIn, LoginsOut, PasswordChangeIn, UserOut, UserPatch};

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

/// Deletes the caller's account with everything that is theirs: what waits or runs is called off, and
/// files are removed. No credential of the account is worth anything from then on.
#[utoipa::path(
    delete,
    path = "/api/me",
    tag = "accounts",
    request_body = AccountDeletionIn,
    responses((status = 204))
)]
pub(crate) async fn delete_me(
    State(state): State<ApiState>,
    ClientAddr(address): ClientAddr,
    command: Command<AccountDeletionIn, Interactive>,
) -> Result<NoContent, ApiError> {
    let Command { caller, body, .. } = command;
    state
        .app
        .delete_account(&caller, &body.password, address)
        .await?;
    Ok(NoContent)
}

/// Gives the caller another password and ends all their other logins. API keys stay.
#[utoipa::path(
    post,
    path = "/api/me/password",
    tag = "accounts",
    request_body = PasswordChangeIn,
    responses((status = 204))
)]
pub(crate) async fn change_password(
    State(state): State<ApiState>,
    ClientAddr(address): ClientAddr,
    command: Command<PasswordChangeIn, Interactive>,
) -> Result<NoContent, ApiError> {
    let Command { caller, body, .. } = command;
    state
        .app
        .change_password(&caller, body.into(), address)
        .await?;
    Ok(NoContent)
}

/// The caller's logins that have not ended, latest begun first.
#[utoipa::path(
    get,
    path = "/api/me/logins",
    tag = "accounts",
    params(PageQuery),
    responses((status = 200, body = LoginsOut))
)]
pub(crate) async fn list_logins(
    State(state): State<ApiState>,
    Interactive(caller): Interactive,
    page: PageQuery,
) -> Result<Json<LoginsOut>, ApiError> {
    let page = state.app.list_logins(&caller, &page.parse()?).await?;
    Ok(Json(LoginsOut::new(page, caller.login.as_ref())))
}

/// Ends all of the caller's logins but the one that asks.
#[utoipa::path(
    delete,
    path = "/api/me/logins",
    tag = "accounts",
    responses((status = 204))
)]
pub(crate) async fn delete_other_logins(
    State(state): State<ApiState>,
    Interactive(caller): Interactive,
) -> Result<NoContent, ApiError> {
    state.app.end_other_logins(&caller).await?;
    Ok(NoContent)
}

/// Ends one of the caller's logins. None of its tokens is worth anything from then on, and its live
/// connections are closed within seconds.
#[utoipa::path(
    delete,
    path = "/api/me/logins/{id}",
    tag = "accounts",
    params(("id" = String, Path)),
    responses((status = 204))
)]
pub(crate) async fn delete_login(
    State(state): State<ApiState>,
    Interactive(caller): Interactive,
    ApiPath(id): ApiPath<FamilyId>,
) -> Result<NoContent, ApiError> {
    if state.app.end_login(&caller, &id).await? {
        Ok(NoContent)
    } else {
        Err(ApiError::not_found("login"))
    }
}
