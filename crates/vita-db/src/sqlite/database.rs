use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;
use vita_telemetry::RequestScope;

use super::{
    Commits, FolderLock, ReadTask, Session, Ticket, WorkQueue, WriteTask, open_writer,
    spawn_readers, spawn_writer,
};
use crate::announce::publish;
use crate::lane::Lane;
use crate::migrate::{self, AppliedMigration};
use crate::tx::{Connection, Parts};
use crate::{Announcement, AnnouncementSink, DbCounts, DbError, Param, Row, Sql, SqliteConfig, Tx};

/// The embedded database, its threads and what waits for them.
pub(crate) struct SqliteDatabase {
    writer: Arc<WorkQueue<Box<dyn WriteTask>>>,
    readers: Arc<WorkQueue<Box<dyn ReadTask>>>,
    sink: Arc<dyn AnnouncementSink>,
    acquire_timeout: Duration,
    commits: Arc<Commits>,
    reader_threads: Vec<JoinHandle<()>>,
    writer_thread: Vec<JoinHandle<()>>,
    migrations: Vec<AppliedMigration>,
    _lock: FolderLock,
}

impl SqliteDatabase {
    /// Opens the file, alone in its folder, and brings its schema up to date.
    pub(crate) fn open(
        config: &SqliteConfig,
        sink: Arc<dyn AnnouncementSink>,
    ) -> Result<Self, DbError> {
        let folder = config.path.parent().unwrap_or_else(|| Path::new("."));
        let lock = FolderLock::acquire(folder)?;
        let mut connection = open_writer(config)?;
        let migrations = migrate::bring_sqlite_up_to_date(&mut connection)?;
        let session = Session::new(connection, config.statement_timeout)?;
        let writer = WorkQueue::new(Lane::Write, config.queue_max);
        let readers = WorkQueue::new(Lane::Read, config.queue_max);
        let commits = Arc::new(Commits::default());
        let reader_threads = spawn_readers(config, &readers)?;
        let writer_thread = spawn_writer(
            session,
            Arc::clone(&writer),
            config.group_max,
            Arc::clone(&commits),
        )?;
        Ok(Self {
            writer,
            readers,
            sink,
            acquire_timeout: config.acquire_timeout,
            commits,
            reader_threads,
            writer_thread: vec![writer_thread],
            migrations,
            _lock: lock,
        })
    }

    pub(crate) async fn write<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Box::new(Write {
            args,
            work,
            scope: RequestScope::current(),
            sink: Arc::clone(&self.sink),
            reply,
            answer: None,
        });
        let ticket = self.writer.submit(task)?;
        self.await_answer(&self.writer, ticket, answer).await
    }

    pub(crate) async fn read<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        self.submit_read(args, work, true).await
    }

    pub(crate) async fn read_point<A, T>(
        &self,
        sql: Sql,
        args: A,
        params: for<'t> fn(&'t A) -> Vec<Param<'t>>,
        read: fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        self.submit_read(
            args,
            move |tx, args| Box::pin(async move { tx.query_opt(sql, &params(args), read).await }),
            false,
        )
        .await
    }

    pub(crate) fn counts(&self) -> DbCounts {
        DbCounts {
            writes_waiting: self.writer.len(),
            reads_waiting: self.readers.len(),
            transactions: self.commits.transactions.load(Ordering::Relaxed),
            commits: self.commits.groups.load(Ordering::Relaxed),
            ..DbCounts::default()
        }
    }

    pub(crate) fn applied_migrations(&self) -> &[AppliedMigration] {
        &self.migrations
    }

    async fn submit_read<A, T, E, F>(&self, args: A, work: F, whole: bool) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Box::new(Read {
            args,
            work,
            scope: RequestScope::current(),
            whole,
            reply,
        });
        let ticket = self.readers.submit(task)?;
        self.await_answer(&self.readers, ticket, answer).await
    }

    /// Waits for an answer, but for its beginning no longer than the acquire time-out.
    async fn await_answer<W, T, E: From<DbError>>(
        &self,
        queue: &WorkQueue<W>,
        ticket: Ticket,
        answer: oneshot::Receiver<Result<T, E>>,
    ) -> Result<T, E> {
        let mut given_up = GiveUpOnDrop(Some(ticket));
        let mut answer = pin!(answer);
        let answered = match tokio::time::timeout(self.acquire_timeout, answer.as_mut()).await {
            Ok(answered) => answered,
            Err(_) if given_up.abandon() => {
                return Err(E::from(queue.refuse(self.acquire_timeout)));
            }
            Err(_) => answer.await,
        };
        given_up.0 = None;
        answered.unwrap_or_else(|_| Err(E::from(DbError::Closed)))
    }
}

