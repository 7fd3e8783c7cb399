use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use vita_telemetry::metric;

use super::open::open_reader;
use super::{Session, WorkQueue};
use crate::{DbError, SqliteConfig};

/// A read that waits for a connection.
pub(crate) trait ReadTask: Send {
    /// Takes the connection and gives it back.
    fn run(self: Box<Self>, session: Session) -> Session;
}

/// Starts the threads that read.
pub(crate) fn spawn_readers(
    config: &SqliteConfig,
    queue: &Arc<WorkQueue<Box<dyn ReadTask>>>,
) -> Result<Vec<JoinHandle<()>>, DbError> {
    let mut threads = Vec::with_capacity(config.readers);
    for index in 0..config.readers.max(1) {
        let mut session = open_reader(config)?;
        let queue = Arc::clone(queue);
        let thread = Builder::new()
            .name(format!("db-read-{index}"))
            .spawn(move || {
                while let Some(work) = queue.take() {
                    let _busy = metric::DB_READERS_BUSY.hold([]);
                    session = work.run(session);
                }
            })
            .map_err(|error| DbError::Open(format!("cannot start a reader: {error}")))?;
        threads.push(thread);
    }
    Ok(threads)
}

impl Session {
    /// Opens a transaction, so that all statements of one read see the same moment.
    pub(crate) fn begin_read(&mut self) -> Result<(), DbError> {
        self.control("BEGIN DEFERRED")
    }

    /// Ends the transaction of a read, however it went.
    pub(crate) fn end_read(&mut self) {
        if !self.is_idle()
            && let Err(error) = self.control("ROLLBACK")
        {
            tracing::error!(%error, "failed to end a read transaction");
        }
    }
}
