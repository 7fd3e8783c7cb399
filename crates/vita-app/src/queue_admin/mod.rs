//! The queues as those see and change them who run the installation. Only an administrator gets
//! here: the interface makes the caller from a credential with that role.
//!
//! What a job is about belongs to somebody else, so an administrator's act on the job goes the ways
//! that its owner's would: money and files follow in the same transaction, or the act is refused.

mod acts;
mod jobs;
mod reopen;

pub use jobs::JobDetail;

use serde_json::{Value, json};
use vita_db::{DbError, Tx};
use vita_jobs::QueueOverview;

use crate::command::Command;
use crate::projects::Done;
use crate::{App, AppError, Caller, audit};

impl App {
    /// Every queue, and how it stands.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn list_queues(&self, caller: &Caller) -> Result<Vec<QueueOverview>, AppError> {
        self.query(caller, (), |tx, query| {
            Box::pin(async move { Ok(vita_jobs::list_queues(tx, query.now).await?) })
        })
        .await
    }

    /// Lets nothing more of a queue be started, in whatever process, until it is resumed; what runs
    /// goes on. A queue that is paused stays so.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn pause_queue(
        &self,
        caller: &Caller,
        queue: &str,
    ) -> Result<QueueOverview, AppError> {
        self.command(caller, queue.to_owned(), |tx, command| {
            Box::pin(async move {
                let known = vita_jobs::pause_queue(tx, &command.args, command.now).await?;
                known.then_some(()).ok_or(AppError::NotFound("queue"))?;
                note_act(tx, command, "queue.pause", &command.args, &json!({})).await?;
                Ok(Done)
            })
        })
        .await?;
        self.find_queue(caller, queue).await
    }

    /// Lets a queue be worked off again, at once.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn resume_queue(
        &self,
        caller: &Caller,
        queue: &str,
    ) -> Result<QueueOverview, AppError> {
        self.command(caller, queue.to_owned(), |tx, command| {
            Box::pin(async move {
                let known = vita_jobs::resume_queue(tx, &command.args, command.now).await?;
                known.then_some(()).ok_or(AppError::NotFound("queue"))?;
                note_act(tx, command, "queue.resume", &command.args, &json!({})).await?;
                Ok(Done)
            })
        })
        .await?;
        self.find_queue(caller, queue).await
    }

    async fn find_queue(&self, caller: &Caller, queue: &str) -> Result<QueueOverview, AppError> {
        let queues = self.list_queues(caller).await?;
        let found = queues.into_iter().find(|one| one.name == queue);
        found.ok_or(AppError::NotFound("queue"))
    }
}

/// Records what an administrator did, in the transaction that does it.
async fn note_act<A>(
    tx: &mut Tx,
    command: &Command<A>,
    action: &'static str,
    subject: &str,
    detail: &Value,
) -> Result<(), DbError> {
    let act = audit::act(&command.app, Some(command.owner()), action, command.now);
    act.on(subject).with(detail).write(tx).await
}