/// Gives work up that nobody waits for any more, unless it has begun.
struct GiveUpOnDrop(Option<Ticket>);

impl GiveUpOnDrop {
    fn abandon(&self) -> bool {
        self.0.as_ref().is_some_and(Ticket::abandon)
    }
}

impl Drop for GiveUpOnDrop {
    fn drop(&mut self) {
        self.abandon();
    }
}

impl Drop for SqliteDatabase {
    fn drop(&mut self) {
        // The writer last: only a connection that may write can leave the log empty behind it.
        self.readers.close();
        join_all(&mut self.reader_threads);
        self.writer.close();
        join_all(&mut self.writer_thread);
    }
}

fn join_all(threads: &mut Vec<JoinHandle<()>>) {
    for thread in threads.drain(..) {
        // The last clone may be dropped on one of these threads, which cannot wait for itself.
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("a database thread had panicked");
        }
    }
}

struct Write<A, T, E, F> {
    args: A,
    work: F,
    scope: Option<Arc<RequestScope>>,
    sink: Arc<dyn AnnouncementSink>,
    reply: oneshot::Sender<Result<T, E>>,
    /// What the last run of the body answered, and what it wants announced.
    answer: Option<(Result<T, E>, Vec<Announcement>)>,
}

impl<A, T, E, F> WriteTask for Write<A, T, E, F>
where
    A: Send + Sync + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
    F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
{
    fn run(&mut self, session: Session) -> (Session, bool) {
        let mut tx = Tx::new(Connection::Sqlite(session), Lane::Write, self.scope.clone());
        let answer = run_body(&mut tx, &self.args, &self.work);
        let Parts {
            connection,
            announcements,
            ended_by,
        } = tx.into_parts();
        let session = connection.into_sqlite();
        let answer = match ended_by {
            Some(error) if answer.is_ok() => Err(E::from(error)),
            _ => answer,
        };
        let keep = answer.is_ok();
        self.answer = Some((answer, announcements));
        (session, keep)
    }

    fn finish(self: Box<Self>, outcome: Result<(), DbError>) {
        let answer = match (self.answer, outcome) {
            (Some((Ok(value), announcements)), Ok(())) => {
                publish(self.sink.as_ref(), announcements);
                Ok(value)
            }
            (Some((Err(error), _)), _) => Err(error),
            (_, Err(error)) => Err(E::from(error)),
            (None, Ok(())) => Err(E::from(DbError::Closed)),
        };
        // The client may be gone; what it wrote stays.
        let _ = self.reply.send(answer);
    }
}

struct Read<A, T, E, F> {
    args: A,
    work: F,
    scope: Option<Arc<RequestScope>>,
    whole: bool,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<A, T, E, F> ReadTask for Read<A, T, E, F>
where
    A: Send + Sync + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
    F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
{
    fn run(self: Box<Self>, mut session: Session) -> Session {
        if self.whole
            && let Err(error) = session.begin_read()
        {
            let _ = self.reply.send(Err(E::from(error)));
            return session;
        }
        let mut tx = Tx::new(Connection::Sqlite(session), Lane::Read, self.scope);
        let answer = run_body(&mut tx, &self.args, &self.work);
        let mut session = tx.into_parts().connection.into_sqlite();
        session.end_read();
        let _ = self.reply.send(answer);
        session
    }
}

/// Runs the body of a transaction on this thread. Its statements are done when they answer, so it
/// never has to wait; a body that waits for anything else is refused.
fn run_body<A, T, E, F>(tx: &mut Tx, args: &A, work: &F) -> Result<T, E>
where
    E: From<DbError>,
    F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>>,
{
    let polled = catch_unwind(AssertUnwindSafe(|| {
        let mut body = work(tx, args);
        let mut context = Context::from_waker(Waker::noop());
        body.as_mut().poll(&mut context)
    }));
    match polled {
        Ok(Poll::Ready(answer)) => answer,
        Ok(Poll::Pending) => Err(E::from(DbError::ForeignAwait)),
        Err(_) => Err(E::from(DbError::Panicked)),
    }
}
