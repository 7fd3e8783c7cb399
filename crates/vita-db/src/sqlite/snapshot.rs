use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OpenFlags};

use super::open::unopened;
use crate::{DbError, Param};

/// Virtual-machine steps between two looks at whether to stop: some tens of microseconds.
const STEPS_PER_CHECK: i32 = 4_000;

/// An SQLite file that is only read, whether or not a server has it open: it takes part in no lock
/// but SQLite's own, which lets readers and the writer of a file in WAL mode go on side by side.
pub struct SqliteFile(Connection);

impl SqliteFile {
    /// Opens the file, which must be there.
    ///
    /// # Errors
    /// [`DbError::Open`].
    pub fn open(path: &Path) -> Result<Self, DbError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|error| unopened(path, &error))?;
        Ok(Self(connection))
    }

    /// Writes the database, as it is at one moment, into a new file at `target`. `stop` ends it
    /// early, with [`DbError::StatementTimeout`]; what is at `target` then is worth nothing.
    ///
    /// # Errors
    /// [`DbError`].
    pub fn copy_into(&self, target: &Path, stop: Arc<AtomicBool>) -> Result<(), DbError> {
        let target = target.to_str().ok_or_else(|| {
            DbError::Open(format!("the name `{}` is not UTF-8", target.display()))
        })?;
        let is_stopped = move || stop.load(Ordering::Relaxed);
        self.0.progress_handler(STEPS_PER_CHECK, Some(is_stopped))?;
        let copied = self.0.execute("VACUUM INTO ?1", [target]);
        self.0.progress_handler(0, None::<fn() -> bool>)?;
        copied?;
        Ok(())
    }

    /// Reads the whole file and finds out whether its pages and indexes agree with each other.
    ///
    /// # Errors
    /// [`DbError::Driver`] with the first thing that is wrong.
    pub fn check(&self) -> Result<(), DbError> {
        let found: String = self
            .0
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if found == "ok" {
            return Ok(());
        }
        Err(DbError::Driver(format!("the file is damaged: {found}")))
    }

    /// The names of the migrations that made its schema, in order, such as `V1__accounts`.
    ///
    /// # Errors
    /// [`DbError`], also when it is no database of this program.
    pub fn migrations(&self) -> Result<Vec<String>, DbError> {
        const LIST: &str = "SELECT 'V' || version || '__' || name
             FROM refinery_schema_history
             ORDER BY version";
        self.texts(LIST, &[])
    }

    /// The first column of all rows that a statement answers.
    ///
    /// # Errors
    /// [`DbError`].
    pub fn texts(&self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<String>, DbError> {
        let mut statement = self.0.prepare(sql)?;
        let found = statement.query_map(rusqlite::params_from_iter(params), |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}
