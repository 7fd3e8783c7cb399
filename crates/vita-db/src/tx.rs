use std::sync::Arc;
use std::time::Duration;

use vita_telemetry::{RequestScope, metric};

use crate::sqlite::{Lane, Session};
use crate::{Announcement, DbError, Param, Row, Sql};

/// A statement that takes longer is logged.
const SLOW_STATEMENT: Duration = Duration::from_millis(100);

/// An open transaction: the one thing that statements run in.
pub struct Tx {
    session: Session,
    lane: Lane,
    scope: Option<Arc<RequestScope>>,
    announcements: Vec<Announcement>,
    /// Whether the connection had a transaction open from the start; a look-up by key has none.
    is_open: bool,
    /// The error with which the database ended the transaction by itself.
    ended_by: Option<DbError>,
}

impl Tx {
    pub(crate) fn new(session: Session, lane: Lane, scope: Option<Arc<RequestScope>>) -> Self {
        Self {
            lane,
            is_open: !session.is_idle(),
            session,
            scope,
            announcements: Vec::new(),
            ended_by: None,
        }
    }

    /// What remains when the body has run; the error is there when the database ended the
    /// transaction by itself, whatever the body made of it.
    pub(crate) fn into_parts(self) -> (Session, Vec<Announcement>, Option<DbError>) {
        (self.session, self.announcements, self.ended_by)
    }

    /// All rows that the statement answers. The statement itself bounds them, by a LIMIT or by
    /// what the rows belong to.
    ///
    /// # Errors
    /// [`DbError`], also from `read`.
    #[expect(
        clippy::unused_async,
        reason = "on PostgreSQL the rows come over a network"
    )]
    pub async fn query<T>(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let sql = sql.into().for_sqlite();
        self.timed(sql, |session| session.query(sql, params, read))
    }

    /// The first row that the statement answers, if there is one.
    ///
    /// # Errors
    /// [`DbError`], also from `read`.
    #[expect(
        clippy::unused_async,
        reason = "on PostgreSQL the row comes over a network"
    )]
    pub async fn query_opt<T>(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
        read: impl Fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        let sql = sql.into().for_sqlite();
        self.timed(sql, |session| session.query_opt(sql, params, read))
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
    #[expect(
        clippy::unused_async,
        reason = "on PostgreSQL the answer comes over a network"
    )]
    pub async fn execute(
        &mut self,
        sql: impl Into<Sql>,
        params: &[Param<'_>],
    ) -> Result<u64, DbError> {
        let sql = sql.into().for_sqlite();
        self.timed(sql, |session| session.execute(sql, params))
    }

    /// Says something to others once this transaction has committed; nothing if it does not.
    pub fn announce(&mut self, announcement: Announcement) {
        self.announcements.push(announcement);
    }

    fn timed<T>(
        &mut self,
        sql: &'static str,
        run: impl FnOnce(&mut Session) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        // Without its transaction, a statement would be committed by itself.
        if let Some(error) = &self.ended_by {
            return Err(error.clone());
        }
        let (answer, took) = self.session.timed(run);
        if let Err(error) = &answer
            && self.is_open
            && self.session.is_idle()
        {
            self.ended_by = Some(error.clone());
        }
        if let Some(scope) = &self.scope {
            scope.record(sql, took);
        }
        metric::DB_STATEMENT_SECONDS.record_time(took, [self.lane.as_str()]);
        if took > SLOW_STATEMENT {
            metric::DB_SLOW_STATEMENTS.add(1, []);
            let duration_ms = took.as_millis();
            tracing::warn!(sql, duration_ms, "ran a slow statement");
        }
        answer
    }
}
