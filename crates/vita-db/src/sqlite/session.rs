use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::{DbError, Param, Row};

/// Virtual-machine steps between two looks at a statement's deadline: some tens of microseconds.
const STEPS_PER_CHECK: i32 = 4_000;

/// Statements kept prepared on each connection; the product has about a hundred.
const STATEMENTS_PREPARED: usize = 256;

/// One connection with its prepared statements and the limit on each statement's time.
pub(crate) struct Session {
    connection: Connection,
    spelled: Spellings,
    opened: Instant,
    /// Microseconds after `opened` at which the running statement is stopped.
    deadline_micros: Arc<AtomicU64>,
    statement_timeout: Duration,
}

impl Session {
    pub(crate) fn new(
        connection: Connection,
        statement_timeout: Duration,
    ) -> Result<Self, DbError> {
        let opened = Instant::now();
        let deadline_micros = Arc::new(AtomicU64::new(u64::MAX));
        let deadline = Arc::clone(&deadline_micros);
        let is_late = move || {
            let elapsed = u64::try_from(opened.elapsed().as_micros()).unwrap_or(u64::MAX);
            elapsed > deadline.load(Ordering::Relaxed)
        };
        connection.progress_handler(STEPS_PER_CHECK, Some(is_late))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_PREPARED);
        Ok(Self {
            connection,
            spelled: Spellings::default(),
            opened,
            deadline_micros,
            statement_timeout,
        })
    }

    /// Runs statements under the time limit and says how long they took.
    pub(crate) fn timed<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> (T, Duration) {
        let begun = self.opened.elapsed();
        let deadline = begun.saturating_add(self.statement_timeout);
        let deadline = u64::try_from(deadline.as_micros()).unwrap_or(u64::MAX);
        self.deadline_micros.store(deadline, Ordering::Relaxed);
        let answer = run(self);
        self.deadline_micros.store(u64::MAX, Ordering::Relaxed);
        (answer, self.opened.elapsed().saturating_sub(begun))
    }

    pub(crate) fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let mut statement = self.connection.prepare_cached(self.spelled.get(sql))?;
        let mut rows = statement.query(rusqlite::params_from_iter(params))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(&Row::from_sqlite(row))?);
        }
        Ok(found)
    }

    pub(crate) fn query_opt<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        let mut statement = self.connection.prepare_cached(self.spelled.get(sql))?;
        let mut rows = statement.query(rusqlite::params_from_iter(params))?;
        let found = match rows.next()? {
            Some(row) => Some(read(&Row::from_sqlite(row))?),
            None => None,
        };
        // A statement that changes rows must run to its end, also when only its first row is read.
        while rows.next()?.is_some() {}
        Ok(found)
    }

    pub(crate) fn execute(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
    ) -> Result<u64, DbError> {
        let mut statement = self.connection.prepare_cached(self.spelled.get(sql))?;
        let changed = statement.execute(rusqlite::params_from_iter(params))?;
        Ok(changed as u64)
    }

    /// Runs one of the statements that open and close transactions; these are neither counted nor
    /// limited in time.
    pub(super) fn control(&mut self, sql: &'static str) -> Result<(), DbError> {
        self.execute(sql, &[]).map(|_| ())
    }

    /// Whether no transaction is open: some errors, a full disk among them, make SQLite roll back
    /// the whole transaction by itself.
    pub(crate) fn is_idle(&self) -> bool {
        self.connection.is_autocommit()
    }
}

/// The texts of the statements as SQLite has to read them: to it `$2` is a name, and names are
/// numbered in the order in which they appear; `?2` is the second parameter wherever it stands.
#[derive(Default)]
struct Spellings(HashMap<(usize, usize), Box<str>>);

impl Spellings {
    fn get(&mut self, sql: &'static str) -> &str {
        // The texts are constants of the program, so their address and length tell them apart.
        let key = (sql.as_ptr().addr(), sql.len());
        self.0.entry(key).or_insert_with(|| number_parameters(sql))
    }
}

fn number_parameters(sql: &str) -> Box<str> {
    let mut spelled = String::with_capacity(sql.len());
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        let is_parameter = character == '$' && characters.peek().is_some_and(char::is_ascii_digit);
        spelled.push(if is_parameter { '?' } else { character });
    }
    spelled.into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_wherever_they_stand() {
        let spelled = number_parameters("UPDATE t SET a = $2, b = '$' WHERE c = $12");
        assert_eq!(&*spelled, "UPDATE t SET a = ?2, b = '$' WHERE c = ?12");
    }
}
