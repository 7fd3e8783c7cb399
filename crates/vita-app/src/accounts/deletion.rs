use std::net::IpAddr;
use std::sync::Arc;

use vita_blob::BlobPrefix;
use vita_db::Tx;
use vita_model::FamilyId;
use vita_store::accounts::{self, User};
use vita_store::{doomed_blobs, generations, images, logins};

use super::administration::refuse_without_admin;
use crate::command::Command;
use crate::exports::MAKE_EXPORT;
use crate::generations::cancel_open;
use crate::housekeeping::enqueue_blob_removal;
use crate::{App, AppError, Caller, audit};

impl App {
    /// Deletes the caller's account with everything that is theirs: what waits or runs is called off
    /// and its credits come back first, files are given up to be removed by a job, and no credential
    /// of the account is worth anything any more.
    ///
    /// # Errors
    /// [`AppError::InvalidCredentials`] when the password is wrong, which counts as a failed login;
    /// [`AppError::Conflict`] for the last administrator.
    pub async fn delete_account(
        &self,
        caller: &Caller,
        password: &str,
        address: IpAddr,
    ) -> Result<(), AppError> {
        self.confirm_password(&caller.user, password, "/password", address)
            .await?;
        let command = Command {
            app: Arc::clone(&self.0),
            caller: Caller {
                idempotency: None,
                ..caller.clone()
            },
            now: self.0.now(),
            args: (),
        };
        let now = command.now;
        let ended = self
            .0
            .db
            .write(command, |tx, command| Box::pin(delete(tx, command)));
        let ended = ended.await?.into_iter().map(|login| (login, now));
        self.0.accounts.ended.add(ended);
        self.0.accounts.keys.forget_all();
        tracing::info!(user.id = %caller.user, "deleted an account");
        Ok(())
    }
}

/// Deletes the account; answers which logins it had. Rows that name their owner go with the account's
/// own; here stands what goes beyond that. Whatever keeps files for somebody gives them up here.
async fn delete(tx: &mut Tx, command: &Command<()>) -> Result<Vec<FamilyId>, AppError> {
    let (owner, now) = (command.owner(), command.now);
    let user = accounts::lookup_user(tx, owner).await?;
    let user: User = user.ok_or(AppError::Unauthenticated)?;
    refuse_without_admin(tx, &user, now).await?;
    let open = generations::list_all_open_generations(tx, owner).await?;
    cancel_open(tx, command, open).await?;
    let jobs = vita_jobs::forget_owner(tx, owner, now).await?;
    let exports = jobs.iter().filter(|job| job.kind == MAKE_EXPORT);
    let exports: Vec<String> = exports
        .map(|job| BlobPrefix::export(&job.id).to_string())
        .collect();
    doomed_blobs::doom_prefixes(tx, &exports, now).await?;
    doomed_blobs::doom_generations_of(tx, owner, now).await?;
    images::doom_all_of(tx, owner, now).await?;
    let ended = logins::revoke_other_logins(tx, owner, None, now).await?;
    accounts::delete_user(tx, owner).await?;
    enqueue_blob_removal(tx, &command.app, now).await?;
    if user.role == vita_model::Role::Admin {
        let act = audit::act(&command.app, Some(owner), "admin.delete", now);
        act.on(owner.as_str()).write(tx).await?;
    }
    Ok(ended)
}
