use vita_model::FamilyId;
use vita_store::Page;
use vita_store::logins::{self, Login};

use crate::{App, AppError, Caller, PageIn};

impl App {
    /// The caller's logins that have not ended, latest begun first.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn list_logins(
        &self,
        caller: &Caller,
        page: &PageIn,
    ) -> Result<Page<Login>, AppError> {
        let place = page.parse()?;
        self.query(caller, place, |tx, query| {
            Box::pin(async move {
                let (size, after) = &query.args;
                let after = after.as_ref();
                Ok(logins::list_logins(tx, query.owner(), query.now, *size, after).await?)
            })
        })
        .await
    }

    /// Ends one of the caller's logins: none of its tokens is worth anything from then on, and its
    /// live connections are closed when they are next looked at. False when it has ended already, or
    /// is somebody else's.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub async fn end_login(&self, caller: &Caller, login: &FamilyId) -> Result<bool, AppError> {
        let now = self.0.now();
        let args = (caller.user.clone(), login.clone(), now);
        let ended = self.0.db.write(args, |tx, (user, login, now)| {
            Box::pin(async move { Ok(logins::revoke_login(tx, user, login, *now).await?) })
        });
        let ended: Result<bool, AppError> = ended.await;
        let ended = ended?;
        if ended {
            self.0.accounts.ended.add([(login.clone(), now)]);
        }
        Ok(ended)
    }

    /// Ends all of the caller's logins but the one that asks.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub async fn end_other_logins(&self, caller: &Caller) -> Result<(), AppError> {
        let now = self.0.now();
        let args = (caller.user.clone(), caller.login.clone(), now);
        let ended = self.0.db.write(args, |tx, (user, spared, now)| {
            Box::pin(async move {
                Ok(logins::revoke_other_logins(tx, user, spared.as_ref(), *now).await?)
            })
        });
        let ended: Result<Vec<FamilyId>, AppError> = ended.await;
        let ended = ended?.into_iter().map(|login| (login, now));
        self.0.accounts.ended.add(ended);
        Ok(())
    }
}
