use axum::Json;
use axum::extract::State;

use crate::ApiError;
use crate::extract::{Admin, ApiName, Command, JobStateQuery, NoBody, PageQuery};
use crate::state::ApiState;
use crate::wire::admin_job::AdminJobsOut;
use crate::wire::queue::{QueueOut, QueuesOut};

/// Every queue: what waits and runs in it, how long that takes, and whether it is paused.
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

/// The jobs of a queue in one state: those that wait in their order, the others latest first.
#[utoipa::path(
    get,
    path = "/admin/queue/{name}/jobs",
    tag = "operations",
    params(("name" = String, Path), JobStateQuery, PageQuery),
    responses((status = 200, body = AdminJobsOut))
)]
pub(crate) async fn list_queue_jobs(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    ApiName(name): ApiName,
    wanted: JobStateQuery,
    page: PageQuery,
) -> Result<Json<AdminJobsOut>, ApiError> {
    let (wanted, page) = (wanted.parse()?, page.parse()?);
    let jobs = state.app.list_queue_jobs(&caller, &name, wanted, &page);
    Ok(Json(jobs.await?.into()))
}

/// Lets nothing more of a queue be started until it is resumed; what runs goes on.
#[utoipa::path(
    post,
    path = "/admin/queue/{name}/pause",
    tag = "operations",
    params(("name" = String, Path)),
    responses((status = 200, body = QueueOut))
)]
pub(crate) async fn pause_queue(
    State(state): State<ApiState>,
    ApiName(name): ApiName,
    command: Command<NoBody, Admin>,
) -> Result<Json<QueueOut>, ApiError> {
    let queue = state.app.pause_queue(&command.caller, &name).await?;
    Ok(Json(queue.into()))
}

/// Lets a paused queue be worked off again, at once.
#[utoipa::path(
    post,
    path = "/admin/queue/{name}/resume",
    tag = "operations",
    params(("name" = String, Path)),
    responses((status = 200, body = QueueOut))
)]
pub(crate) async fn resume_queue(
    State(state): State<ApiState>,
    ApiName(name): ApiName,
    command: Command<NoBody, Admin>,
) -> Result<Json<QueueOut>, ApiError> {
    let queue = state.app.resume_queue(&command.caller, &name).await?;
    Ok(Json(queue.into()))
}
