use serde_json::json;
use vita_db::Tx;
use vita_jobs::{Cancelling, Job, JobState};
use vita_model::JobId;

use super::{JobDetail, note_act, reopen};
use crate::command::Command;
use crate::exports::{self, MAKE_EXPORT};
use crate::generations::{self, MAKE_CLIP};
use crate::projects::Done;
use crate::{App, AppError, Caller};

/// Least and greatest priority that an administrator can give; jobs are written with 0.
const PRIORITIES: std::ops::RangeInclusive<i64> = -100..=100;

impl App {
    /// Puts a job that was given up back into its queue, with all its attempts before it, together
    /// with what it is about.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] when it was not given up, or when what it was
    /// for has ended with it and its owner has to ask anew.
    pub async fn requeue_job(&self, caller: &Caller, id: &JobId) -> Result<JobDetail, AppError> {
        self.command(caller, id.clone(), |tx, command| {
            Box::pin(async move {
                let job = lookup(tx, &command.args).await?;
                let not_given_up = || {
                    AppError::Conflict(format!(
                        "the job is {}; only one that was given up can be queued again",
                        job.state
                    ))
                };
                if !matches!(job.state, JobState::Dead | JobState::Failed) {
                    return Err(not_given_up());
                }
                reopen::reopen(tx, command, &job).await?;
                let requeued = vita_jobs::requeue(tx, &job.id, command.now).await?;
                requeued.ok_or_else(not_given_up)?;
                let detail = json!({ "kind": job.kind, "queue": job.queue, "was": job.state });
                note_act(tx, command, "job.requeue", job.id.as_str(), &detail).await?;
                Ok(Done)
            })
        })
        .await?;
        self.inspect_job(caller, id).await
    }

    /// Calls a job off as its owner would: what it is about ends with it, and its credits come back.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Conflict`] when it has ended.
    pub async fn cancel_job(&self, caller: &Caller, id: &JobId) -> Result<JobDetail, AppError> {
        self.command(caller, id.clone(), |tx, command| {
            Box::pin(async move {
                let job = lookup(tx, &command.args).await?;
                let ended = || {
                    AppError::Conflict(format!(
                        "the job is {} already; only one that waits or runs can be cancelled",
                        job.state
                    ))
                };
                if job.state.is_final() {
                    return Err(ended());
                }
                if cancel(tx, command, &job).await? == Cancelling::AlreadyEnded {
                    return Err(ended());
                }
                let detail = json!({ "kind": job.kind, "queue": job.queue, "was": job.state });
                note_act(tx, command, "job.cancel", job.id.as_str(), &detail).await?;
                Ok(Done)
            })
        })
        .await?;
        self.inspect_job(caller, id).await
    }

    /// Gives a waiting job another priority: a higher one goes first.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::Invalid`]; [`AppError::Conflict`] when it does not wait.
    pub async fn set_job_priority(
        &self,
        caller: &Caller,
        id: &JobId,
        priority: i64,
    ) -> Result<JobDetail, AppError> {
        if !PRIORITIES.contains(&priority) {
            let (least, greatest) = (PRIORITIES.start(), PRIORITIES.end());
            let detail = format!("must be {least} to {greatest}");
            return Err(AppError::invalid("/priority", "OUT_OF_RANGE", detail));
        }
        self.command(caller, (id.clone(), priority), |tx, command| {
            Box::pin(async move {
                let (id, priority) = &command.args;
                let job = lookup(tx, id).await?;
                let changed = vita_jobs::set_priority(tx, id, *priority, command.now).await?;
                changed.ok_or_else(|| {
                    AppError::Conflict(format!(
                        "the job is {}; only one that waits has a priority to change",
                        job.state
                    ))
                })?;
                let detail = json!({ "from": job.priority, "to": priority });
                note_act(tx, command, "job.priority", id.as_str(), &detail).await?;
                Ok(Done)
            })
        })
        .await?;
        self.inspect_job(caller, id).await
    }
}

async fn lookup(tx: &mut Tx, id: &JobId) -> Result<Job, AppError> {
    let found = vita_jobs::lookup_job(tx, id).await?;
    found.ok_or(AppError::NotFound("job"))
}

/// Calls off the job and what it is about.
async fn cancel<A>(tx: &mut Tx, command: &Command<A>, job: &Job) -> Result<Cancelling, AppError> {
    if job.kind == MAKE_CLIP {
        generations::cancel_of_job(tx, command, job).await?;
    }
    let cancelling = vita_jobs::request_cancel(tx, &job.id, command.now).await?;
    if job.kind == MAKE_EXPORT && cancelling == Cancelling::Ended {
        exports::give_up_files(tx, &command.app, job, command.now).await?;
    }
    Ok(cancelling)
}
