//! The writer: one thread, one connection. It runs the transactions that wait one after the other
//! inside one SQLite transaction, each within its own savepoint, and commits them together: one
//! fsync serves them all. Nobody hears of success before that commit.

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use super::{Session, WorkQueue};
use crate::DbError;

/// Longest time that a group gathers transactions before it commits. A transaction takes well
/// under a millisecond; the bound keeps the first of a group from waiting for a long queue.
const GROUP_TIME_MAX: Duration = Duration::from_millis(5);

/// Tells the client of a transaction how the commit went.
pub(crate) type Finish = Box<dyn FnOnce(Result<(), DbError>) + Send>;

/// A transaction that waits for the writer.
pub(crate) trait WriteTask: Send {
    /// Takes the connection, runs within its savepoint, gives the connection back.
    fn run(self: Box<Self>, session: Session) -> (Session, Outcome);

    /// Tells the client that it could not even begin.
    fn refuse(self: Box<Self>, error: DbError);
}

/// How the body of a transaction ended.
pub(crate) enum Outcome {
    /// It wants its changes kept.
    Keep(Finish),
    /// It failed; the answer goes to the client once its changes are undone.
    Undo(Box<dyn FnOnce() + Send>),
}

/// Starts the thread that writes.
pub(crate) fn spawn_writer(
    mut session: Session,
    queue: Arc<WorkQueue<Box<dyn WriteTask>>>,
    group_max: usize,
) -> Result<JoinHandle<()>, DbError> {
    Builder::new()
        .name("db-write".to_owned())
        .spawn(move || {
            while let Some(first) = queue.take() {
                session = run_group(session, first, &queue, group_max);
            }
            // The planner's statistics are brought up to date for the next start.
            if let Err(error) = session.control("PRAGMA optimize") {
                tracing::warn!(%error, "failed to refresh the planner's statistics");
            }
        })
        .map_err(|error| DbError::Open(format!("cannot start the writer: {error}")))
}

fn run_group(
    mut session: Session,
    first: Box<dyn WriteTask>,
    queue: &WorkQueue<Box<dyn WriteTask>>,
    group_max: usize,
) -> Session {
    let begun = Instant::now();
    if let Err(error) = session.control("BEGIN IMMEDIATE") {
        first.refuse(error);
        return session;
    }
    let mut kept: Vec<Finish> = Vec::new();
    let mut next = Some(first);
    let mut size = 0;
    while let Some(work) = next {
        let finish;
        (session, finish) = run_in_savepoint(session, work);
        kept.extend(finish);
        if session.is_idle() {
            // SQLite rolled everything back by itself, as it does when the disk is full.
            finish_all(kept, &Err(DbError::StorageFull));
            return session;
        }
        size += 1;
        let may_grow = size < group_max && begun.elapsed() < GROUP_TIME_MAX;
        next = if may_grow { queue.take_now() } else { None };
    }
    let committed = session.control("COMMIT");
    if committed.is_err() && !session.is_idle() {
        rollback(&mut session, "ROLLBACK");
    }
    finish_all(kept, &committed);
    session
}

/// Runs one transaction. What it answers is how to tell the client of the commit, if its changes
/// stand; otherwise they were undone and the client knows.
fn run_in_savepoint(mut session: Session, work: Box<dyn WriteTask>) -> (Session, Option<Finish>) {
    if let Err(error) = session.control("SAVEPOINT work") {
        work.refuse(error);
        return (session, None);
    }
    let (mut session, outcome) = work.run(session);
    match outcome {
        Outcome::Keep(finish) => match session.control("RELEASE work") {
            Ok(()) => (session, Some(finish)),
            Err(error) => {
                finish(Err(error));
                (session, None)
            }
        },
        Outcome::Undo(answer) => {
            if !session.is_idle() {
                rollback(&mut session, "ROLLBACK TO work");
                rollback(&mut session, "RELEASE work");
            }
            answer();
            (session, None)
        }
    }
}

fn rollback(session: &mut Session, sql: &'static str) {
    if let Err(error) = session.control(sql) {
        tracing::error!(%error, sql, "failed to undo a transaction");
    }
}

fn finish_all(kept: Vec<Finish>, committed: &Result<(), DbError>) {
    for finish in kept {
        finish(committed.clone());
    }
}
