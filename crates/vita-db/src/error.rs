use std::time::Duration;

/// What a database can answer instead of rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// Everything that serves statements was busy for the whole acquire time-out.
    #[error("the database is busy; try again in {} s", .retry_after.as_secs())]
    Saturated {
        /// When to try again.
        retry_after: Duration,
    },
    /// The database's server cannot be reached, or just went away. Nothing was written.
    #[error("the database cannot be reached; try again in {} s", .retry_after.as_secs())]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
    /// The connection was lost while the transaction was being committed: it was written whole, or
    /// not at all, and nobody knows which. To do it again is right only where that does no harm.
    #[error("the connection to the database was lost during a commit; look whether it happened")]
    OutcomeUnknown,
    /// The disk, or the limit set for the database file, is full. Reads still work.
    #[error("the disk is full: nothing was written")]
    StorageFull,
    /// A statement ran longer than its limit and was stopped.
    #[error("a statement took longer than its limit")]
    StatementTimeout,
    /// A UNIQUE, CHECK, NOT NULL or FOREIGN KEY constraint was violated.
    #[error("the constraint `{name}` was violated")]
    Constraint {
        /// On both databases `<table>_<columns>_key` for UNIQUE and `<table>_pkey` for the primary
        /// key; else the database's own words.
        name: String,
    },
    /// A row that must be there is not.
    #[error("a row that must be there is missing")]
    MissingRow,
    /// A column holds something that the code does not know.
    #[error("column {column} holds `{value}`, which is no {expected}")]
    InconsistentColumn {
        /// The column's place in the row, from 0.
        column: usize,
        /// What it holds, shortened.
        value: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// A transaction awaited something other than its own statements.
    #[error("a transaction awaited something other than its own statements")]
    ForeignAwait,
    /// A transaction panicked; nothing of it was written.
    #[error("a transaction panicked")]
    Panicked,
    /// The database is shutting down.
    #[error("the database is closed")]
    Closed,
    /// Another process uses the data folder.
    #[error("another process uses the data folder `{folder}`; stop it, or choose another folder")]
    FolderLocked {
        /// The folder.
        folder: String,
    },
    /// The database could not be opened or brought up to date.
    #[error("failed to open the database: {0}")]
    Open(String),
    /// Anything else the database says.
    #[error("the database failed: {0}")]
    Driver(String),
}

impl DbError {
    /// Whether the same request may succeed a little later.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Saturated { .. }
                | Self::Unavailable { .. }
                | Self::StatementTimeout
                | Self::Closed
                | Self::StorageFull
        )
    }

    /// Whether the error is the violation of the UNIQUE constraint over these columns.
    pub fn violates(&self, constraint: &str) -> bool {
        matches!(self, Self::Constraint { name } if name == constraint)
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let rusqlite::Error::SqliteFailure(cause, message) = &error else {
            return Self::Driver(error.to_string());
        };
        let message = message.as_deref().unwrap_or_default();
        match cause.code {
            ErrorCode::DiskFull => Self::StorageFull,
            ErrorCode::OperationInterrupted => Self::StatementTimeout,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Saturated {
                retry_after: Duration::from_secs(1),
            },
            ErrorCode::ConstraintViolation => Self::Constraint {
                name: constraint_name(cause.extended_code, message),
            },
            _ => Self::Driver(error.to_string()),
        }
    }
}

/// `UNIQUE constraint failed: users.email` as PostgreSQL would name it: `users_email_key`, or
/// `users_pkey` where the columns are the primary key. Other constraints keep SQLite's words.
fn constraint_name(extended_code: i32, message: &str) -> String {
    let Some(columns) = message.strip_prefix("UNIQUE constraint failed: ") else {
        return message.to_owned();
    };
    let columns = columns.split(", ");
    let columns = columns.map(|column| column.split_once('.').unwrap_or(("", column)));
    let table = columns.clone().next().map_or("", |(table, _)| table);
    if extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY {
        return format!("{table}_pkey");
    }
    let name = columns.fold(table.to_owned(), |name, (_, column)| {
        format!("{name}_{column}")
    });
    format!("{name}_key")
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};

    use super::*;

    #[test]
    fn unique_constraints_have_the_same_name_on_both_databases() {
        let message = "UNIQUE constraint failed: ledger.generation_id, ledger.kind";
        let name = constraint_name(SQLITE_CONSTRAINT_UNIQUE, message);
        assert_eq!(name, "ledger_generation_id_kind_key");
        let message = "UNIQUE constraint failed: job_steps.job_id, job_steps.name";
        let name = constraint_name(SQLITE_CONSTRAINT_PRIMARYKEY, message);
        assert_eq!(name, "job_steps_pkey");
    }
}
