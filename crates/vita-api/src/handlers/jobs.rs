use axum::Json;
use axum::extract::State;
use vita_model::JobId;

use crate::ApiError;
use crate::answer::Tagged;
use crate::extract::{ApiPath, Authenticated, PageQuery};
use crate::state::ApiState;
use crate::wire::job::{JobOut, JobsOut};

/// The caller's jobs, the latest first.
#[utoipa::path(
    get,
    path = "/api/jobs",
    tag = "jobs",
    params(PageQuery),
    responses((status = 200, body = JobsOut))
)]
pub(crate) async fn list_jobs(
    State(state): State<ApiState>,
    Authenticated(caller): Authenticated,
    page: PageQuery,
) -> Result<Json<JobsOut>, ApiError> {
    let page = state.app.list_jobs(&caller, &page.parse()?).await?;
    Ok(Json(page.into()))
}

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
