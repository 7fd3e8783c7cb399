use vita_db::Tx;
use vita_jobs::Job;
use vita_model::GenerationStatus;

use super::job::lookup;
use super::lifecycle::{Change, ChangeError};
use crate::AppError;
use crate::command::Command;

/// Lets the generation of a job that was given up wait for it again.
///
/// A generation that failed with its job has ended: its credits came back, once, and its owner was
/// told. Making it all the same would spend credits that nobody has set aside, so that is refused;
/// its owner asks anew, which reserves them. What is left are generations that a fault kept from
/// hearing of their job's end: they still have their credits.
pub(crate) async fn reopen_of_job<A>(
    tx: &mut Tx,
    command: &Command<A>,
    job: &Job,
) -> Result<(), AppError> {
    let Some(generation) = lookup(tx, job).await? else {
        let message = "the generation that it made was deleted; there is nothing to make";
        return Err(AppError::Conflict(message.to_owned()));
    };
    if generation.status.is_final() {
        return Err(AppError::Conflict(format!(
            "the generation that it made has ended as {}; its owner can retry it with \
             `POST /api/generations/{}/retry`, which reserves its credits anew",
            generation.status, generation.id
        )));
    }
    if generation.status == GenerationStatus::Queued {
        return Ok(());
    }
    let mut change = Change {
        tx,
        app: &command.app,
        now: command.now,
    };
    match change.requeue(generation).await {
        Ok(()) => Ok(()),
        Err(ChangeError::Illegal(illegal)) => Err(AppError::Conflict(illegal.to_string())),
        Err(ChangeError::Db(error)) => Err(error.into()),
    }
}
