use axum::Json;
use axum::extract::State;

use crate::ApiError;
use crate::extract::Admin;
use crate::state::ApiState;
use crate::wire::queue::QueuesOut;

/// Every queue: what waits and runs in it, and how long that takes.
#[utoipa::path(
    get,
    path = "/admin/queue",
    tag = "operations",
    responses((status = 200, body = QueuesOut))
)]
pub(crate) async fn list_queues(
    State(state): State<ApiState>,
    Admin(caller): Admin,
) -> Result<Json<QueuesOut>, ApiError> {
    let queues = state.app.list_queues(&caller).await?;
    Ok(Json(queues.into()))
}
