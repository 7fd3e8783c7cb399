use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use vita_model::UserId;

use crate::ApiError;
use crate::extract::{Admin, ApiPath, Command, PageQuery};
use crate::state::ApiState;
use crate::wire::administration::{
    AuditOut, ManagedUserOut, ManagedUserPatch, ManagedUsersOut, UsersQuery,
};

/// The accounts, latest made first.
#[utoipa::path(
    get,
    path = "/api/admin/users",
    tag = "operations",
    params(UsersQuery, PageQuery),
    responses((status = 200, body = ManagedUsersOut))
)]
pub(crate) async fn list_users(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    query: Result<Query<UsersQuery>, QueryRejection>,
    page: PageQuery,
) -> Result<Json<ManagedUsersOut>, ApiError> {
    let prefix = query.ok().and_then(|Query(query)| query.email);
    let prefix = prefix.unwrap_or_default();
    let page = state
        .app
        .list_users(&caller, &prefix, &page.parse()?)
        .await?;
    Ok(Json(page.into()))
}

/// Changes what an account may do, keeps it out or lets it in again, and adds credits to it. The last
/// administrator who can sign in stays one.
#[utoipa::path(
    patch,
    path = "/api/admin/users/{id}",
    tag = "operations",
    params(("id" = String, Path)),
    request_body = ManagedUserPatch,
    responses((status = 200, body = ManagedUserOut))
)]
pub(crate) async fn update_user(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<UserId>,
    command: Command<ManagedUserPatch, Admin>,
) -> Result<Json<ManagedUserOut>, ApiError> {
    let Command { caller, body, .. } = command;
    let user = state.app.update_user(&caller, &id, body.into()).await?;
    Ok(Json(user.into()))
}

/// What administrators did, latest first.
#[utoipa::path(
    get,
    path = "/api/admin/audit",
    tag = "operations",
    params(PageQuery),
    responses((status = 200, body = AuditOut))
)]
pub(crate) async fn list_audit_entries(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    page: PageQuery,
) -> Result<Json<AuditOut>, ApiError> {
    let page = state
        .app
        .list_audit_entries(&caller, &page.parse()?)
        .await?;
    Ok(Json(page.into()))
}
