use vita_model::{Name, Password};
use vita_store::accounts::{lookup_user, update_name};

use super::{HashCounts, Profile};
use crate::{App, AppError, Caller, FieldError};

/// What an account may change of itself. What is not named stays.
#[derive(Clone, Debug, Default)]
pub struct ProfilePatch {
    /// What it wants to be called; may be empty.
    pub name: Option<String>,
}

impl App {
    /// The hash of a password, for a command that writes accounts in bulk.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a password that no account may have, [`AppError::Overloaded`] when
    /// too many wait.
    pub async fn hash_password(&self, password: &str) -> Result<String, AppError> {
        let password = Password::parse_new(password)
            .map_err(|error| AppError::Invalid(vec![FieldError::from_text("/password", &error)]))?;
        let entropy = self.0.entropy.as_ref();
        Ok(self.0.accounts.passwords.hash(password, entropy).await?)
    }

    /// The caller's account.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when it was deleted since its token was signed.
    pub async fn profile(&self, caller: &Caller) -> Result<Profile, AppError> {
        let found = self
            .0
            .db
            .read(caller.user.clone(), |tx, user| {
                Box::pin(async move { Ok::<_, AppError>(lookup_user(tx, user).await?) })
            })
            .await?;
        found.map(Profile::from).ok_or(AppError::Unauthenticated)
    }

    /// Changes the caller's account; answers how it is now.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a name that cannot be one, [`AppError::Unauthenticated`] when the
    /// account was deleted since its token was signed.
    pub async fn update_profile(
        &self,
        caller: &Caller,
        patch: ProfilePatch,
    ) -> Result<Profile, AppError> {
        let Some(name) = patch.name else {
            return self.profile(caller).await;
        };
        let name = Name::parse(&name)
            .map_err(|error| AppError::Invalid(vec![FieldError::from_text("/name", &error)]))?;
        let args = (caller.user.clone(), name, self.0.now());
        let updated = self
            .0
            .db
            .write(args, |tx, (user, name, now)| {
                Box::pin(async move { Ok::<_, AppError>(update_name(tx, user, name, *now).await?) })
            })
            .await?;
        updated.map(Profile::from).ok_or(AppError::Unauthenticated)
    }

    /// What the threads that hash passwords have done so far.
    pub fn hash_counts(&self) -> HashCounts {
        self.0.accounts.passwords.counts()
    }
}
