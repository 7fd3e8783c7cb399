use axum::extract::State;

use crate::ApiError;
use crate::answer::Accepted;
use crate::extract::Command;
use crate::state::ApiState;
use crate::wire::video::{VideoIn, VideoOut};

/// Makes a project of one scene and asks for its clip: the older name of making a project, adding a
/// scene to it and generating it, all of it or nothing.
#[utoipa::path(
    post,
    path = "/api/video/create",
    tag = "generations",
    request_body = VideoIn,
    responses((status = 202, body = VideoOut))
)]
pub(crate) async fn create_video(
    State(state): State<ApiState>,
    command: Command<VideoIn>,
) -> Result<Accepted<VideoOut>, ApiError> {
    let Command { caller, body, .. } = command;
    let created = state.app.create_video(&caller, body.parse()?).await?;
    Ok(Accepted(created.into()))
}
