use axum::Json;
use axum::extract::State;

use crate::ApiError;
use crate::answer::NoContent;
use crate::extract::{Authenticated, Command, PageQuery};
use crate::state::ApiState;
use crate::wire::notification::{NotificationsOut, NotificationsReadIn};

/// The caller's notifications, latest first.
#[utoipa::path(
    get,
    path = "/api/notifications",
    tag = "notifications",
    params(PageQuery),
    responses((status = 200, body = NotificationsOut))
)]
pub(crate) async fn list_notifications(
    State(state): State<ApiState>,
    Authenticated(caller): Authenticated,
    page: PageQuery,
) -> Result<Json<NotificationsOut>, ApiError> {
    let page = state
        .app
        .list_notifications(&caller, &page.parse()?)
        .await?;
    Ok(Json(page.into()))
}

/// Marks notifications as read: those named, or all.
#[utoipa::path(
    post,
    path = "/api/notifications/read",
    tag = "notifications",
    request_body = Option<NotificationsReadIn>,
    responses((status = 204))
)]
pub(crate) async fn mark_notifications_read(
    State(state): State<ApiState>,
    command: Command<Option<NotificationsReadIn>, Authenticated>,
) -> Result<NoContent, ApiError> {
    let Command { caller, body, .. } = command;
    let ids = body.map(NotificationsReadIn::parse).transpose()?.flatten();
    state.app.mark_notifications_read(&caller, ids).await?;
    Ok(NoContent)
}
