//! The record of what administrators do, written in the transaction that does it.

use serde_json::{Value, json};
use vita_db::{DbError, Tx};
use vita_model::{Timestamp, UserId};
use vita_store::Page;
use vita_store::audit::{self, AuditEntry};

use crate::app::Inner;
use crate::{App, AppError, Caller, PageIn};

/// An administrative act that is to be recorded.
pub(crate) struct Act(AuditEntry);

/// An act named like `user.update`. Without an actor it is the command line's.
pub(crate) fn act(
    app: &Inner,
    actor: Option<&UserId>,
    action: &'static str,
    now: Timestamp,
) -> Act {
    Act(AuditEntry {
        id: app.new_id(now),
        actor: actor.cloned(),
        action: action.to_owned(),
        subject: None,
        detail: json!({}).to_string(),
        created_at: now,
    })
}

impl Act {
    /// What it was done to.
    pub(crate) fn on(mut self, subject: &str) -> Self {
        self.0.subject = Some(subject.to_owned());
        self
    }

    /// The rest, as an object: words and numbers, no secrets and no addresses.
    pub(crate) fn with(mut self, detail: &Value) -> Self {
        self.0.detail = detail.to_string();
        self
    }

    pub(crate) async fn write(&self, tx: &mut Tx) -> Result<(), DbError> {
        audit::add_entry(tx, &self.0).await
    }
}

impl App {
    /// What administrators did, latest first. Who may see it is the interface's to say.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn list_audit_entries(
        &self,
        caller: &Caller,
        page: &PageIn,
    ) -> Result<Page<AuditEntry>, AppError> {
        let place = page.parse()?;
        self.query(caller, place, |tx, query| {
            Box::pin(async move {
                let (size, after) = &query.args;
                Ok(audit::list_entries(tx, *size, after.as_ref()).await?)
            })
        })
        .await
    }
}
