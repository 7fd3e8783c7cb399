use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;
use vita_telemetry::{RequestScope, metric};

use super::connect::Connector;
use super::error::{Cause, Failure};
use super::health::Health;
use super::pool::Connections;
use super::retry::Runs;
use super::session::Session;
use super::{PostgresConfig, Statements};
use crate::announce::publish;
use crate::lane::Lane;
use crate::migrate::AppliedMigration;
use crate::tx::{Connection, Parts};
use crate::{Announcement, AnnouncementSink, DbCounts, DbError, Param, Row, Tx};

/// How much longer than the server's own limit a client waits for the end of a statement.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two looks at the connections that nobody uses.
const TENDED_EVERY: Duration = Duration::from_secs(1);

/// What a transaction sees of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// One moment of the data; it is run again when others changed what it wants to change.
    OneMoment,
    /// For each statement what is committed when it begins.
    EachStatement,
}

/// A server of PostgreSQL and the connections to it.
pub(crate) struct PostgresDatabase {
    server: Arc<Server>,
    tender: JoinHandle<()>,
    migrations: Vec<AppliedMigration>,
}

/// What transactions need; those under way keep it.
struct Server {
    connections: Connections,
    begin: Begin,
    statements: Statements,
    patience: Duration,
    acquire_timeout: Duration,
    sink: Arc<dyn AnnouncementSink>,
    committed: AtomicU64,
}

/// The texts that open transactions.
struct Begin {
    read: Arc<str>,
    one_moment: Arc<str>,
    each_statement: Arc<str>,
}

impl Begin {
    fn new(config: &PostgresConfig) -> Self {
        let limits = match config.statements {
            Statements::Named => String::new(),
            Statements::Unnamed => Connector::limits_of_transaction(config.statement_timeout),
        };
        let text = |level| format!("BEGIN ISOLATION LEVEL {level}{limits}").into();
        Self {
            read: text("REPEATABLE READ READ ONLY"),
            one_moment: text("REPEATABLE READ"),
            each_statement: text("READ COMMITTED"),
        }
    }
}

impl PostgresDatabase {
    pub(crate) async fn open(
        config: &PostgresConfig,
        sink: Arc<dyn AnnouncementSink>,
    ) -> Result<Self, DbError> {
        let plain = Connector::new(&config.url, config.connect_timeout)?;
        let migrations = super::migrate::bring_up_to_date(&plain).await?;
        let connector = match config.statements {
            Statements::Named => plain.with_limits(config.statement_timeout),
            Statements::Unnamed => plain,
        };
        let health = Arc::new(Health::new(connector.clone()));
        let connections = Connections::new(config, connector, health)?;
        connections.fill(config.connections_min).await;
        let server = Arc::new(Server {
            connections,
            begin: Begin::new(config),
            statements: config.statements,
            patience: config.statement_timeout.saturating_add(PATIENCE),
            acquire_timeout: config.acquire_timeout,
            sink,
            committed: AtomicU64::new(0),
        });
        let tender = tokio::spawn(tend(
            Arc::clone(&server),
            config.connections_min,
            config.idle_timeout,
        ));
        Ok(Self {
            server,
            tender,
            migrations,
        })
    }

    pub(crate) async fn write<A, T, E, F>(
        &self,
        isolation: Isolation,
        args: A,
        work: F,
    ) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let begin = match isolation {
            Isolation::OneMoment => &self.server.begin.one_moment,
            Isolation::EachStatement => &self.server.begin.each_statement,
        };
        let session = self.server.begin(Lane::Write, begin).await?;
        let (server, scope) = (Arc::clone(&self.server), RequestScope::current());
        // A task of its own, so that what was begun is finished, whoever waits for it.
        let written = tokio::spawn(server.write(session, scope, args, work));
        written
            .await
            .unwrap_or_else(|_| Err(E::from(DbError::Closed)))
    }

    pub(crate) async fn read<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let mut has_failed = false;
        loop {
            let begin = &self.server.begin.read;
            let session = self.server.begin(Lane::Read, begin).await?;
            let waiting = session.waiting();
            let scope = RequestScope::current();
            let mut tx = Tx::new(Connection::Postgres(session), Lane::Read, scope);
            let answer = run_body(&mut tx, &waiting, &args, &work).await;
            let Parts {
                connection,
                ended_by,
                ..
            } = tx.into_parts();
            let failure = connection.into_postgres().failure();
            let may_help = failure
                .is_some_and(|failure| matches!(failure.cause, Cause::Lost | Cause::Conflict));
            if may_help && !has_failed {
                has_failed = true;
                continue;
            }
            return match ended_by {
                Some(error) if answer.is_ok() => Err(E::from(error)),
                _ => answer,
            };
        }
    }

    pub(crate) async fn read_point<T>(
        &self,
        sql: &'static str,
        params: &[Param<'_>],
        read: fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        let mut has_failed = false;
        loop {
            let begin = &self.server.begin.read;
            let session = self.server.begin(Lane::Read, begin).await?;
            let scope = RequestScope::current();
            let mut tx = Tx::new(Connection::Postgres(session), Lane::Read, scope);
            let answer = tx.query_opt(sql, params, read).await;
            let failure = tx.into_parts().connection.into_postgres().failure();
            if failure.is_some_and(|failure| failure.cause == Cause::Lost) && !has_failed {
                has_failed = true;
                continue;
            }
            return answer;
        }
    }

    pub(crate) fn counts(&self) -> DbCounts {
        let connections = &self.server.connections;
        let status = connections.status();
        let committed = self.server.committed.load(Ordering::Relaxed);
        DbCounts {
            writes_waiting: connections.waiting(Lane::Write),
            reads_waiting: connections.waiting(Lane::Read),
            transactions: committed,
            commits: committed,
            connections: status.size,
            connections_idle: status.available,
        }
    }

    pub(crate) fn applied_migrations(&self) -> &[AppliedMigration] {
        &self.migrations
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        self.tender.abort();
        self.server.connections.close();
    }
}

