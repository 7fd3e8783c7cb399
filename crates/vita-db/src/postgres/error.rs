//! What the server and the connection to it say, in our words.

use std::error::Error as _;
use std::time::Duration;

use tokio_postgres::Error as PgError;
use tokio_postgres::error::{DbError as ServerError, SqlState};

use crate::DbError;

/// What a client that was refused is told to wait.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How a statement failed, and what that means for its transaction.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) cause: Cause,
    pub(super) error: DbError,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// Another transaction came in between: run again, it may well succeed.
    Conflict,
    /// A UNIQUE constraint; the row in the way may have been committed after our snapshot, and a
    /// second run sees it.
    Unique,
    /// The connection is gone, or no longer of use.
    Lost,
    /// The server said nothing within the client's own limit; the connection is in an unknown state.
    Hung,
    /// Nothing was sent: the transaction goes on.
    Unsent,
    /// Anything else the server says; the transaction is over.
    Refused,
}

impl Cause {
    /// The word in the metrics.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Unique => "unique",
            Self::Lost | Self::Hung => "lost",
            Self::Unsent | Self::Refused => "refused",
        }
    }
}

impl Failure {
    pub(super) const fn hung() -> Self {
        Self {
            cause: Cause::Hung,
            error: DbError::StatementTimeout,
        }
    }

    pub(super) const fn lost() -> Self {
        Self {
            cause: Cause::Lost,
            error: unavailable(),
        }
    }

    /// Whether the connection can be used no more.
    pub(super) const fn loses_connection(&self) -> bool {
        matches!(self.cause, Cause::Lost | Cause::Hung)
    }
}

pub(super) const fn unavailable() -> DbError {
    DbError::Unavailable {
        retry_after: RETRY_AFTER,
    }
}

impl From<PgError> for Failure {
    fn from(error: PgError) -> Self {
        if let Some(said) = error.as_db_error() {
            return from_server(said);
        }
        let is_broken = error.is_closed()
            || error
                .source()
                .is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        if is_broken {
            tracing::debug!(error = chain(&error), "lost a connection to the database");
            return Self::lost();
        }
        Self {
            cause: Cause::Unsent,
            error: DbError::Driver(chain(&error)),
        }
    }
}

fn from_server(said: &ServerError) -> Failure {
    let code = said.code();
    let failure = |cause, error| Failure { cause, error };
    let busy = DbError::Saturated {
        retry_after: RETRY_AFTER,
    };
    if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        return failure(Cause::Conflict, busy);
    }
    if is_going_away(code) {
        return Failure::lost();
    }
    if *code == SqlState::UNIQUE_VIOLATION {
        return failure(Cause::Unique, constraint(said));
    }
    if is_stale_statement(said) {
        // Another process changed the schema; a new connection prepares its statements anew.
        return failure(Cause::Lost, DbError::Driver(words(said)));
    }
    let error = match code.code() {
        "57014" => DbError::StatementTimeout,
        "53100" => DbError::StorageFull,
        "53200" | "53300" | "53400" | "55P03" => busy,
        code if code.starts_with("23") => constraint(said),
        _ => DbError::Driver(words(said)),
    };
    failure(Cause::Refused, error)
}

/// Whether the server is shutting down, starting up, or ended this connection.
pub(super) fn is_going_away(code: &SqlState) -> bool {
    let code = code.code();
    code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03" | "57P05" | "25P03")
}

fn is_stale_statement(said: &ServerError) -> bool {
    *said.code() == SqlState::INVALID_SQL_STATEMENT_NAME
        || (*said.code() == SqlState::FEATURE_NOT_SUPPORTED
            && said.message().contains("cached plan must not change"))
}

fn constraint(said: &ServerError) -> DbError {
    let name = said.constraint().map_or_else(
        || {
            let (table, column) = (said.table().unwrap_or(""), said.column().unwrap_or(""));
            format!("NOT NULL constraint failed: {table}.{column}")
        },
        str::to_owned,
    );
    DbError::Constraint { name }
}

/// The server's message with its code. Its detail is left out: it repeats values.
fn words(said: &ServerError) -> String {
    format!("{} ({})", said.message(), said.code().code())
}

/// An error with all that caused it, as the driver's own text names only the operation.
pub(super) fn chain(error: &PgError) -> String {
    if let Some(said) = error.as_db_error() {
        return words(said);
    }
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
