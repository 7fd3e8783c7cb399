use axum::Json;
use axum::extract::State;
use vita_app::ProjectOverview;
use vita_model::ProjectId;

use crate::ApiError;
use crate::answer::{Accepted, Created, NoContent, Tagged};
use crate::extract::{ApiPath, Command, Creator, IfMatch, NoBody, PageQuery};
use crate::state::ApiState;
use crate::wire::export::{ExportIn, ExportOut};
use crate::wire::generation::{GenerateIn, GenerateOut};
use crate::wire::project::{ProjectIn, ProjectOut, ProjectPatch, ProjectsOut};
use crate::wire::scene::{SceneIn, SceneOrderIn, SceneOut, ScenesOut};

/// The caller's projects with their scenes, latest updated first.
#[utoipa::path(
    get,
    path = "/api/projects",
    tag = "projects",
    params(PageQuery),
    responses((status = 200, body = ProjectsOut))
)]
pub(crate) async fn list_projects(
    State(state): State<ApiState>,
    Creator(caller): Creator,
    page: PageQuery,
) -> Result<Json<ProjectsOut>, ApiError> {
    let page = state.app.list_projects(&caller, &page.parse()?).await?;
    Ok(Json(ProjectsOut::new(&state.app, page)))
}

/// Makes a project, with the scenes of a template if one is named.
#[utoipa::path(
    post,
    path = "/api/projects",
    tag = "projects",
    request_body = ProjectIn,
    responses((status = 201, body = ProjectOut))
)]
pub(crate) async fn create_project(
    State(state): State<ApiState>,
    command: Command<ProjectIn>,
) -> Result<Created<Tagged<ProjectOut>>, ApiError> {
    let Command { caller, body, .. } = command;
    let project = state.app.add_project(&caller, body.parse()?).await?;
    let overview = if project.scene_count == 0 {
        let scenes = Vec::new();
        ProjectOverview { project, scenes }
    } else {
        state.app.find_project(&caller, &project.id).await?
    };
    Ok(Created(tagged(&state, overview)))
}

/// A project with its scenes.
#[utoipa::path(
    get,
    path = "/api/projects/{id}",
    tag = "projects",
    params(("id" = String, Path)),
    responses((status = 200, body = ProjectOut))
)]
pub(crate) async fn find_project(
    State(state): State<ApiState>,
    Creator(caller): Creator,
    ApiPath(id): ApiPath<ProjectId>,
) -> Result<Tagged<ProjectOut>, ApiError> {
    let overview = state.app.find_project(&caller, &id).await?;
    Ok(tagged(&state, overview))
}

/// Changes a project's title or description.
#[utoipa::path(
    patch,
    path = "/api/projects/{id}",
    tag = "projects",
    params(("id" = String, Path), IfMatch),
    request_body = ProjectPatch,
    responses((status = 200, body = ProjectOut))
)]
pub(crate) async fn update_project(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<ProjectId>,
    if_match: IfMatch,
    command: Command<ProjectPatch>,
) -> Result<Tagged<ProjectOut>, ApiError> {
    let Command { caller, body, .. } = command;
    let patch = body.parse(if_match.version()?)?;
    let project = state.app.update_project(&caller, &id, patch).await?;
    let mut overview = state.app.find_project(&caller, &id).await?;
    // What was written, also when somebody else wrote again in between.
    overview.project = project;
    Ok(tagged(&state, overview))
}

/// Deletes a project: running generations are cancelled, reserved credits come back, files go.
#[utoipa::path(
    delete,
    path = "/api/projects/{id}",
    tag = "projects",
    params(("id" = String, Path), IfMatch),
    responses((status = 204))
)]
pub(crate) async fn delete_project(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<ProjectId>,
    if_match: IfMatch,
    command: Command<NoBody>,
) -> Result<NoContent, ApiError> {
    state
        .app
        .delete_project(&command.caller, &id, if_match.version()?)
        .await?;
    Ok(NoContent)
}

/// A project's scenes, in order.
#[utoipa::path(
    get,
    path = "/api/projects/{id}/scenes",
    tag = "scenes",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = ScenesOut))
)]
pub(crate) async fn list_scenes(
    State(state): State<ApiState>,
    Creator(caller): Creator,
    ApiPath(id): ApiPath<ProjectId>,
    page: PageQuery,
) -> Result<Json<ScenesOut>, ApiError> {
    let page = state.app.list_scenes(&caller, &id, &page.parse()?).await?;
    Ok(Json(ScenesOut::new(&state.app, page)))
}

/// Adds a scene to a project.
#[utoipa::path(
    post,
    path = "/api/projects/{id}/scenes",
    tag = "scenes",
    params(("id" = String, Path)),
    request_body = SceneIn,
    responses((status = 201, body = SceneOut))
)]
pub(crate) async fn create_scene(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<ProjectId>,
    command: Command<SceneIn>,
) -> Result<Created<Tagged<SceneOut>>, ApiError> {
    let Command { caller, body, .. } = command;
    let scene = state.app.add_scene(&caller, &id, body.parse()?).await?;
    Ok(Created(Tagged {
        version: scene.version,
        value: SceneOut::new(&state.app, scene),
    }))
}

/// Puts a project's scenes in another order.
#[utoipa::path(
    post,
    path = "/api/projects/{id}/scenes/order",
    tag = "scenes",
    params(("id" = String, Path)),
    request_body = SceneOrderIn,
    responses((status = 204))
)]
pub(crate) async fn order_scenes(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<ProjectId>,
    command: Command<SceneOrderIn>,
) -> Result<NoContent, ApiError> {
    let Command { caller, body, .. } = command;
    state.app.order_scenes(&caller, &id, body.scene_ids).await?;
    Ok(NoContent)
}

/// Asks for a clip of a scene. Once it is accepted, nothing loses it.
#[utoipa::path(
    post,
    path = "/api/projects/{id}/generate",
    tag = "generations",
    params(("id" = String, Path)),
    request_body = GenerateIn,
    responses((status = 202, body = GenerateOut))
)]
pub(crate) async fn generate(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<ProjectId>,
    command: Command<GenerateIn>,
) -> Result<Accepted<GenerateOut>, ApiError> {
    let Command { caller, body, .. } = command;
    let accepted = state.app.generate(&caller, &id, body.parse()?).await?;
    Ok(Accepted(accepted.into()))
}

/// Has a film or a storyboard made of a project.
#[utoipa::path(
    post,
    path = "/api/projects/{id}/export",
    tag = "projects",
    params(("id" = String, Path)),
    request_body = ExportIn,
    responses((status = 202, body = ExportOut))
)]
pub(crate) async fn export_project(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<ProjectId>,
    command: Command<ExportIn>,
) -> Result<Accepted<ExportOut>, ApiError> {
    let Command { caller, body, .. } = command;
    let started = state.app.export(&caller, &id, body.parse()?).await?;
    Ok(Accepted(started.into()))
}

fn tagged(state: &ApiState, overview: ProjectOverview) -> Tagged<ProjectOut> {
    Tagged {
        version: overview.project.version,
        value: ProjectOut::new(&state.app, overview),
    }
}
