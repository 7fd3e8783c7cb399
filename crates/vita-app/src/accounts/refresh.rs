use vita_db::Tx;
use vita_model::{FamilyId, Timestamp};
use vita_store::accounts::{self, NewToken, TokenHash, User};

use super::SignedIn;
use super::sign_in::bearer_of;
use super::tokens::{REFRESH_TOKEN_LIFE, RefreshToken};
use crate::{App, AppError, Caller};

impl App {
    /// Exchanges a refresh token for new tokens of the same login. Presenting one that was exchanged
    /// before ends the login.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for a token that is worth nothing, whatever the reason.
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedIn, AppError> {
        let used = RefreshToken::parse(refresh_token).ok_or(AppError::Unauthenticated)?;
        let successor = RefreshToken::generate(self.0.entropy.as_ref());
        let now = self.0.now();
        let exchange = Exchange {
            used: used.hash(),
            successor: successor.hash(),
            now,
        };
        let exchanged = self
            .0
            .db
            .write(exchange, |tx, exchange| Box::pin(exchange.run(tx)))
            .await?;
        let (user, login) = exchanged.ok_or(AppError::Unauthenticated)?;
        let bearer = bearer_of(&user, &login);
        self.0.signed_in(user, &bearer, successor, now)
    }

    /// Ends the login that the caller's token belongs to. Access tokens that were given out live on
    /// for their few minutes.
    ///
    /// # Errors
    /// [`AppError`] of the database; ending a login again is none.
    pub async fn logout(&self, caller: &Caller) -> Result<(), AppError> {
        let Some(login) = caller.login.clone() else {
            return Ok(());
        };
        let args = (caller.user.clone(), login, self.0.now());
        self.0
            .db
            .write(args, |tx, (user, login, now)| {
                Box::pin(async move {
                    accounts::revoke_login(tx, user, login, *now).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Ends the login that a refresh token belongs to, for a client whose access token has expired.
    ///
    /// # Errors
    /// [`AppError`] of the database; a token that is worth nothing is none.
    pub async fn logout_by_refresh_token(&self, refresh_token: &str) -> Result<(), AppError> {
        let Some(token) = RefreshToken::parse(refresh_token) else {
            return Ok(());
        };
        self.0
            .db
            .write((token.hash(), self.0.now()), |tx, (hash, now)| {
                Box::pin(async move {
                    if let Some(found) = accounts::find_token_by_hash(tx, hash).await? {
                        accounts::revoke_login(tx, &found.user.id, &found.login, *now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// The exchange of a refresh token for its successor.
struct Exchange {
    used: TokenHash,
    successor: TokenHash,
    now: Timestamp,
}

impl Exchange {
    /// Whose login goes on, and which it is; nothing when the token is worth nothing. That is no
    /// error, because ending the login of a token that came twice has to be committed.
    async fn run(&self, tx: &mut Tx) -> Result<Option<(User, FamilyId)>, AppError> {
        let Some(found) = accounts::find_token_by_hash(tx, &self.used).await? else {
            return Ok(None);
        };
        if found.revoked || found.user.disabled || found.expires_at <= self.now {
            return Ok(None);
        }
        let successor = NewToken {
            login: &found.login,
            hash: &self.successor,
            issued_at: self.now,
            expires_at: self.now.plus(REFRESH_TOKEN_LIFE),
        };
        if !found.used && accounts::rotate_token(tx, &self.used, successor).await? {
            return Ok(Some((found.user, found.login)));
        }
        accounts::revoke_login(tx, &found.user.id, &found.login, self.now).await?;
        tracing::warn!(
            user.id = %found.user.id,
            login.id = %found.login,
            "ended a login whose refresh token was presented again"
        );
        Ok(None)
    }
}
