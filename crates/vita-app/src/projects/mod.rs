//! Projects and their scenes.

mod overview;
mod project;
mod scene;

pub use overview::ProjectOverview;
pub use project::{ProjectIn, ProjectPatch};
pub use scene::{SceneIn, ScenePatch};

pub(crate) use overview::list_overviews;
pub(crate) use project::{Done, add_project};
pub(crate) use scene::default_duration;