impl Server {
    /// A connection on which a transaction can begin.
    async fn begin(&self, lane: Lane, begin: &Arc<str>) -> Result<Session, DbError> {
        let client = self.connections.acquire(lane).await?;
        let begin = Arc::clone(begin);
        Ok(Session::new(client, begin, self.statements, self.patience))
    }

    async fn write<A, T, E, F>(
        self: Arc<Self>,
        mut session: Session,
        scope: Option<Arc<RequestScope>>,
        args: A,
        work: F,
    ) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let mut runs = Runs::new(self.acquire_timeout);
        loop {
            let waiting = session.waiting();
            let mut tx = Tx::new(Connection::Postgres(session), Lane::Write, scope.clone());
            let answer = run_body(&mut tx, &waiting, &args, &work).await;
            let Parts {
                connection,
                announcements,
                ..
            } = tx.into_parts();
            session = connection.into_postgres();
            let failure = match session.failure() {
                Some(failure) => failure,
                None if answer.is_err() => return answer,
                None => match self.commit(&mut session, announcements).await {
                    Ok(()) => return answer,
                    Err(failure) => failure,
                },
            };
            let is_unknown = failure.error == DbError::OutcomeUnknown;
            let wait = runs.wait_after(&failure).filter(|_| !is_unknown);
            let Some(wait) = wait else {
                return Err(answer.err().unwrap_or_else(|| E::from(failure.error)));
            };
            let is_connected = session.restart();
            tokio::time::sleep(wait).await;
            if !is_connected {
                session.replace(self.connections.acquire(Lane::Write).await?);
            }
        }
    }

    async fn commit(
        &self,
        session: &mut Session,
        announcements: Vec<Announcement>,
    ) -> Result<(), Failure> {
        let begun = Instant::now();
        session.commit().await?;
        metric::DB_COMMIT_SECONDS.record_time(begun.elapsed(), []);
        self.committed.fetch_add(1, Ordering::Relaxed);
        publish(self.sink.as_ref(), announcements);
        Ok(())
    }
}

/// Runs the body of a transaction. It may wait for the server, and for nothing else: on SQLite that
/// would hold up every other writer, and here it would hold locks.
async fn run_body<A, T, E, F>(
    tx: &mut Tx,
    waiting: &std::sync::atomic::AtomicBool,
    args: &A,
    work: &F,
) -> Result<T, E>
where
    E: From<DbError>,
    F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>>,
{
    let body = AssertUnwindSafe(async { work(tx, args).await }).catch_unwind();
    let mut body = pin!(body);
    std::future::poll_fn(|context| match body.as_mut().poll(context) {
        Poll::Ready(Ok(answer)) => Poll::Ready(answer),
        Poll::Ready(Err(_)) => Poll::Ready(Err(E::from(DbError::Panicked))),
        Poll::Pending if waiting.load(Ordering::Relaxed) => Poll::Pending,
        Poll::Pending => Poll::Ready(Err(E::from(DbError::ForeignAwait))),
    })
    .await
}

/// Keeps the number of connections in bounds.
async fn tend(server: Arc<Server>, min: usize, idle_timeout: Duration) {
    let every = TENDED_EVERY.min(idle_timeout.max(Duration::from_millis(10)));
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        server.connections.tend(min, idle_timeout).await;
    }
}
