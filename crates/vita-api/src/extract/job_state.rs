use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use serde::Deserialize;
use utoipa::IntoParams;
use vita_jobs::JobState;

use crate::problem::ApiError;
use crate::state::ApiState;
use crate::wire::word::JobStatus;

/// Which jobs of a queue are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobStateQuery {
    /// Jobs in this state; `queued` when it is not said.
    #[param(value_type = Option<JobStatus>, inline)]
    state: Option<String>,
}

impl FromRequestParts<ApiState> for JobStateQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, state).await;
        let Query(query) = query
            .map_err(|_| ApiError::invalid_field("state", "MALFORMED", "`state` comes once"))?;
        Ok(query)
    }
}

impl JobStateQuery {
    pub(crate) fn parse(self) -> Result<JobState, ApiError> {
        let Some(word) = self.state.filter(|word| !word.is_empty()) else {
            return Ok(JobState::Queued);
        };
        word.parse().map_err(|()| {
            let words = JobState::ALL.map(JobState::as_str).join("`, `");
            ApiError::invalid_field("state", "UNKNOWN", format!("must be one of `{words}`"))
        })
    }
}
