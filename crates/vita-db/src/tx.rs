use std::sync::Arc;
use std::time::{Duration, Instant};

use vita_telemetry::{RequestScope, metric};

use crate::lane::Lane;
use crate::{Announcement, DbError, Param, Row, Sql, postgres, sqlite};

/// A statement that takes longer is logged.
const SLOW_STATEMENT: Duration = Duration::from_millis(100);

/// An open transaction: the one thing that statements run in.
pub struct Tx {
    connection: Connection,
    lane: Lane,
    scope: Option<Arc<RequestScope>>,
    announcements: Vec<Announcement>,
    /// Whether SQLite had a transaction open from the start; a look-up by key has none.
    is_open: bool,
    /// The error with which the database ended the transaction by itself.
    ended_by: Option<DbError>,
}

/// What a transaction has of its database.
pub(crate) enum Connection {
    Sqlite(sqlite::Session),
    Postgres(postgres::Session),
}

impl Connection {
    /// Gives a connection back to the thread of SQLite that lent it.
    pub(crate) fn into_sqlite(self) -> sqlite::Session {
        match self {
            Self::Sqlite(session) => session,
            Self::Postgres(_) => unreachable!("a transaction keeps the connection it was given"),
        }
    }

    /// Gives a connection back to PostgreSQL's pool.
    pub(crate) fn into_postgres(self) -> postgres::Session {
        match self {
            Self::Postgres(session) => session,
            Self::Sqlite(_) => unreachable!("a transaction keeps the connection it was given"),
        }
    }
}

/// What remains when the body of a transaction has run.
pub(crate) struct Parts {
    pub(crate) connection: Connection,
    pub(crate) announcements: Vec<Announcement>,
    /// There when the database ended the transaction by itself, whatever the body made of it.
    pub(crate) ended_by: Option<DbError>,
}

impl Tx {
    pub(crate) fn new(
        connection: Connection,
        lane: Lane,
        scope: Option<Arc<RequestScope>>,
    ) -> Self {
        let is_open = match &connection {
            Connection::Sqlite(session) => !session.is_idle(),
            Connection::Postgres(_) => true,
        };
        Self {
            connection,
            lane,
            scope,
            announcements: Vec::new(),
            is_open,
            ended_by: None,
        }
    }

    pub(crate) fn into_parts(self) -> Parts {
        Parts {
            connection: self.connection,
            announcements: self.announcements,
            ended_by: self.ended_by,
        }
    }

    /// All rows that the statement answers. The statement itself bounds them, by a LIMIT or by
    /// what the rows belong to.
    ///
    /// # Errors
    /// [`DbError`], also from `read`.
    pub async fn query<T>(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let sql = sql.into();
        self.check_open()?;
        match &mut self.connection {
            Connection::Sqlite(session) => {
                let sql = sql.for_sqlite();
                let (answer, took) = session.timed(|session| session.query(sql, params, read));
                self.note(sql, answer, took)
            }
            Connection::Postgres(session) => {
                let (sql, begun) = (sql.for_postgres(), Instant::now());
                let rows = session.query(sql, params).await;
                let rows = self.note(sql, rows, begun.elapsed())?;
                rows.iter()
                    .map(|row| read(&Row::from_postgres(row)))
                    .collect()
            }
        }
    }

    /// The first row that the statement answers, if there is one.
    ///
    /// # Errors
    /// [`DbError`], also from `read`.
    pub async fn query_opt<T>(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        let sql = sql.into();
        self.check_open()?;
        match &mut self.connection {
            Connection::Sqlite(session) => {
                let sql = sql.for_sqlite();
                let (answer, took) = session.timed(|session| session.query_opt(sql, params, read));
                self.note(sql, answer, took)
            }
            Connection::Postgres(session) => {
                let (sql, begun) = (sql.for_postgres(), Instant::now());
                let row = session.query_opt(sql, params).await;
                let row = self.note(sql, row, begun.elapsed())?;
                row.map(|row| read(&Row::from_postgres(&row))).transpose()
            }
        }
    }

    /// The row that the statement must answer.
    ///
    /// # Errors
    /// [`DbError::MissingRow`] when there is none; [`DbError`] otherwise.
    pub async fn query_one<T>(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let row = self.query_opt(sql, params, read).await?;
        row.ok_or(DbError::MissingRow)
    }

    /// Runs a statement that answers no rows; gives the number of rows that it changed.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn execute(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
    ) -> Result<u64, DbError> {
        let sql = sql.into();
        self.check_open()?;
        match &mut self.connection {
            Connection::Sqlite(session) => {
                let sql = sql.for_sqlite();
                let (answer, took) = session.timed(|session| session.execute(sql, params));
                self.note(sql, answer, took)
            }
            Connection::Postgres(session) => {
                let (sql, begun) = (sql.for_postgres(), Instant::now());
                let changed = session.execute(sql, params).await;
                self.note(sql, changed, begun.elapsed())
            }
        }
    }

    /// Says something to others once this transaction has committed; nothing if it does not.
    pub fn announce(&mut self, announcement: Announcement) {
        self.announcements.push(announcement);
    }

    /// Without its transaction, a statement would be committed by itself.
    fn check_open(&self) -> Result<(), DbError> {
        self.ended_by.clone().map_or(Ok(()), Err)
    }

    /// Notes how a statement went.
    fn note<T>(
        &mut self,
        sql: &'static str,
        answer: Result<T, DbError>,
        took: Duration,
    ) -> Result<T, DbError> {
        if let Err(error) = &answer {
            let has_ended = match &self.connection {
                Connection::Sqlite(session) => self.is_open && session.is_idle(),
                Connection::Postgres(session) => session.has_failed(),
            };
            if has_ended {
                self.ended_by = Some(error.clone());
            }
        }
        record_statement(sql, took, self.lane, self.scope.as_deref());
        answer
    }
}

/// Counts a statement for its request and in the metrics, and tells of a slow one.
pub(crate) fn record_statement(
    sql: &'static str,
    took: Duration,
    lane: Lane,
    scope: Option<&RequestScope>,
) {
    if let Some(scope) = scope {
        scope.record(sql, took);
    }
    metric::DB_STATEMENT_SECONDS.record_time(took, [lane.as_str()]);
    if took > SLOW_STATEMENT {
        metric::DB_SLOW_STATEMENTS.add(1, []);
        let duration_ms = took.as_millis();
        tracing::warn!(sql, duration_ms, "ran a slow statement");
    }
}
