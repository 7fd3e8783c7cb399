use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use vita_app::{ManagedUser, UserChange};
use vita_model::{AuditEntryId, Credits, Email, Name, Role, Timestamp, UserId};
use vita_store::Page;
use vita_store::audit::AuditEntry;

use super::page::NextCursor;
use super::word::UserRole;

/// Which accounts are looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    /// What the address begins with; all accounts when it is not said.
    pub(crate) email: Option<String>,
}

/// What is to change in an account. What is not named stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManagedUserPatch {
    /// What it may do from now on. Its logins end, so that no token says otherwise.
    #[schema(value_type = Option<UserRole>)]
    role: Option<Role>,
    /// Whether it is kept out. Its logins end, and its API keys are worth nothing until it is let in
    /// again; generations that wait or run go on, as they are paid for.
    disabled: Option<bool>,
    /// Credits to add to the balance, or to take back when negative: an amount, not the balance to
    /// have. It becomes a `grant` in the account's ledger.
    #[schema(value_type = Option<i64>, minimum = -1_000_000_000, maximum = 1_000_000_000)]
    credits: Option<Credits>,
}

/// An account as an administrator sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManagedUserOut {
    #[schema(value_type = String)]
    id: UserId,
    #[schema(value_type = String)]
    email: Email,
    /// May be empty.
    #[schema(value_type = String)]
    name: Name,
    #[schema(value_type = UserRole)]
    role: Role,
    disabled: bool,
    /// Credits that can be spent.
    #[schema(value_type = i64)]
    balance: Credits,
    /// Credits that wait for generations to end.
    #[schema(value_type = i64)]
    reserved: Credits,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A page of accounts, latest made first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManagedUsersOut {
    users: Vec<ManagedUserOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

/// An administrative act.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditEntryOut {
    #[schema(value_type = String)]
    id: AuditEntryId,
    /// Who did it; null for the command line.
    #[schema(value_type = Option<String>, required)]
    actor_id: Option<UserId>,
    #[schema(example = "user.update")]
    action: String,
    /// The id of what it was done to.
    #[schema(required)]
    subject_id: Option<String>,
    /// The rest.
    #[schema(value_type = Object)]
    detail: Value,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A page of the audit log, latest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditOut {
    entries: Vec<AuditEntryOut>,
    #[schema(value_type = Option<String>, required)]
    next_cursor: NextCursor,
}

impl From<ManagedUserPatch> for UserChange {
    fn from(patch: ManagedUserPatch) -> Self {
        Self {
            role: patch.role,
            disabled: patch.disabled,
            credits: patch.credits,
        }
    }
}

impl From<ManagedUser> for ManagedUserOut {
    fn from(user: ManagedUser) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role,
            disabled: user.disabled,
            balance: user.balance,
            reserved: user.reserved,
            created_at: user.created_at,
        }
    }
}

impl From<Page<ManagedUser>> for ManagedUsersOut {
    fn from(page: Page<ManagedUser>) -> Self {
        Self {
            users: page.items.into_iter().map(ManagedUserOut::from).collect(),
            next_cursor: page.next.into(),
        }
    }
}

impl From<AuditEntry> for AuditEntryOut {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            actor_id: entry.actor,
            action: entry.action,
            subject_id: entry.subject,
            detail: serde_json::from_str(&entry.detail).unwrap_or_default(),
            created_at: entry.created_at,
        }
    }
}

impl From<Page<AuditEntry>> for AuditOut {
    fn from(page: Page<AuditEntry>) -> Self {
        Self {
            entries: page.items.into_iter().map(AuditEntryOut::from).collect(),
            next_cursor: page.next.into(),
        }
    }
}
