use vita_db::Tx;
use vita_model::GenerationId;
use vita_store::generations::{self, Generation};

use super::lifecycle::{Change, ChangeError};
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

/// Calls off generations that wait or run, because what they are for is being deleted.
pub(crate) async fn cancel_open<A>(
    tx: &mut Tx,
    command: &Command<A>,
    open: Vec<Generation>,
) -> Result<(), AppError> {
    for generation in open {
        cancel_one(tx, command, generation).await?;
    }
    Ok(())
}

async fn cancel_one<A>(
    tx: &mut Tx,
    command: &Command<A>,
    generation: Generation,
) -> Result<Generation, AppError> {
    vita_jobs::request_cancel(tx, &generation.job_id, command.now).await?;
    let mut change = Change {
        tx,
        app: &command.app,
        now: command.now,
    };
    change
        .cancel(generation)
        .await
        .map_err(|error| match error {
            ChangeError::Illegal(illegal) => AppError::Conflict(format!(
                "it is {} already; only a generation that waits or runs can be cancelled",
                illegal.from
            )),
            ChangeError::Db(error) => error.into(),
        })
}
