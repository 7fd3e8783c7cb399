//! Accounts: registering, signing in, staying signed in, and the credentials of programs.
//!
//! Invariants:
//! - A request with an access token is recognised without asking the database, and one with an API
//!   key by at most one statement ([`App::authenticate`]).
//! - A refresh token has one successor. For a short while the same token gets the same successor
//!   again; presenting an older one ends the login that it belongs to, as then two parties hold it.
//! - A ticket opens one connection.
//! - No credential stands for one of another sort.
//! - An unknown address and a wrong password cannot be told apart, neither by the answer nor by how
//!   long it takes.
//! - Passwords and tokens never reach a log; the database knows only hashes of them.
//!
//! [`App::authenticate`]: crate::App::authenticate

mod administration;
mod authenticate;
mod deletion;
mod ended_logins;
mod key_cache;
mod keys;
mod login_limits;
mod logins;
mod password_change;
mod passwords;
mod profile;
mod refresh;
mod register;
mod secrets;
mod sign_in;
mod tickets;
mod tokens;

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use serde::Serialize;
use vita_model::{Email, Name, Role, Timestamp, UserId};
use vita_store::accounts::{self, Credentials, User};

pub use self::administration::{ManagedUser, UserChange};
pub use self::authenticate::Verified;
pub use self::keys::{ApiKeyIn, CreatedKey, ProvisionedKey};
pub use self::login_limits::{LoginLimitsConfig, network_of};
pub use self::password_change::PasswordChange;
pub use self::passwords::{HashCounts, PasswordConfig};
pub use self::profile::ProfilePatch;
pub use self::register::RegisterIn;
pub use self::sign_in::{Device, LoginIn, SignedIn};
pub use self::tickets::CreatedTicket;

use self::ended_logins::EndedLogins;
use self::key_cache::KeyCache;
use self::login_limits::{LoginLimits, TooManyFailures};
use self::passwords::{PasswordError, Passwords};
use self::secrets::Successors;
use self::tokens::AccessTokens;
use crate::AppError;
use crate::app::Inner;

/// Fewest bytes of the secret that signs access tokens (RFC 7518 §3.2: as many as the hash has).
const TOKEN_SECRET_BYTES_MIN: usize = 32;

/// How accounts are handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountsConfig {
    /// Whether anybody may make an account.
    pub registration_open: bool,
    /// How passwords are hashed.
    pub passwords: PasswordConfig,
    /// How often signing in may fail; none in test mode.
    pub login_limits: Option<LoginLimitsConfig>,
    /// How long an access token is believed. Too low: clients refresh all the time; too high: a
    /// stolen one works long.
    pub access_token_life: Duration,
    /// How long a refresh token can be exchanged: after as long without use a login ends.
    pub refresh_token_life: Duration,
    /// How long the audit log is kept.
    pub audit_kept_for: Duration,
}

impl Default for AccountsConfig {
    fn default() -> Self {
        Self {
            registration_open: true,
            passwords: PasswordConfig::default(),
            login_limits: Some(LoginLimitsConfig::default()),
            access_token_life: Duration::from_mins(15),
            refresh_token_life: Duration::from_hours(7 * 24),
            audit_kept_for: Duration::from_hours(365 * 24),
        }
    }
}

/// An account as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// Its id.
    pub id: UserId,
    /// What it signs in with.
    pub email: Email,
    /// What it is called; may be empty.
    pub name: Name,
    /// What it may do.
    pub role: Role,
}

impl From<User> for Profile {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: user.role,
        }
    }
}

/// What the use cases of this folder keep between requests.
pub(crate) struct Accounts {
    registration_open: bool,
    passwords: Passwords,
    tokens: AccessTokens,
    successors: Successors,
    keys: KeyCache,
    ended: EndedLogins,
    limits: Option<LoginLimits>,
    pub(crate) access_token_life: Duration,
    refresh_token_life: Duration,
    pub(crate) audit_kept_for: Duration,
}

impl Accounts {
    pub(crate) fn new(config: &AccountsConfig, token_secret: &[u8]) -> io::Result<Self> {
        if token_secret.len() < TOKEN_SECRET_BYTES_MIN {
            let message =
                format!("the secret that signs tokens needs {TOKEN_SECRET_BYTES_MIN} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        Ok(Self {
            registration_open: config.registration_open,
            passwords: Passwords::start(&config.passwords).map_err(io::Error::other)?,
            tokens: AccessTokens::new(token_secret, config.access_token_life),
            successors: Successors::new(token_secret),
            keys: KeyCache::default(),
            ended: EndedLogins::default(),
            limits: config.login_limits.clone().map(LoginLimits::new),
            access_token_life: config.access_token_life,
            refresh_token_life: config.refresh_token_life,
            audit_kept_for: config.audit_kept_for,
        })
    }

    fn check_limits(
        &self,
        account: &Email,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let Some(limits) = &self.limits else {
            return Ok(());
        };
        Ok(limits.check(account, address, now)?)
    }

    fn count_failure(
        &self,
        account: &Email,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let Some(limits) = &self.limits else {
            return Ok(());
        };
        Ok(limits.count_failure(account, address, now)?)
    }
}

async fn find_credentials(inner: &Inner, email: Email) -> Result<Option<Credentials>, AppError> {
    inner
        .db
        .read(email, |tx, email| {
            Box::pin(async move { Ok(accounts::find_credentials_by_email(tx, email).await?) })
        })
        .await
}

impl From<TooManyFailures> for AppError {
    fn from(failures: TooManyFailures) -> Self {
        Self::RateLimited {
            limit: "too many failed logins".to_owned(),
            retry_after: failures.retry_after,
        }
    }
}

impl From<PasswordError> for AppError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Overloaded { retry_after } => Self::Overloaded { retry_after },
            other => Self::internal(other),
        }
    }
}
