use axum::Json;
use axum::extract::State;
use vita_model::JobId;

use crate::ApiError;
use crate::answer::Accepted;
use crate::extract::{Admin, ApiPath, Command, NoBody};
use crate::state::ApiState;
use crate::wire::admin_job::{AdminJobDetailOut, JobPriorityIn};

/// All that is known of a job, whosever it is.
#[utoipa::path(
    get,
    path = "/admin/jobs/{id}",
    tag = "operations",
    params(("id" = String, Path)),
    responses((status = 200, body = AdminJobDetailOut))
)]
pub(crate) async fn inspect_job(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    ApiPath(id): ApiPath<JobId>,
) -> Result<Json<AdminJobDetailOut>, ApiError> {
    let job = state.app.inspect_job(&caller, &id).await?;
    Ok(Json(job.into()))
}

/// Puts a job that was given up back into its queue. A conflict where that would spend credits that
/// came back: its owner has to ask anew.
#[utoipa::path(
    post,
    path = "/admin/jobs/{id}/requeue",
    tag = "operations",
    params(("id" = String, Path)),
    responses((status = 202, body = AdminJobDetailOut))
)]
pub(crate) async fn requeue_job(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<JobId>,
    command: Command<NoBody, Admin>,
) -> Result<Accepted<AdminJobDetailOut>, ApiError> {
    let job = state.app.requeue_job(&command.caller, &id).await?;
    Ok(Accepted(job.into()))
}

/// Calls a job off as its owner would; a generation's credits come back at once.
#[utoipa::path(
    post,
    path = "/admin/jobs/{id}/cancel",
    tag = "operations",
    params(("id" = String, Path)),
    responses((status = 202, body = AdminJobDetailOut))
)]
pub(crate) async fn cancel_job(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<JobId>,
    command: Command<NoBody, Admin>,
) -> Result<Accepted<AdminJobDetailOut>, ApiError> {
    let job = state.app.cancel_job(&command.caller, &id).await?;
    Ok(Accepted(job.into()))
}

/// Gives a waiting job another place in its queue.
#[utoipa::path(
    post,
    path = "/admin/jobs/{id}/priority",
    tag = "operations",
    params(("id" = String, Path)),
    request_body = JobPriorityIn,
    responses((status = 200, body = AdminJobDetailOut))
)]
pub(crate) async fn set_job_priority(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<JobId>,
    command: Command<JobPriorityIn, Admin>,
) -> Result<Json<AdminJobDetailOut>, ApiError> {
    let Command { caller, body, .. } = command;
    let job = state.app.set_job_priority(&caller, &id, body.priority);
    Ok(Json(job.await?.into()))
}
