use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vita_model::{NotificationId, Timestamp};
use vita_store::Page;
use vita_store::notifications::Notification;

use super::page::NextCursor;
use crate::ApiError;

/// Most notifications that one request may name: ten pages of them.
const IDS_MAX: usize = 1_000;

/// Which notifications were read; all when none are named.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationsReadIn {
    #[schema(value_type = Option<Vec<String>>, max_items = 1_000)]
    ids: Option<Vec<NotificationId>>,
}

/// A notification.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotificationOut {
    #[schema(value_type = String)]
    id: NotificationId,
    #[schema(example = "generation_completed")]
    kind: String,
    title: String,
    body: String,
    /// Where to look, as a path of the web app.
    #[schema(required)]
    link: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    read_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A page of notifications, latest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotificationsOut {
    notifications: Vec<NotificationOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

impl NotificationsReadIn {
    pub(crate) fn parse(self) -> Result<Option<Vec<NotificationId>>, ApiError> {
        if self.ids.as_ref().is_some_and(|ids| ids.len() > IDS_MAX) {
            let detail = format!("name at most {IDS_MAX}, or none for all");
            return Err(ApiError::invalid_field("/ids", "TOO_MANY", detail));
        }
        Ok(self.ids)
    }
}

impl From<Notification> for NotificationOut {
    fn from(notification: Notification) -> Self {
        Self {
            id: notification.id,
            kind: notification.kind,
            title: notification.title,
            body: notification.body,
            link: notification.link,
            read_at: notification.read_at,
            created_at: notification.created_at,
        }
    }
}

impl From<Page<Notification>> for NotificationsOut {
    fn from(page: Page<Notification>) -> Self {
        Self {
            notifications: page.items.into_iter().map(NotificationOut::from).collect(),
            next_cursor: page.next.into(),
        }
    }
}
