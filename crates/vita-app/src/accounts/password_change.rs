use std::net::IpAddr;

use vita_model::{Email, FamilyId, Password, UserId};
use vita_store::accounts::{self, Credentials, Rehash};
use vita_store::logins;
use vita_telemetry::metric;

use super::find_credentials;
use super::passwords::Verdict;
use crate::{App, AppError, Caller, FieldError, audit};

/// Another password for somebody who knows the present one.
#[derive(Clone, Default)]
pub struct PasswordChange {
    /// The present one, in the clear.
    pub current: String,
    /// The one to have from now on, in the clear.
    pub new: String,
}

impl App {
    /// Gives the caller another password and ends all their other logins. API keys stay: they are
    /// credentials of their own, and revoked by themselves.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a password that nobody can have; [`AppError::InvalidCredentials`]
    /// when the present one is wrong, which counts as a failed login; [`AppError::RateLimited`]
    /// after too many of those.
    pub async fn change_password(
        &self,
        caller: &Caller,
        change: PasswordChange,
        address: IpAddr,
    ) -> Result<(), AppError> {
        let new = Password::parse_new(&change.new).map_err(|error| {
            AppError::Invalid(vec![FieldError::from_text("/newPassword", &error)])
        })?;
        let checked = self
            .confirm_password(&caller.user, &change.current, "/currentPassword", address)
            .await?;
        let inner = &self.0;
        let to = inner
            .accounts
            .passwords
            .hash(new, inner.entropy.as_ref())
            .await?;
        let now = inner.now();
        let args = (checked, to, caller.login.clone(), now);
        let ended = inner.db.write(args, |tx, (checked, to, spared, now)| {
            Box::pin(async move {
                let id = &checked.user.id;
                let from = checked.password_hash.as_str();
                if !accounts::update_password_hash(tx, id, Rehash { from, to }, *now).await? {
                    return Err(AppError::Conflict(
                        "the password was changed at the same moment; try again".to_owned(),
                    ));
                }
                Ok(logins::revoke_other_logins(tx, id, spared.as_ref(), *now).await?)
            })
        });
        let ended: Vec<FamilyId> = ended.await?;
        let ended = ended.into_iter().map(|login| (login, now));
        inner.accounts.ended.add(ended);
        tracing::info!(user.id = %caller.user, "changed a password");
        Ok(())
    }

    /// Gives an account another password without asking for the present one, and ends all its logins;
    /// for the command line.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for an address or a password that nobody can have,
    /// [`AppError::NotFound`] when no account has the address.
    pub async fn reset_password(&self, email: &str, password: &str) -> Result<Email, AppError> {
        let field =
            |pointer, error| AppError::Invalid(vec![FieldError::from_text(pointer, &error)]);
        let email = Email::parse(email).map_err(|error| field("/email", error))?;
        let password = Password::parse_new(password).map_err(|error| field("/password", error))?;
        let inner = &self.0;
        let found = find_credentials(inner, email.clone()).await?;
        let user = found.ok_or(AppError::NotFound("account"))?.user;
        let hash = inner
            .accounts
            .passwords
            .hash(password, inner.entropy.as_ref())
            .await?;
        let now = inner.now();
        let act = audit::act(inner, None, "user.reset_password", now).on(user.id.as_str());
        let args = (user.id, hash, act, now);
        let ended = inner.db.write(args, |tx, (id, hash, act, now)| {
            Box::pin(async move {
                accounts::reset_password_hash(tx, id, hash, *now).await?;
                act.write(tx).await?;
                Ok::<_, AppError>(logins::revoke_other_logins(tx, id, None, *now).await?)
            })
        });
        let ended = ended.await?.into_iter().map(|login| (login, now));
        inner.accounts.ended.add(ended);
        Ok(email)
    }

    /// Checks the password of somebody who is signed in, before something that a stolen token must not
    /// be enough for.
    pub(super) async fn confirm_password(
        &self,
        user: &UserId,
        presented: &str,
        pointer: &str,
        address: IpAddr,
    ) -> Result<Credentials, AppError> {
        let password = Password::presented(presented)
            .map_err(|error| AppError::Invalid(vec![FieldError::from_text(pointer, &error)]))?;
        let inner = &self.0;
        let found = inner.db.read(user.clone(), |tx, user| {
            Box::pin(async move { Ok(accounts::lookup_credentials(tx, user).await?) })
        });
        let found: Result<Option<Credentials>, AppError> = found.await;
        let found = found?.ok_or(AppError::Unauthenticated)?;
        let email = found.user.email.clone();
        inner.accounts.check_limits(&email, address, inner.now())?;
        let stored = Some(found.password_hash.clone());
        let verdict = inner
            .accounts
            .passwords
            .verify(password, stored, inner.entropy.as_ref())
            .await?;
        let now = inner.now();
        if verdict == Verdict::Wrong {
            metric::LOGIN_FAILURES.add(1, []);
            inner.accounts.count_failure(&email, address, now)?;
            return Err(AppError::InvalidCredentials);
        }
        inner.accounts.check_limits(&email, address, now)?;
        Ok(found)
    }
}
