use axum::Json;
use axum::extract::State;

use crate::ApiError;
use crate::extract::Admin;
use crate::state::ApiState;
use crate::wire::memory::MemoryOut;

/// The memory that this process uses.
#[utoipa::path(
    get,
    path = "/debug/memory",
    tag = "operations",
    responses((status = 200, body = MemoryOut))
)]
pub(crate) async fn find_memory(
    State(state): State<ApiState>,
    _admin: Admin,
) -> Result<Json<MemoryOut>, ApiError> {
    let used = (state.memory_use)().map_err(ApiError::internal)?;
    Ok(Json(used.into()))
}
