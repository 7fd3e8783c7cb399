use std::time::Duration;

use vita_db::Tx;
use vita_model::{FamilyId, Timestamp};
use vita_store::accounts::User;
use vita_store::logins::{self, NewToken, PresentedToken, TokenHash};

use super::SignedIn;
use super::secrets::RefreshToken;
use super::sign_in::bearer_of;
use crate::{App, AppError, Caller};

/// How long a refresh token that was exchanged gets the same successor again. Two tabs present the
/// same token at once, and a client whose answer was lost repeats its request; neither is a thief.
const REPEATED_FOR: Duration = Duration::from_secs(30);

impl App {
    /// Exchanges a refresh token for new tokens of the same login. The same token again within 30 s
    /// gets the same successor, as long as that was not exchanged itself; presenting it later, or an
    /// older one, ends the login.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] for a token that is worth nothing, whatever the reason.
    pub async fn refresh(&self, refresh_token: &str) -> Result<SignedIn, AppError> {
        let used = RefreshToken::parse(refresh_token).ok_or(AppError::Unauthenticated)?;
        let accounts = &self.0.accounts;
        let successor = accounts.successors.of(&used);
        let now = self.0.now();
        let exchange = Exchange {
            used: used.hash(),
            successor: successor.hash(),
            now,
            expires_at: now.plus(accounts.refresh_token_life),
        };
        let exchanged = self
            .0
            .db
            .write(exchange, |tx, exchange| Box::pin(exchange.run(tx)))
            .await?;
        match exchanged {
            Exchanged::GoesOn(user, login) => {
                let bearer = bearer_of(&user, &login);
                self.0.signed_in(user, &bearer, successor, now)
            }
            Exchanged::Ended(login) => {
                accounts.ended.add([(login, now)]);
                Err(AppError::Unauthenticated)
            }
            Exchanged::Worthless => Err(AppError::Unauthenticated),
        }
    }

    /// Ends the login that the caller's token belongs to.
    ///
    /// # Errors
    /// [`AppError`] of the database; ending a login again is none.
    pub async fn logout(&self, caller: &Caller) -> Result<(), AppError> {
        match &caller.login {
            Some(login) => self.end_login(caller, login).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Ends the login that a refresh token belongs to, for a client whose access token has expired.
    ///
    /// # Errors
    /// [`AppError`] of the database; a token that is worth nothing is none.
    pub async fn logout_by_refresh_token(&self, refresh_token: &str) -> Result<(), AppError> {
        let Some(token) = RefreshToken::parse(refresh_token) else {
            return Ok(());
        };
        let now = self.0.now();
        let ended = self.0.db.write((token.hash(), now), |tx, (hash, now)| {
            Box::pin(async move {
                let Some(found) = logins::find_token_by_hash(tx, hash).await? else {
                    return Ok::<_, AppError>(None);
                };
                logins::revoke_login(tx, &found.user.id, &found.login, *now).await?;
                Ok(Some(found.login))
            })
        });
        let ended = ended.await?.map(|login| (login, now));
        self.0.accounts.ended.add(ended);
        Ok(())
    }
}

/// The exchange of a refresh token for its successor.
struct Exchange {
    used: TokenHash,
    successor: TokenHash,
    now: Timestamp,
    expires_at: Timestamp,
}

/// What came of it. None of them is an error, because ending the login of a token that was stolen
/// has to be committed.
enum Exchanged {
    /// The login goes on, with the successor.
    GoesOn(User, FamilyId),
    /// The login was ended.
    Ended(FamilyId),
    /// There was nothing to exchange.
    Worthless,
}

impl Exchange {
    async fn run(&self, tx: &mut Tx) -> Result<Exchanged, AppError> {
        let Some(found) = logins::find_token_by_hash(tx, &self.used).await? else {
            return Ok(Exchanged::Worthless);
        };
        if found.revoked || found.user.disabled || found.expires_at <= self.now {
            return Ok(Exchanged::Worthless);
        }
        let successor = NewToken {
            login: &found.login,
            hash: &self.successor,
            issued_at: self.now,
            expires_at: self.expires_at,
        };
        let goes_on = match found.used_at {
            None => logins::rotate_token(tx, &self.used, successor).await?,
            Some(used_at) => self.is_repetition(tx, &found, used_at).await?,
        };
        if goes_on {
            return Ok(Exchanged::GoesOn(found.user, found.login));
        }
        logins::revoke_login(tx, &found.user.id, &found.login, self.now).await?;
        tracing::warn!(
            user.id = %found.user.id,
            login.id = %found.login,
            "ended a login whose refresh token was presented again"
        );
        Ok(Exchanged::Ended(found.login))
    }

    /// Whether the token was exchanged a moment ago and its successor is the login's present one.
    async fn is_repetition(
        &self,
        tx: &mut Tx,
        found: &PresentedToken,
        used_at: Timestamp,
    ) -> Result<bool, AppError> {
        if self.now.since(used_at) >= REPEATED_FOR {
            return Ok(false);
        }
        let successor = logins::find_token_by_hash(tx, &self.successor).await?;
        Ok(successor.is_some_and(|next| next.login == found.login && next.used_at.is_none()))
    }
}
