use std::time::Duration;

use vita_model::Timestamp;
use vita_store::api_keys::{self, KeyBearer};

use super::secrets::{SecretHash, key_hash, looks_like_access_token};
use super::tokens::AccessTokenRefused;
use crate::{App, AppError, Caller, KeyGrant};

/// How exact the moment is at which a key was last used.
const USE_NOTED_EVERY: Duration = Duration::from_mins(1);

/// Somebody whose credential was verified. What outlives one request asks from time to time whether
/// that still holds ([`App::still_stands`]).
#[derive(Clone, Debug)]
pub struct Verified {
    /// Who it is.
    pub caller: Caller,
    pub(super) proof: Proof,
}

/// What the verification rests on.
#[derive(Clone, Debug)]
pub(super) enum Proof {
    /// An access token, which ends.
    AccessToken { ends_at: Timestamp },
    /// An API key.
    Key { hash: SecretHash },
}

impl App {
    /// Whose this access token or API key is. An access token asks nobody; a key that was not
    /// presented within the last seconds costs one look-up.
    ///
    /// # Errors
    /// [`AppError::TokenExpired`] for an access token that was valid once or whose login was ended,
    /// [`AppError::Unauthenticated`] for whatever else is worth nothing: also refresh tokens and
    /// tickets, and the keys of an account that is disabled.
    pub async fn authenticate(&self, credential: &str) -> Result<Verified, AppError> {
        if looks_like_access_token(credential) {
            return self.verify_access_token(credential);
        }
        let hash = key_hash(credential).ok_or(AppError::Unauthenticated)?;
        // What asks the database is too large to be a part of every request.
        Box::pin(self.verify_key(hash)).await
    }

    /// Whom an access token names. Asks nobody: neither the database nor the disk.
    ///
    /// # Errors
    /// As [`App::authenticate`].
    pub fn verify_access(&self, token: &str) -> Result<Caller, AppError> {
        self.verify_access_token(token)
            .map(|verified| verified.caller)
    }

    /// Whether a credential that was verified is still worth something. While the database does not
    /// answer, nothing is known against it.
    pub async fn still_stands(&self, verified: &Verified) -> bool {
        match &verified.proof {
            Proof::AccessToken { ends_at } => {
                let ended = &self.0.accounts.ended;
                let login = verified.caller.login.as_ref();
                self.0.now() < *ends_at && !login.is_some_and(|login| ended.has(login))
            }
            Proof::Key { hash } => {
                !matches!(self.verify_key(*hash).await, Err(AppError::Unauthenticated))
            }
        }
    }

    fn verify_access_token(&self, token: &str) -> Result<Verified, AppError> {
        let accounts = &self.0.accounts;
        let verified = accounts.tokens.verify(token, self.0.now());
        let verified = verified.map_err(|refused| match refused {
            AccessTokenRefused::Expired => AppError::TokenExpired,
            AccessTokenRefused::Invalid => AppError::Unauthenticated,
        })?;
        if accounts.ended.has(&verified.bearer.login) {
            return Err(AppError::TokenExpired);
        }
        Ok(Verified {
            caller: Caller {
                login: Some(verified.bearer.login),
                ..Caller::acting_for(verified.bearer.user, verified.bearer.role)
            },
            proof: Proof::AccessToken {
                ends_at: verified.ends_at,
            },
        })
    }

    pub(super) async fn verify_key(&self, hash: SecretHash) -> Result<Verified, AppError> {
        let now = self.0.now();
        let bearer = match self.0.accounts.keys.find(&hash, now) {
            Ok(bearer) => bearer,
            Err(begun) => {
                let found = api_keys::find_bearer(&self.0.db, hash).await?;
                let bearer = found.ok_or(AppError::Unauthenticated)?;
                self.0.accounts.keys.keep(begun, hash, bearer.clone(), now);
                self.note_use(&bearer, now);
                bearer
            }
        };
        let has_expired = bearer.expires_at.is_some_and(|moment| moment <= now);
        if bearer.disabled || has_expired {
            return Err(AppError::Unauthenticated);
        }
        let key = KeyGrant {
            id: bearer.id,
            scopes: bearer.scopes,
        };
        Ok(Verified {
            caller: Caller {
                key: Some(key),
                ..Caller::acting_for(bearer.owner, bearer.role)
            },
            proof: Proof::Key { hash },
        })
    }

    /// Writes down that a key is in use, beside the request and at most once a minute.
    fn note_use(&self, bearer: &KeyBearer, now: Timestamp) {
        let before = now.minus(USE_NOTED_EVERY);
        if bearer.last_used_at.is_some_and(|moment| moment > before) {
            return;
        }
        let (db, id) = (self.0.db.clone(), bearer.id.clone());
        tokio::spawn(async move {
            let noted = db.write((id, before, now), |tx, (id, before, now)| {
                Box::pin(async move { Ok(api_keys::note_use(tx, id, *before, *now).await?) })
            });
            let noted: Result<(), AppError> = noted.await;
            if let Err(error) = noted {
                tracing::warn!(%error, "failed to note that an API key was used");
            }
        });
    }
}
