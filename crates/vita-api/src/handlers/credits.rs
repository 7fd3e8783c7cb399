use axum::Json;
use axum::extract::State;

use crate::ApiError;
use crate::extract::{Authenticated, PageQuery};
use crate::state::ApiState;
use crate::wire::credit::LedgerOut;

/// Every change of the caller's credits, latest first.
#[utoipa::path(
    get,
    path = "/api/credits/ledger",
    tag = "credits",
    params(PageQuery),
    responses((status = 200, body = LedgerOut))
)]
pub(crate) async fn list_ledger(
    State(state): State<ApiState>,
    Authenticated(caller): Authenticated,
    page: PageQuery,
) -> Result<Json<LedgerOut>, ApiError> {
    Ok(Json(
        state.app.list_ledger(&caller, &page.parse()?).await?.into(),
    ))
}
