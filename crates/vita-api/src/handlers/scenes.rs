use axum::Json;
use axum::extract::State;
use vita_model::SceneId;
use vita_store::scenes::Scene;

use crate::ApiError;
use crate::answer::{NoContent, Tagged};
use crate::extract::{ApiPath, Command, Creator, IfMatch, NoBody, PageQuery};
use crate::state::ApiState;
use crate::wire::generation::GenerationsOut;
use crate::wire::scene::{SceneOut, ScenePatch, SelectIn};

/// A scene.
#[utoipa::path(
    get,
    path = "/api/scenes/{id}",
    tag = "scenes",
    params(("id" = String, Path)),
    responses((status = 200, body = SceneOut))
)]
pub(crate) async fn find_scene(
    State(state): State<ApiState>,
    Creator(caller): Creator,
    ApiPath(id): ApiPath<SceneId>,
) -> Result<Tagged<SceneOut>, ApiError> {
    Ok(tagged(&state, state.app.find_scene(&caller, &id).await?))
}

/// Changes a scene's words or length.
#[utoipa::path(
    patch,
    path = "/api/scenes/{id}",
    tag = "scenes",
    params(("id" = String, Path), IfMatch),
    request_body = ScenePatch,
    responses((status = 200, body = SceneOut))
)]
pub(crate) async fn update_scene(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<SceneId>,
    if_match: IfMatch,
    command: Command<ScenePatch>,
) -> Result<Tagged<SceneOut>, ApiError> {
    let Command { caller, body, .. } = command;
    let patch = body.parse(if_match.version()?)?;
    Ok(tagged(
        &state,
        state.app.update_scene(&caller, &id, patch).await?,
    ))
}

/// Deletes a scene: running generations are cancelled, reserved credits come back, files go.
#[utoipa::path(
    delete,
    path = "/api/scenes/{id}",
    tag = "scenes",
    params(("id" = String, Path), IfMatch),
    responses((status = 204))
)]
pub(crate) async fn delete_scene(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<SceneId>,
    if_match: IfMatch,
    command: Command<NoBody>,
) -> Result<NoContent, ApiError> {
    state
        .app
        .delete_scene(&command.caller, &id, if_match.version()?)
        .await?;
    Ok(NoContent)
}

/// The generations of a scene, latest first.
#[utoipa::path(
    get,
    path = "/api/scenes/{id}/generations",
    tag = "generations",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, body = GenerationsOut))
)]
pub(crate) async fn list_generations(
    State(state): State<ApiState>,
    Creator(caller): Creator,
    ApiPath(id): ApiPath<SceneId>,
    page: PageQuery,
) -> Result<Json<GenerationsOut>, ApiError> {
    let page = state
        .app
        .list_generations(&caller, &id, &page.parse()?)
        .await?;
    Ok(Json(GenerationsOut::new(&state.app, page)))
}

/// Makes a generation the one whose clip the project uses.
#[utoipa::path(
    post,
    path = "/api/scenes/{id}/select",
    tag = "scenes",
    params(("id" = String, Path)),
    request_body = SelectIn,
    responses((status = 204))
)]
pub(crate) async fn select_generation(
    State(state): State<ApiState>,
    ApiPath(id): ApiPath<SceneId>,
    command: Command<SelectIn>,
) -> Result<NoContent, ApiError> {
    let Command { caller, body, .. } = command;
    state
        .app
        .select_generation(&caller, &id, &body.generation_id)
        .await?;
    Ok(NoContent)
}

fn tagged(state: &ApiState, scene: Scene) -> Tagged<SceneOut> {
    Tagged {
        version: scene.version,
        value: SceneOut::new(&state.app, scene),
    }
}
