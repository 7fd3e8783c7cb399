//! Accounts: registering, signing in, staying signed in.
//!
//! Invariants:
//! - A request is recognised without asking the database ([`App::verify_access`]).
//! - A refresh token is worth one exchange. Presenting it again ends the login that it belongs to,
//!   as then two parties hold it.
//! - An unknown address and a wrong password cannot be told apart, neither by the answer nor by how
//!   long it takes.
//! - Passwords and tokens never reach a log; the database knows only hashes of them.
//!
//! [`App::verify_access`]: crate::App::verify_access

mod login_limits;
mod passwords;
mod profile;
mod refresh;
mod register;
mod sign_in;
mod tokens;

use std::io;
use std::net::IpAddr;

use serde::Serialize;
use vita_model::{Email, Name, Role, Timestamp, UserId};
use vita_store::accounts::{self, Credentials, User};

pub use self::login_limits::{LoginLimitsConfig, network_of};
pub use self::passwords::{HashCounts, PasswordConfig};
pub use self::profile::ProfilePatch;
pub use self::register::RegisterIn;
pub use self::sign_in::{LoginIn, SignedIn};

use self::login_limits::{LoginLimits, TooManyFailures};
use self::passwords::{PasswordError, Passwords};
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
}

impl Default for AccountsConfig {
    fn default() -> Self {
        Self {
            registration_open: true,
            passwords: PasswordConfig::default(),
            login_limits: Some(LoginLimitsConfig::default()),
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
    limits: Option<LoginLimits>,
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
            tokens: AccessTokens::new(token_secret),
            limits: config.login_limits.clone().map(LoginLimits::new),
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
