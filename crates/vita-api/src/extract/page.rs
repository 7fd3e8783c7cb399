use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;
use vita_app::PageIn;

use crate::problem::ApiError;
use crate::state::ApiState;

/// Which page of a list is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Rows on a page, 1 to 100; 20 when it is not said.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, example = 20)]
    limit: Option<String>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
}

impl FromRequestParts<ApiState> for PageQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, state).await;
        let Query(page) = query.map_err(|_| {
            let detail = "`limit` and `cursor` come once each";
            ApiError::invalid_field("limit", "MALFORMED", detail)
        })?;
        Ok(page)
    }
}

impl PageQuery {
    /// The page to ask for. How large one may be, and what a cursor is, the use case knows.
    pub(crate) fn parse(self) -> Result<PageIn, ApiError> {
        let limit = match self.limit.as_deref() {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| {
                ApiError::invalid_field("limit", "WRONG_TYPE", "must be a whole number, 1 to 100")
            })?),
        };
        Ok(PageIn {
            limit,
            cursor: self.cursor,
        })
    }
}
