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

use crate::migrate::{self, AppliedMigration};
use crate::sqlite::{
    Commits, FolderLock, Lane, ReadTask, Session, Ticket, WorkQueue, WriteTask, open_writer,
    spawn_readers, spawn_writer,
};
use crate::{Announcement, AnnouncementSink, DbError, Param, Row, Sql, SqliteConfig, Tx};

/// A database. Cheap to clone; the last clone that is dropped finishes what waits and closes it.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

/// How much waits for a database now, and how much it has committed since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DbCounts {
    /// Transactions that wait for the writer.
    pub writes_waiting: usize,
    /// Reads that wait for a reader.
    pub reads_waiting: usize,
    /// Transactions that were committed.
    pub transactions: u64,
    /// Commits: each holds one transaction or many, and costs one fsync.
    pub commits: u64,
}

struct Inner {
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

impl Db {
    /// Opens the embedded database, alone in its folder, and brings its schema up to date.
    /// Blocks on the disk, so it belongs before the server starts.
    ///
    /// # Errors
    /// [`DbError::FolderLocked`] when another process uses the folder, [`DbError::Open`] when the
    /// file cannot be opened or is newer than this program.
    pub fn open_sqlite(
        config: &SqliteConfig,
        sink: Arc<dyn AnnouncementSink>,
    ) -> Result<Self, DbError> {
        let folder = config.path.parent().unwrap_or_else(|| Path::new("."));
        let lock = FolderLock::acquire(folder)?;
        let mut connection = open_writer(config)?;
        let migrations = migrate::bring_up_to_date(&mut connection)?;
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
        Ok(Self(Arc::new(Inner {
            writer,
            readers,
            sink,
            acquire_timeout: config.acquire_timeout,
            commits,
            reader_threads,
            writer_thread: vec![writer_thread],
            migrations,
            _lock: lock,
        })))
    }

    /// Runs `work` in a transaction that may write, and commits it unless `work` fails. After the
    /// answer, what was written survives a crash of the process and of the machine.
    ///
    /// `work` may be run more than once, on databases that ask for it; only one run is kept. It
    /// may await nothing but the statements of its transaction.
    ///
    /// # Errors
    /// What `work` answers, or a [`DbError`]: [`DbError::Saturated`] when the writer stayed busy.
    ///
    /// Cancel safety: dropped before it was begun, the transaction does not happen; dropped later,
    /// it is finished all the same.
    pub async fn write<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
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
            sink: Arc::clone(&self.0.sink),
            reply,
            answer: None,
        });
        let ticket = self.0.writer.submit(task)?;
        self.await_answer(&self.0.writer, ticket, answer).await
    }

    /// Runs `work` in a transaction that only reads and sees one moment of the data.
    ///
    /// # Errors
    /// What `work` answers, or a [`DbError`]: [`DbError::Saturated`] when all readers stayed busy.
    ///
    /// Cancel safety: safe.
    pub async fn read<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        self.submit_read(args, work, true).await
    }

    /// The first row of one cheap statement, outside any transaction: a look-up by key. On
    /// PostgreSQL such statements share connections, so nothing slow may go this way.
    ///
    /// # Errors
    /// [`DbError`].
    ///
    /// Cancel safety: safe.
    pub async fn read_point<A, T>(
        &self,
        sql: impl Into<Sql>,
        args: A,
        params: for<'t> fn(&'t A) -> Vec<Param<'t>>,
        read: fn(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
    {
        let sql = sql.into();
        self.submit_read(
            args,
            move |tx, args| Box::pin(async move { tx.query_opt(sql, &params(args), read).await }),
            false,
        )
        .await
    }

    /// How much waits and how much was committed.
    pub fn counts(&self) -> DbCounts {
        DbCounts {
            writes_waiting: self.0.writer.len(),
            reads_waiting: self.0.readers.len(),
            transactions: self.0.commits.transactions.load(Ordering::Relaxed),
            commits: self.0.commits.groups.load(Ordering::Relaxed),
        }
    }

    /// The migrations that opening the database applied, in order; empty when it was up to date.
    pub fn applied_migrations(&self) -> &[AppliedMigration] {
        &self.0.migrations
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
        let ticket = self.0.readers.submit(task)?;
        self.await_answer(&self.0.readers, ticket, answer).await
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
        let answered = match tokio::time::timeout(self.0.acquire_timeout, answer.as_mut()).await {
            Ok(answered) => answered,
            Err(_) if given_up.abandon() => {
                return Err(E::from(queue.refuse(self.0.acquire_timeout)));
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

impl Drop for Inner {
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
        let mut tx = Tx::new(session, Lane::Write, self.scope.clone());
        let answer = run_body(&mut tx, &self.args, &self.work);
        let (session, announcements, ended_by) = tx.into_parts();
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

fn publish(sink: &dyn AnnouncementSink, announcements: Vec<Announcement>) {
    if announcements.is_empty() {
        return;
    }
    // Whoever listens must not be able to end the thread that writes.
    if catch_unwind(AssertUnwindSafe(|| sink.announce(announcements))).is_err() {
        tracing::error!("the sink of announcements panicked");
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
        let mut tx = Tx::new(session, Lane::Read, self.scope);
        let answer = run_body(&mut tx, &self.args, &self.work);
        let (mut session, _, _) = tx.into_parts();
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
