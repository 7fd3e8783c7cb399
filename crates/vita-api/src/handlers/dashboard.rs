use axum::Json;
use axum::extract::State;

use crate::ApiError;
use crate::extract::Authenticated;
use crate::state::ApiState;
use crate::wire::dashboard::DashboardOut;

/// What a page needs at its first sight, in one answer.
#[utoipa::path(
    get,
    path = "/api/dashboard",
    tag = "projects",
    responses((status = 200, body = DashboardOut))
)]
pub(crate) async fn find_dashboard(
    State(state): State<ApiState>,
    Authenticated(caller): Authenticated,
) -> Result<Json<DashboardOut>, ApiError> {
    let dashboard = state.app.find_dashboard(&caller).await?;
    Ok(Json(DashboardOut::new(&state.app, dashboard)))
}
