//! Notifications.

use vita_db::{DbError, Tx};
use vita_model::{NotificationId, Timestamp, UserId};
use vita_store::Page;
use vita_store::notifications::{self, Notification};

use crate::app::Inner;
use crate::projects::Done;
use crate::{App, AppError, Caller, PageIn};

/// What happened, for somebody who did not look.
pub(crate) struct News {
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) link: String,
}

pub(crate) async fn notify(
    tx: &mut Tx,
    app: &Inner,
    owner: &UserId,
    news: News,
    now: Timestamp,
) -> Result<(), DbError> {
    let notification = Notification {
        id: app.new_id(now),
        kind: news.kind.to_owned(),
        title: news.title,
        body: news.body,
        link: Some(news.link),
        read_at: None,
        created_at: now,
    };
    notifications::add_notification(tx, owner, &notification).await
}

impl App {
    /// The caller's notifications, latest first.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn list_notifications(
        &self,
        caller: &Caller,
        page: &PageIn,
    ) -> Result<Page<Notification>, AppError> {
        let place = page.parse()?;
        self.query(caller, place, |tx, query| {
            Box::pin(async move {
                let (size, after) = &query.args;
                let owner = query.owner();
                Ok(notifications::list_notifications(tx, owner, *size, after.as_ref()).await?)
            })
        })
        .await
    }

    /// Marks notifications as read: those named, or all.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn mark_notifications_read(
        &self,
        caller: &Caller,
        ids: Option<Vec<NotificationId>>,
    ) -> Result<(), AppError> {
        self.command(caller, ids, |tx, command| {
            Box::pin(async move {
                let ids = command.args.as_ref().map(serde_json::to_string);
                let ids = ids.transpose().map_err(AppError::internal)?;
                let now = command.now;
                notifications::mark_read(tx, command.owner(), ids.as_deref(), now).await?;
                Ok(Done)
            })
        })
        .await
        .map(|Done| ())
    }
}
