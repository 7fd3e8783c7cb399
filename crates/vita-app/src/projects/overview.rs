use vita_db::{DbError, Tx};
use vita_model::UserId;
use vita_store::projects::{self, Project};
use vita_store::scenes::{self, LatestGeneration, Scene};
use vita_store::{Cursor, Page, PageSize};

use crate::{App, AppError, Caller, PageIn};

/// A project with its scenes, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectOverview {
    /// The project.
    pub project: Project,
    /// Its scenes, in order: at most as many as a project may have.
    pub scenes: Vec<Scene>,
}

impl ProjectOverview {
    /// The latest generation of any of its scenes.
    pub fn latest_generation(&self) -> Option<&LatestGeneration> {
        let latest = self.scenes.iter().filter_map(|scene| scene.latest.as_ref());
        latest.max_by_key(|latest| (latest.created_at, &latest.id))
    }
}

impl App {
    /// The caller's projects with their scenes, latest updated first. Two statements, however many
    /// there are.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn list_projects(
        &self,
        caller: &Caller,
        page: &PageIn,
    ) -> Result<Page<ProjectOverview>, AppError> {
        let place = page.parse()?;
        self.query(caller, place, |tx, query| {
            Box::pin(async move {
                let (size, after) = &query.args;
                Ok(list_overviews(tx, query.owner(), *size, after.as_ref()).await?)
            })
        })
        .await
    }
}

pub(crate) async fn list_overviews(
    tx: &mut Tx,
    owner: &UserId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<ProjectOverview>, DbError> {
    let page = projects::list_projects(tx, owner, size, after).await?;
    let mut scenes = scenes::list_scenes_of_page(tx, owner, size, after).await?;
    Ok(page.map(|project| {
        // The scenes are grouped by project, so those of one stand together.
        let is_own = |scene: &Scene| scene.project_id == project.id;
        let from = scenes.iter().position(is_own).unwrap_or(scenes.len());
        let count = scenes[from..]
            .iter()
            .take_while(|scene| is_own(scene))
            .count();
        let scenes = scenes.drain(from..from + count).collect();
        ProjectOverview { project, scenes }
    }))
}
