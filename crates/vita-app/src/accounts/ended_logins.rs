//! The logins that ended while an access token of theirs may still be about. They are kept in memory,
//! so that a request is recognised without asking the database and a login that was ended is worth
//! nothing all the same: at once in the process that ended it, and in every other as soon as that has
//! looked ([`App::follow_ended_logins`]).

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use vita_model::{FamilyId, Timestamp};
use vita_store::logins;

use crate::{App, AppError};

/// How often a process looks for logins that ended elsewhere. Too rarely: a stolen token works
/// longer; too often: every process asks the database for nothing.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How far back it looks, so that a transaction that took long to commit is not overlooked.
const LOOK_BACK: Duration = Duration::from_mins(1);

/// Ended logins, for as long as an access token lives.
#[derive(Default)]
pub(super) struct EndedLogins(RwLock<HashMap<FamilyId, Timestamp>>);

impl EndedLogins {
    pub(super) fn add(&self, logins: impl IntoIterator<Item = (FamilyId, Timestamp)>) {
        let mut ended = self.0.write().unwrap_or_else(PoisonError::into_inner);
        ended.extend(logins);
    }

    pub(super) fn has(&self, login: &FamilyId) -> bool {
        let ended = self.0.read().unwrap_or_else(PoisonError::into_inner);
        ended.contains_key(login)
    }

    fn forget_before(&self, moment: Timestamp) {
        let mut ended = self.0.write().unwrap_or_else(PoisonError::into_inner);
        ended.retain(|_, at| *at >= moment);
    }
}

impl App {
    /// Reads which logins ended lately; to be called before the first request is served.
    ///
    /// # Errors
    /// [`AppError`] of the database.
    pub async fn load_ended_logins(&self) -> Result<(), AppError> {
        let oldest = self.0.now().minus(self.0.accounts.access_token_life);
        self.read_ended_logins(oldest).await
    }

    /// Keeps up with logins that end in other processes, until it is told to stop.
    pub async fn follow_ended_logins(&self, stop: CancellationToken) {
        let mut looked_at = self.0.now();
        while stop
            .run_until_cancelled(tokio::time::sleep(LOOK_EVERY))
            .await
            .is_some()
        {
            let now = self.0.now();
            match self.read_ended_logins(looked_at.minus(LOOK_BACK)).await {
                Ok(()) => looked_at = now,
                // The next look begins where this one would have.
                Err(error) => tracing::warn!(%error, "failed to look for logins that ended"),
            }
            let life = self.0.accounts.access_token_life;
            self.0.accounts.ended.forget_before(now.minus(life));
        }
    }

    async fn read_ended_logins(&self, since: Timestamp) -> Result<(), AppError> {
        let ended = self.0.db.read(since, |tx, since| {
            Box::pin(async move { Ok::<_, AppError>(logins::list_ended_since(tx, *since).await?) })
        });
        self.0.accounts.ended.add(ended.await?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_known_to_have_ended_until_its_last_token_has() {
        let ended = EndedLogins::default();
        let login = FamilyId::from_trusted("lgn_1");
        let at = Timestamp::from_micros(5);
        ended.add([(login.clone(), at)]);
        assert!(ended.has(&login) && !ended.has(&FamilyId::from_trusted("lgn_2")));
        ended.forget_before(at);
        assert!(ended.has(&login));
        ended.forget_before(Timestamp::from_micros(6));
        assert!(!ended.has(&login));
    }
}
