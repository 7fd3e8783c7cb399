use axum::Json;
use axum::extract::State;

use crate::extract::Authenticated;
use crate::state::ApiState;
use crate::wire::model::ModelsOut;

/// The models that are installed, and what each can do.
#[utoipa::path(
    get,
    path = "/api/models",
    tag = "generations",
    responses((status = 200, body = ModelsOut))
)]
pub(crate) async fn list_models(
    State(state): State<ApiState>,
    _caller: Authenticated,
) -> Json<ModelsOut> {
    Json(state.app.models().into())
}
