//! What a page needs at its first sight, in one answer.

use vita_store::credits::{self, Balance};
use vita_store::generations::{self, Generation};
use vita_store::{Page, PageSize, accounts, notifications};

use crate::accounts::Profile;
use crate::projects::{ProjectOverview, list_overviews};
use crate::{App, AppError, Caller};

/// How many of the latest generations the dashboard shows.
const RECENT_GENERATIONS: i64 = 10;

/// The first sight.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// The caller.
    pub user: Profile,
    /// The first page of their projects.
    pub projects: Page<ProjectOverview>,
    /// Their latest generations.
    pub recent_generations: Vec<Generation>,
    /// Their credits.
    pub credits: Balance,
    /// How many notifications are unread, counted up to 1,000.
    pub unread_notifications: i64,
}

impl App {
    /// The caller's dashboard, of one moment. Six statements, whatever there is.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when the account is gone.
    pub async fn find_dashboard(&self, caller: &Caller) -> Result<Dashboard, AppError> {
        self.query(caller, (), |tx, query| {
            Box::pin(async move {
                let owner = query.owner();
                let user = accounts::lookup_user(tx, owner).await?;
                let size = PageSize::new(RECENT_GENERATIONS).unwrap_or(PageSize::DEFAULT);
                let recent = generations::list_generations(tx, owner, size, None).await?;
                Ok(Dashboard {
                    user: user.ok_or(AppError::Unauthenticated)?.into(),
                    projects: list_overviews(tx, owner, PageSize::DEFAULT, None).await?,
                    recent_generations: recent.items,
                    credits: credits::find_balance(tx, owner).await?,
                    unread_notifications: notifications::count_unread(tx, owner).await?,
                })
            })
        })
        .await
    }
}
