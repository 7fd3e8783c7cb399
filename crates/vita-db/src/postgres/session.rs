//! One transaction on one connection.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object};
use futures_util::future::{FutureExt as _, join};
use tokio_postgres::{Error as PgError, Row};

use super::error::{Cause, Failure};
use super::statement::{self, Statements};
use super::turns::MeetingPlace;
use crate::{DbError, Param};

/// Longest time to end a transaction that its client left in the middle of a statement; after it
/// the connection is closed.
const CLEAN_UP_MAX: Duration = Duration::from_secs(5);

/// A connection, and the transaction on it. Dropped, it undoes the transaction and gives the
/// connection back.
pub(crate) struct Session {
    /// None once the connection was lost.
    client: Option<Object>,
    statements: Statements,
    /// Longest wait for the server's answer; a little longer than the server's own limit.
    patience: Duration,
    /// What opens the transaction. It travels with the first statement.
    begin: Arc<str>,
    state: State,
    failure: Option<Failure>,
    /// What the statement was about that failed.
    met_at: Option<MeetingPlace>,
    /// Whether it waits for the server at this moment.
    is_waiting: Arc<AtomicBool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was sent yet.
    Fresh,
    /// A transaction is open, or was ended by an error and has to be closed.
    Open,
    /// It was closed.
    Closed,
}

/// What a statement needs of the session while the server works on it.
struct Asking<'a> {
    client: &'a ClientWrapper,
    begin: Option<&'a str>,
    patience: Duration,
    is_waiting: &'a AtomicBool,
}

impl Asking<'_> {
    async fn run<T>(&self, work: impl Future<Output = Result<T, PgError>>) -> Result<T, Failure> {
        let answer = async {
            let Some(begin) = self.begin else {
                return work.await;
            };
            // Sent one behind the other, answered one behind the other: one round trip.
            let (begun, answer) = join(self.client.batch_execute(begin), work).await;
            begun.and(answer)
        };
        self.is_waiting.store(true, Ordering::Relaxed);
        let answer = tokio::time::timeout(self.patience, answer).await;
        self.is_waiting.store(false, Ordering::Relaxed);
        match answer {
            Ok(answer) => answer.map_err(Failure::from),
            Err(_) => Err(Failure::hung()),
        }
    }
}

impl Session {
    pub(super) fn new(
        client: Object,
        begin: Arc<str>,
        statements: Statements,
        patience: Duration,
    ) -> Self {
        Self {
            client: Some(client),
            statements,
            patience,
            begin,
            state: State::Fresh,
            failure: None,
            met_at: None,
            is_waiting: Arc::default(),
        }
    }

    /// Whether the server ended the transaction, or is gone.
    pub(crate) const fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    pub(super) fn failure(&self) -> Option<Failure> {
        self.failure.clone()
    }

    /// Where it met another transaction, if that is how it failed.
    pub(super) fn met_at(&self) -> Option<MeetingPlace> {
        let failure = self.failure.as_ref()?;
        self.met_at.filter(|_| failure.cause == Cause::Conflict)
    }

    /// True while a statement is under way: all that a transaction may wait for.
    pub(super) fn waiting(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_waiting)
    }

    pub(crate) async fn query(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
    ) -> Result<Vec<Row>, DbError> {
        let statements = self.statements;
        let asking = self.ask()?;
        let rows = statement::query(asking.client, statements, sql, params);
        let rows = asking.run(rows).await;
        self.settle(rows, params)
    }

    pub(crate) async fn query_opt(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
    ) -> Result<Option<Row>, DbError> {
        let statements = self.statements;
        let asking = self.ask()?;
        let row = statement::query_opt(asking.client, statements, sql, params);
        let row = asking.run(row).await;
        self.settle(row, params)
    }

    pub(crate) async fn execute(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
    ) -> Result<u64, DbError> {
        let statements = self.statements;
        let asking = self.ask()?;
        let changed = statement::execute(asking.client, statements, sql, params);
        let changed = asking.run(changed).await;
        self.settle(changed, params)
    }

    /// Commits. Nothing is left to undo afterwards, whatever it answers.
    pub(super) async fn commit(&mut self) -> Result<(), Failure> {
        if self.state == State::Fresh {
            return Ok(());
        }
        let asking = self.ask().map_err(|error| Failure {
            cause: Cause::Lost,
            error,
        })?;
        let committed = asking.run(asking.client.batch_execute("COMMIT")).await;
        self.state = State::Closed;
        committed.map_err(|mut failure| {
            if failure.loses_connection() {
                self.discard();
                failure.error = DbError::OutcomeUnknown;
            }
            failure
        })
    }

    /// Undoes what was done, and makes ready for another run. False when the connection is gone.
    pub(super) fn restart(&mut self) -> bool {
        self.undo();
        self.state = State::Fresh;
        self.failure = None;
        self.client.is_some()
    }

    /// Gives the connection back, to go on later with another.
    pub(super) fn release(&mut self) {
        self.client = None;
    }

    /// Goes on with another connection.
    pub(super) fn replace(&mut self, client: Object) {
        self.client = Some(client);
    }

    fn ask(&mut self) -> Result<Asking<'_>, DbError> {
        let Some(client) = &self.client else {
            return Err(Failure::lost().error);
        };
        let begin = (self.state == State::Fresh).then_some(&*self.begin);
        self.state = State::Open;
        Ok(Asking {
            client,
            begin,
            patience: self.patience,
            is_waiting: &self.is_waiting,
        })
    }

    fn settle<T>(
        &mut self,
        answer: Result<T, Failure>,
        params: &[Param<'_>],
    ) -> Result<T, DbError> {
        let failure = match answer {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        if failure.loses_connection() {
            self.discard();
        }
        if failure.cause == Cause::Conflict {
            self.met_at = Some(MeetingPlace::of(params));
        }
        if failure.cause != Cause::Unsent {
            self.failure = Some(failure.clone());
        }
        Err(failure.error)
    }

    /// Closes the connection instead of giving it back.
    fn discard(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }

    /// Sends the ROLLBACK and does not wait for it: what follows on the connection stands behind it.
    fn undo(&mut self) {
        if self.state == State::Open
            && let Some(client) = &self.client
        {
            let undone = pin!(client.batch_execute("ROLLBACK"));
            let _ = undone.now_or_never();
        }
        self.state = State::Closed;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.is_waiting.load(Ordering::Relaxed) {
            self.undo();
            return;
        }
        // The client left in the middle of a statement. The connection is of use to nobody before
        // the server is done with it.
        let Some(client) = self.client.take() else {
            return;
        };
        let clean_up = async move {
            let undone = tokio::time::timeout(CLEAN_UP_MAX, client.batch_execute("ROLLBACK")).await;
            if !matches!(undone, Ok(Ok(()))) {
                drop(Object::take(client));
            }
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(clean_up);
        }
    }
}
