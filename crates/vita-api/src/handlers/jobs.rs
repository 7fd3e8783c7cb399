use axum::extract::State;
use vita_model::JobId;

use crate::ApiError;
use crate::answer::Tagged;
use crate::extract::{ApiPath, Authenticated};
use crate::state::ApiState;
use crate::wire::job::JobOut;

/// How far a job is, and what it made.
#[utoipa::path(
    get,
    path = "/api/jobs/{id}",
    tag = "jobs",
    params(("id" = String, Path)),
    responses((status = 200, body = JobOut))
)]
pub(crate) async fn find_job(
    State(state): State<ApiState>,
    Authenticated(caller): Authenticated,
    ApiPath(id): ApiPath<JobId>,
) -> Result<Tagged<JobOut>, ApiError> {
    let job = state.app.find_job(&caller, &id).await?;
    Ok(Tagged {
        version: job.updated_at.as_micros(),
        value: job.into(),
    })
}
