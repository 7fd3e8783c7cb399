use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vita_app::{CreatedKey, CreatedTicket};
use vita_model::{ApiKeyId, Name, Scope, Timestamp};
use vita_store::Page;
use vita_store::api_keys::ApiKey;

use super::page::NextCursor;
use super::word::KeyScope;

/// An API key that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ApiKeyIn {
    /// What to call it.
    #[schema(min_length = 1, max_length = 100, example = "nightly export")]
    name: String,
    /// What it may be used for: `read` (every `GET`, live status, tickets), `write` (every other
    /// method), `admin` (what administrators do; for their keys only). `read` and `write` when it is
    /// not said.
    #[schema(value_type = Option<Vec<KeyScope>>, min_items = 1)]
    scopes: Option<Vec<Scope>>,
    /// When it stops to be worth something; never, when it is not said.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// An API key that was made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeyCreatedOut {
    #[serde(flatten)]
    key: ApiKeyOut,
    /// For `Authorization: Bearer`. It is told this once and not kept.
    secret: String,
}

/// An API key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeyOut {
    #[schema(value_type = String)]
    id: ApiKeyId,
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = Vec<KeyScope>)]
    scopes: Vec<Scope>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime, required)]
    expires_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_used_at: Option<Timestamp>,
}

/// A page of API keys, latest made first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeysOut {
    keys: Vec<ApiKeyOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

/// A ticket.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketOut {
    /// For `?ticket=` in the address of one live connection.
    ticket: String,
    /// Seconds until it is worth nothing.
    expires_in: u64,
}

impl From<ApiKeyIn> for vita_app::ApiKeyIn {
    fn from(new: ApiKeyIn) -> Self {
        Self {
            name: new.name,
            scopes: new.scopes,
            expires_at: new.expires_at,
        }
    }
}

impl From<ApiKey> for ApiKeyOut {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes.iter().collect(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
        }
    }
}

impl From<CreatedKey> for ApiKeyCreatedOut {
    fn from(created: CreatedKey) -> Self {
        Self {
            key: created.key.into(),
            secret: created.secret,
        }
    }
}

impl From<Page<ApiKey>> for ApiKeysOut {
    fn from(page: Page<ApiKey>) -> Self {
        Self {
            keys: page.items.into_iter().map(ApiKeyOut::from).collect(),
            next_cursor: page.next.into(),
        }
    }
}

impl From<CreatedTicket> for TicketOut {
    fn from(created: CreatedTicket) -> Self {
        Self {
            ticket: created.ticket,
            expires_in: created.expires_in_secs,
        }
    }
}
