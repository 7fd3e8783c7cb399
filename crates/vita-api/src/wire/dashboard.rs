use serde::Serialize;
use utoipa::ToSchema;
use vita_app::{App, Dashboard};

use super::account::UserOut;
use super::credit::BalanceOut;
use super::generation::GenerationOut;
use super::project::{ProjectOut, ProjectsOut};

/// What a page needs at its first sight.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DashboardOut {
    user: UserOut,
    /// The first 20, latest updated first.
    projects: Vec<ProjectOut>,
    /// The latest 10.
    recent_generations: Vec<GenerationOut>,
    credits: BalanceOut,
    /// Counted up to 1,000.
    unread_notifications: i64,
}

impl DashboardOut {
    pub(crate) fn new(app: &App, dashboard: Dashboard) -> Self {
        let recent = dashboard.recent_generations.into_iter();
        Self {
            user: dashboard.user.into(),
            projects: ProjectsOut::new(app, dashboard.projects).into_projects(),
            recent_generations: recent.map(|one| GenerationOut::new(app, one)).collect(),
            credits: dashboard.credits.into(),
            unread_notifications: dashboard.unread_notifications,
        }
    }
}
