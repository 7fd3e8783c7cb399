use std::error::Error;
use std::time::Duration;

use vita_db::DbError;
use vita_model::{Credits, InvalidText};

/// Something wrong with one field of what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where: a JSON Pointer (RFC 6901) into the body, or the name of a query parameter.
    pub pointer: String,
    /// A stable word.
    pub code: &'static str,
    /// What to change, for people.
    pub detail: String,
}

impl FieldError {
    /// An error of the field at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }

    /// The text of the field at `pointer` was refused.
    pub fn from_text(pointer: impl Into<String>, error: &InvalidText) -> Self {
        Self::new(pointer, error.code(), error.to_string())
    }
}

/// Why a use case did not do what was asked. Nothing was written, but for what one of them says.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or it is somebody else's: the caller must not be able to tell.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The present state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// It was changed since the caller read it.
    #[error("it was changed meanwhile; read it again")]
    Stale,
    /// Fields need to change.
    #[error("the request has fields that cannot be accepted")]
    Invalid(Vec<FieldError>),
    /// The model is not installed.
    #[error("the model `{0}` is not installed; `GET /api/models` lists those that are")]
    UnknownModel(String),
    /// The balance does not reach.
    #[error("this needs {needed} credits and {balance} are left")]
    InsufficientCredits {
        /// What it costs.
        needed: Credits,
        /// What can be spent.
        balance: Credits,
    },
    /// An idempotency key came back with another request.
    #[error("this Idempotency-Key was used for another request; use a new one")]
    IdempotencyMismatch,
    /// No account has this address and password; which of the two is wrong is not told.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// There is no valid credential.
    #[error("sign in first")]
    Unauthenticated,
    /// The access token was valid once.
    #[error("the access token has expired; refresh it")]
    TokenExpired,
    /// The role does not allow it.
    #[error("your role does not allow this")]
    Forbidden,
    /// A limit on how much one may ask for was reached.
    #[error("{limit}; try again in {} s", .retry_after.as_secs().max(1))]
    RateLimited {
        /// Which limit, as a sentence.
        limit: String,
        /// When to try again.
        retry_after: Duration,
    },
    /// The installation is busy.
    #[error("the server is busy; try again in {} s", .retry_after.as_secs().max(1))]
    Overloaded {
        /// When to try again.
        retry_after: Duration,
    },
    /// Whether it was saved is unknown: the database's answer was lost.
    #[error("the connection to the database was lost while this was saved; look whether it was")]
    OutcomeUnknown,
    /// The disk is full; what is there can still be read.
    #[error("the server's disk is full: nothing was saved; what is there can still be read")]
    StorageFull,
    /// A fault of Vitascope itself.
    #[error("something failed on the server")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

impl AppError {
    /// One field needs to change.
    pub fn invalid(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, detail)])
    }

    /// A fault of Vitascope itself, with its cause.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Saturated { retry_after } | DbError::Unavailable { retry_after } => {
                Self::Overloaded { retry_after }
            }
            DbError::OutcomeUnknown => Self::OutcomeUnknown,
            DbError::StatementTimeout | DbError::Closed => Self::Overloaded {
                retry_after: Duration::from_secs(1),
            },
            DbError::StorageFull => Self::StorageFull,
            other => Self::internal(other),
        }
    }
}
