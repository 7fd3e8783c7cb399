use vita_db::Tx;
use vita_jobs::Job;
use vita_model::{GenerationId, GenerationStatus, JobId};
use vita_store::credits::{self, Refund};
use vita_store::generations::{self, Generation};

use super::job::lookup;
use super::lifecycle::{Change, ChangeError};
use super::status::announcement;
use crate::command::Command;
use crate::{App, AppError, Caller};

impl App {
    /// Calls a generation off: its credits come back at once, and what works on it stops.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] when it has ended.
    pub async fn cancel(&self, caller: &Caller, id: &GenerationId) -> Result<Generation, AppError> {
        self.command(caller, id.clone(), |tx, command| {
            Box::pin(async move {
                let found =
                    generations::find_generation(tx, command.owner(), &command.args).await?;
                let generation = found.ok_or(AppError::NotFound("generation"))?;
                cancel_one(tx, command, generation).await
            })
        })
        .await
    }
}

/// Calls off generations that wait or run, because what they are for is deleted in the same
/// transaction, with their rows. However many they are, it takes four statements.
pub(crate) async fn cancel_open<A>(
    tx: &mut Tx,
    command: &Command<A>,
    open: Vec<Generation>,
) -> Result<(), AppError> {
    if open.is_empty() {
        return Ok(());
    }
    let jobs: Vec<JobId> = open
        .iter()
        .map(|generation| generation.job_id.clone())
        .collect();
    vita_jobs::request_cancel_all(tx, &jobs, command.now).await?;
    let refunds = open.iter().map(|generation| Refund {
        entry: command.new_id(),
        generation: generation.id.clone(),
        cost: generation.cost,
    });
    let refunds: Vec<Refund> = refunds.collect();
    credits::refund_all(tx, command.owner(), &refunds, command.now).await?;
    for mut generation in open {
        generation.status = GenerationStatus::Cancelled;
        generation.stage = None;
        generation.updated_at = command.now;
        tx.announce(announcement(&command.app, &generation));
    }
    Ok(())
}

/// Calls off the generation that a job makes, unless it has ended before.
pub(crate) async fn cancel_of_job<A>(
    tx: &mut Tx,
    command: &Command<A>,
    job: &Job,
) -> Result<(), AppError> {
    let generation = lookup(tx, job).await?;
    match generation.filter(|generation| !generation.status.is_final()) {
        Some(generation) => end_cancelled(tx, command, generation).await.map(|_| ()),
        None => Ok(()),
    }
}

async fn cancel_one<A>(
    tx: &mut Tx,
    command: &Command<A>,
    generation: Generation,
) -> Result<Generation, AppError> {
    vita_jobs::request_cancel(tx, &generation.job_id, command.now).await?;
    end_cancelled(tx, command, generation).await
}

async fn end_cancelled<A>(
    tx: &mut Tx,
    command: &Command<A>,
    generation: Generation,
) -> Result<Generation, AppError> {
    let mut change = Change {
        tx,
        app: &command.app,
        now: command.now,
    };
    let cancelled = change.cancel(generation).await.map_err(to_app_error)?;
    if cancelled.started_at.is_some() {
        // An attempt that crashed may have left files, and if its job waits again there will be no
        // other that removes them.
        change.doom_files(&cancelled).await.map_err(to_app_error)?;
    }
    Ok(cancelled)
}

fn to_app_error(error: ChangeError) -> AppError {
    match error {
        ChangeError::Illegal(illegal) => AppError::Conflict(format!(
            "it is {} already; only a generation that waits or runs can be cancelled",
            illegal.from
        )),
        ChangeError::Db(error) => error.into(),
    }
}
