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
use super::error::{Cause, Failure, unavailable};
use super::health::Health;
use super::notify::{self, Notifier, Sender};
use super::point::{Looked, PointLane};
use super::pool::Connections;
use super::retry::Runs;
use super::session::Session;
use super::turns::{Turn, Turns};
use super::{PostgresConfig, Statements};
use crate::announce::publish;
use crate::lane::Lane;
use crate::migrate::AppliedMigration;
use crate::tx::{Connection, Parts, record_statement};
use crate::{Announcement, AnnouncementSink, DbCounts, DbError, Param, Row, Tx};

/// How much longer than the server's own limit a client waits for the end of a statement.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two looks at the connections that nobody uses.
const TENDED_EVERY: Duration = Duration::from_secs(1);

const MILLISECOND: Duration = Duration::from_millis(1);

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
    /// None where look-ups go the way of all reads.
    points: Option<PointLane>,
    tasks: Vec<JoinHandle<()>>,
    migrations: Vec<AppliedMigration>,
}

/// What transactions need; those under way keep it.
struct Server {
    connections: Arc<Connections>,
    health: Arc<Health>,
    notifier: Notifier,
    turns: Turns,
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
        let listener = listener(config, &plain)?;
        let migrations = super::migrate::bring_up_to_date(&plain).await?;
        let is_pooled = config.statements == Statements::Unnamed;
        let connector = if is_pooled {
            plain.clone()
        } else {
            plain.with_limits(config.statement_timeout)
        };
        let health = Arc::new(Health::new(plain.clone()));
        let connections = Connections::new(config, connector, Arc::clone(&health))?;
        let connections = Arc::new(connections);
        connections.fill().await;
        let tended_every = TENDED_EVERY.min(config.idle_timeout.max(MILLISECOND));
        let mut tasks = vec![tokio::spawn(tend(Arc::clone(&connections), tended_every))];
        let sender = Sender::new();
        if let Some(listener) = listener {
            let listening = notify::listen(listener, sender.clone(), Arc::clone(&sink));
            tasks.push(tokio::spawn(listening));
        }
        let has_points = config.point_connections > 0 && !is_pooled;
        let points = has_points.then(|| {
            let (count, timeout) = (config.point_connections, config.point_timeout);
            PointLane::start(count, timeout, &plain, &health)
        });
        let (statements, patience) = (
            config.statements,
            config.statement_timeout.saturating_add(PATIENCE),
        );
        let pool = Arc::clone(&connections);
        let server = Arc::new(Server {
            connections,
            health,
            notifier: Notifier::start(pool, sender, statements, patience),
            turns: Turns::new(),
            begin: Begin::new(config),
            statements,
            patience,
            acquire_timeout: config.acquire_timeout,
            sink,
            committed: AtomicU64::new(0),
        });
        Ok(Self {
            server,
            points,
            tasks,
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
            let failure = self.server.look_at(connection.into_postgres().failure());
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
        if let Some(points) = &self.points {
            if self.server.health.is_down() {
                return Err(unavailable());
            }
            let begun = Instant::now();
            if let Looked::Found(row) = points.look_up(sql, params).await {
                let scope = RequestScope::current();
                record_statement(sql, begun.elapsed(), Lane::Read, scope.as_deref());
                return row?.map(|row| read(&Row::from_postgres(&row))).transpose();
            }
        }
        let mut has_failed = false;
        loop {
            let begin = &self.server.begin.read;
            let session = self.server.begin(Lane::Read, begin).await?;
            let scope = RequestScope::current();
            let mut tx = Tx::new(Connection::Postgres(session), Lane::Read, scope);
            let answer = tx.query_opt(sql, params, read).await;
            let failure = tx.into_parts().connection.into_postgres().failure();
            let failure = self.server.look_at(failure);
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
        // The one that sends to other processes ends by itself, when all is sent.
        for task in &self.tasks {
            task.abort();
        }
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
        let mut turn = None;
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
            let failure = match self.look_at(session.failure()) {
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
            if let Some(scope) = &scope {
                scope.forget_repeats();
            }
            tokio::time::sleep(wait).await;
            self.prepare_rerun(&mut session, &mut turn, &runs).await?;
        }
    }

    /// Makes ready for another run: with a turn, where it met others, and with a connection.
    async fn prepare_rerun<'a>(
        &'a self,
        session: &mut Session,
        turn: &mut Option<Turn<'a>>,
        runs: &Runs,
    ) -> Result<(), DbError> {
        let met_at = session.met_at();
        let mut is_connected = session.restart();
        if let Some(place) = met_at
            && !turn.as_ref().is_some_and(|turn| turn.is_for(place))
        {
            // Whoever waits needs no connection, and nobody waits for two turns.
            session.release();
            is_connected = false;
            *turn = None;
            let _waiting = self.connections.wait_in_line(Lane::Write)?;
            let taken = tokio::time::timeout(runs.left(), self.turns.take(place)).await;
            let Ok(taken) = taken else {
                return Err(self.connections.refuse_waiting(Lane::Write));
            };
            *turn = Some(taken);
        }
        if !is_connected {
            session.replace(self.connections.acquire(Lane::Write).await?);
        }
        Ok(())
    }

    /// Suspects the server where it said nothing for too long, and all connections where one is lost.
    fn look_at(&self, failure: Option<Failure>) -> Option<Failure> {
        match failure.as_ref().map(|failure| &failure.cause) {
            Some(Cause::Hung) => self.health.suspect(),
            Some(Cause::Lost) => self.connections.close_idle(),
            _ => {}
        }
        failure
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
        self.notifier.tell(&announcements);
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

/// Where to listen, if there is a place for it: behind a pooler nothing stays ours to hear anything.
fn listener(config: &PostgresConfig, plain: &Connector) -> Result<Option<Connector>, DbError> {
    match (&config.listen_url, config.statements) {
        (Some(url), _) => Connector::new(url, config.connect_timeout).map(Some),
        (None, Statements::Named) => Ok(Some(plain.clone())),
        (None, Statements::Unnamed) => Ok(None),
    }
}

/// Keeps the number of connections in bounds, and tells it.
async fn tend(connections: Arc<Connections>, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        connections.tend().await;
    }
}
