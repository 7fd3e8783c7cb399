//! The one way in which a use case writes: a transaction that, where the client sent an
//! `Idempotency-Key`, also keeps its outcome, and gives it again to the same request.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use vita_db::{ToParam as _, Tx};
use vita_model::{Timestamp, UserId};
use vita_store::idempotency::{self, KeptOutcome};

use crate::app::Inner;
use crate::{App, AppError, Caller};

/// How long an outcome is kept: longer than any client goes on trying.
pub(crate) const OUTCOME_KEPT_FOR: Duration = Duration::from_hours(24);

/// What the body of a command works with.
pub(crate) struct Command<A> {
    pub(crate) app: Arc<Inner>,
    pub(crate) caller: Caller,
    /// The moment of the command: one for everything that it writes.
    pub(crate) now: Timestamp,
    pub(crate) args: A,
}

impl<A> Command<A> {
    /// Whose things the command may touch.
    pub(crate) fn owner(&self) -> &UserId {
        &self.caller.user
    }

    pub(crate) fn new_id<K: vita_model::IdKind>(&self) -> vita_model::Id<K> {
        self.app.new_id(self.now)
    }
}

impl App {
    /// Runs `body` in a transaction that commits unless it fails.
    pub(crate) async fn command<A, T, F>(
        &self,
        caller: &Caller,
        args: A,
        body: F,
    ) -> Result<T, AppError>
    where
        A: Send + Sync + 'static,
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t Command<A>) -> BoxFuture<'t, Result<T, AppError>>
            + Send
            + Sync
            + 'static,
    {
        let command = Command {
            app: Arc::clone(&self.0),
            caller: caller.clone(),
            now: self.0.now(),
            args,
        };
        let outcome = self
            .0
            .db
            .write((command, body), |tx, (command, body)| {
                Box::pin(async move {
                    if let Some(outcome) = find_kept(tx, command).await? {
                        return Ok(outcome);
                    }
                    let outcome = body(tx, command).await?;
                    keep(tx, command, &outcome).await?;
                    Ok(outcome)
                })
            })
            .await;
        self.or_gone(caller, outcome).await
    }

    /// The outcome that was kept under the caller's key, for what costs much before it writes.
    pub(crate) async fn find_kept_outcome<T>(&self, caller: &Caller) -> Result<Option<T>, AppError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        if caller.idempotency.is_none() {
            return Ok(None);
        }
        self.query(caller, (), |tx, query| Box::pin(find_kept(tx, query)))
            .await
    }

    /// Runs `body` in a transaction that only reads.
    pub(crate) async fn query<A, T, F>(
        &self,
        caller: &Caller,
        args: A,
        body: F,
    ) -> Result<T, AppError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t Command<A>) -> BoxFuture<'t, Result<T, AppError>>
            + Send
            + Sync
            + 'static,
    {
        let command = Command {
            app: Arc::clone(&self.0),
            caller: caller.clone(),
            now: self.0.now(),
            args,
        };
        let outcome = self.0.db.read(command, body).await;
        self.or_gone(caller, outcome).await
    }

    /// Tells a fault that only says that the caller's account is gone as what it is. A request that
    /// was under way when its account was deleted finds no rows where there must be some.
    pub(crate) async fn or_gone<T>(
        &self,
        caller: &Caller,
        outcome: Result<T, AppError>,
    ) -> Result<T, AppError> {
        const FIND: &str = "SELECT 1
             FROM users
             WHERE id = $1";
        let Err(AppError::Internal(fault)) = outcome else {
            return outcome;
        };
        let user = caller.user.clone();
        let found = self.0.db.read_point(
            FIND,
            user,
            |user| vec![user.to_param()],
            |row| row.get::<i64>(0),
        );
        match found.await {
            Ok(None) => Err(AppError::Unauthenticated),
            _ => Err(AppError::Internal(fault)),
        }
    }
}

async fn find_kept<A, T: DeserializeOwned>(
    tx: &mut Tx,
    command: &Command<A>,
) -> Result<Option<T>, AppError> {
    let Some(asked) = &command.caller.idempotency else {
        return Ok(None);
    };
    let found = idempotency::find_outcome(tx, command.owner(), &asked.key).await?;
    let is_fresh = |kept: &KeptOutcome| command.now.since(kept.created_at) < OUTCOME_KEPT_FOR;
    let Some(kept) = found.filter(is_fresh) else {
        return Ok(None);
    };
    if kept.fingerprint != asked.fingerprint {
        return Err(AppError::IdempotencyMismatch);
    }
    serde_json::from_str(&kept.outcome)
        .map(Some)
        .map_err(AppError::internal)
}

async fn keep<A, T: Serialize>(
    tx: &mut Tx,
    command: &Command<A>,
    outcome: &T,
) -> Result<(), AppError> {
    let Some(asked) = &command.caller.idempotency else {
        return Ok(());
    };
    let kept = KeptOutcome {
        fingerprint: asked.fingerprint.to_vec(),
        outcome: serde_json::to_string(outcome).map_err(AppError::internal)?,
        created_at: command.now,
    };
    idempotency::keep_outcome(tx, command.owner(), &asked.key, &kept).await?;
    Ok(())
}
