use axum::Json;
use axum::extract::State;

use crate::extract::Authenticated;
use crate::state::ApiState;
use crate::wire::template::TemplatesOut;

/// Projects to begin with.
#[utoipa::path(
    get,
    path = "/api/templates",
    tag = "projects",
    responses((status = 200, body = TemplatesOut))
)]
pub(crate) async fn list_templates(
    State(state): State<ApiState>,
    _caller: Authenticated,
) -> Json<TemplatesOut> {
    Json(state.app.list_templates().into())
}
