//! The writer: one thread, one connection. It runs the transactions that wait one after the other
//! inside one SQLite transaction, each within its own savepoint, and commits them together: one
//! fsync serves them all. Nobody hears of success before that commit.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use vita_telemetry::metric;

use super::{Session, WorkQueue};
use crate::DbError;

/// Longest time that a group gathers transactions before it commits. A transaction takes well
/// under a millisecond; the bound keeps the first of a group from waiting for a long queue.
const GROUP_TIME_MAX: Duration = Duration::from_millis(5);

/// A transaction that waits for the writer.
pub(crate) trait WriteTask: Send {
    /// Takes the connection, runs within its savepoint, gives the connection back, and keeps the
    /// answer. True when its changes are to be kept. It is run again when they were undone through
    /// no fault of its own.
    fn run(&mut self, session: Session) -> (Session, bool);

    /// Gives the client its answer, now that its changes stand or fell.
    fn finish(self: Box<Self>, outcome: Result<(), DbError>);
}

/// How much the writer has committed since the database was opened.
#[derive(Debug, Default)]
pub(crate) struct Commits {
    pub(crate) groups: AtomicU64,
    pub(crate) transactions: AtomicU64,
}

/// Starts the thread that writes.
pub(crate) fn spawn_writer(
    session: Session,
    queue: Arc<WorkQueue<Box<dyn WriteTask>>>,
    group_max: usize,
    commits: Arc<Commits>,
) -> Result<JoinHandle<()>, DbError> {
    let mut writer = Writer {
        session: Some(session),
        queue,
        group_max,
        commits,
    };
    Builder::new()
        .name("db-write".to_owned())
        .spawn(move || writer.work_off())
        .map_err(|error| DbError::Open(format!("cannot start the writer: {error}")))
}

struct Writer {
    /// Always there, but while a transaction's body has it.
    session: Option<Session>,
    queue: Arc<WorkQueue<Box<dyn WriteTask>>>,
    group_max: usize,
    commits: Arc<Commits>,
}

impl Writer {
    fn work_off(&mut self) {
        while let Some(first) = self.queue.take() {
            self.run_group(first);
        }
        // The planner's statistics are brought up to date for the next start.
        if let Err(error) = self.control("PRAGMA optimize") {
            tracing::warn!(%error, "failed to refresh the planner's statistics");
        }
    }

    /// Runs a transaction together with those that wait behind it, and commits them.
    fn run_group(&mut self, first: Box<dyn WriteTask>) {
        let begun = Instant::now();
        let mut next = VecDeque::from([first]);
        let mut kept: Vec<Box<dyn WriteTask>> = Vec::new();
        let mut may_grow = true;
        while let Some(task) = next.pop_front() {
            if self.is_idle()
                && let Err(error) = self.control("BEGIN IMMEDIATE")
            {
                finish_all(std::iter::once(task).chain(next), &Err(error));
                return;
            }
            kept.extend(self.run_in_savepoint(task));
            if self.is_idle() {
                // The task that was just run made SQLite undo the whole transaction: it ran out of
                // time or of disk in the middle of a change. The others are innocent, so they are
                // run again, without it.
                may_grow = false;
                let behind = std::mem::take(&mut next);
                next.extend(kept.drain(..).chain(behind));
            }
            let has_room = kept.len() < self.group_max && begun.elapsed() < GROUP_TIME_MAX;
            if next.is_empty() && may_grow && has_room {
                next.extend(self.queue.take_now());
            }
        }
        if self.is_idle() {
            return;
        }
        let committed = self.commit(kept.len());
        if !self.is_idle() {
            self.undo("ROLLBACK");
        }
        finish_all(kept, &committed);
    }

    /// Commits a group of so many transactions.
    fn commit(&mut self, size: usize) -> Result<(), DbError> {
        let begun = Instant::now();
        let committed = self.control("COMMIT");
        if committed.is_ok() && size > 0 {
            metric::DB_COMMIT_SECONDS.record_time(begun.elapsed(), []);
            metric::DB_WRITER_GROUP.record(size as f64, []);
            self.commits.groups.fetch_add(1, Ordering::Relaxed);
            let size = size as u64;
            self.commits.transactions.fetch_add(size, Ordering::Relaxed);
        }
        committed
    }

    /// Runs one transaction. Gives it back when its changes stand, to be told of the commit;
    /// otherwise they were undone and the client knows.
    fn run_in_savepoint(&mut self, mut task: Box<dyn WriteTask>) -> Option<Box<dyn WriteTask>> {
        if let Err(error) = self.control("SAVEPOINT work") {
            task.finish(Err(error));
            return None;
        }
        let session = self.session.take().expect("only a body takes the session");
        let (session, keep) = task.run(session);
        self.session = Some(session);
        if keep && !self.is_idle() {
            match self.control("RELEASE work") {
                Ok(()) => return Some(task),
                Err(error) => {
                    self.undo_savepoint();
                    task.finish(Err(error));
                }
            }
        } else {
            self.undo_savepoint();
            task.finish(Ok(()));
        }
        None
    }

    /// Undoes what was done since the savepoint. Where that fails, the whole group is undone: what
    /// was refused must not be committed with the others.
    fn undo_savepoint(&mut self) {
        if self.is_idle() {
            return;
        }
        let undone = self.undo("ROLLBACK TO work") && self.undo("RELEASE work");
        if !undone && !self.is_idle() {
            self.undo("ROLLBACK");
        }
    }

    fn undo(&mut self, sql: &'static str) -> bool {
        let undone = self.control(sql);
        if let Err(error) = &undone {
            tracing::error!(%error, sql, "failed to undo a transaction");
        }
        undone.is_ok()
    }

    fn control(&mut self, sql: &'static str) -> Result<(), DbError> {
        self.session
            .as_mut()
            .map_or(Err(DbError::Closed), |session| session.control(sql))
    }

    fn is_idle(&self) -> bool {
        self.session.as_ref().is_none_or(Session::is_idle)
    }
}

fn finish_all(tasks: impl IntoIterator<Item = Box<dyn WriteTask>>, outcome: &Result<(), DbError>) {
    for task in tasks {
        task.finish(outcome.clone());
    }
}
