//! Threads for file operations, as those may wait for a disk and an async thread must not.
//!
//! Invariant: who holds one of the [`QUEUE_MAX`] permits has a place in the queue, which has as
//! many, so that handing over never waits and never fails while a thread lives.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::BlobError;

/// How many file operations run at once. A disk serves a few readers well; what the page cache
/// holds takes microseconds on any of them.
const THREADS: usize = 4;

/// How many file operations may be running or waiting.
const QUEUE_MAX: usize = 256;

/// How long an operation may wait for a place in the queue.
const WAIT_MAX: Duration = Duration::from_secs(5);

type Work = Box<dyn FnOnce() + Send>;

/// A few threads and their bounded queue. They end with the last handle, after what was queued.
#[derive(Clone)]
pub(crate) struct FilePool {
    queue: SyncSender<Work>,
    places: Arc<Semaphore>,
}

impl FilePool {
    /// Starts the threads.
    pub(crate) fn start() -> std::io::Result<Self> {
        let (queue, work) = sync_channel(QUEUE_MAX);
        let work = Arc::new(Mutex::new(work));
        for number in 0..THREADS {
            let work = Arc::clone(&work);
            std::thread::Builder::new()
                .name(format!("blob-{number}"))
                .spawn(move || serve(&work))?;
        }
        let places = Arc::new(Semaphore::new(QUEUE_MAX));
        Ok(Self { queue, places })
    }

    /// Runs `work` on one of the threads. Once it is queued it runs to its end, also when nobody
    /// waits for it any more.
    ///
    /// # Errors
    /// [`BlobError::Busy`] when there was no place for [`WAIT_MAX`], and whatever `work` returns.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
    ) -> Result<T, BlobError> {
        let place = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout(WAIT_MAX, place)
            .await
            .map_err(|_| BlobError::Busy)?
            .map_err(|_| BlobError::GivenUp)?;
        let (answer, answered) = oneshot::channel();
        self.queue(place, move || {
            // The asker may have gone; then nobody needs the answer.
            let _ = answer.send(work());
        })
        .map_err(|_| BlobError::GivenUp)?;
        answered.await.map_err(|_| BlobError::GivenUp)?
    }

    /// Runs `work` on one of the threads and does not wait; on this thread when the queue is full.
    pub(crate) fn run_detached(&self, work: impl FnOnce() + Send + 'static) {
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => {
                if let Err(work) = self.queue(place, work) {
                    work();
                }
            }
            Err(_) => work(),
        }
    }

    fn queue(
        &self,
        place: OwnedSemaphorePermit,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<(), Work> {
        let work = Box::new(move || {
            work();
            drop(place);
        });
        self.queue.try_send(work).map_err(|error| match error {
            std::sync::mpsc::TrySendError::Full(work)
            | std::sync::mpsc::TrySendError::Disconnected(work) => work,
        })
    }
}

fn serve(queue: &Mutex<Receiver<Work>>) {
    loop {
        // The lock is held while this thread waits; the others wait for the lock instead.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        // A thread that is lost would be missing for good, so a fault ends the operation only.
        if std::panic::catch_unwind(AssertUnwindSafe(work)).is_err() {
            tracing::error!("a file operation panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn more_operations_than_places_all_run() {
        let pool = FilePool::start().unwrap();
        let runs = (0..QUEUE_MAX * 3).map(|n| {
            let pool = pool.clone();
            async move { pool.run(move || Ok(n)).await.unwrap() }
        });
        let done: usize = futures_util::future::join_all(runs).await.into_iter().sum();
        assert_eq!(done, (0..QUEUE_MAX * 3).sum());
    }

    #[tokio::test]
    async fn a_fault_ends_the_operation_and_not_the_pool() {
        let pool = FilePool::start().unwrap();
        for _ in 0..THREADS * 2 {
            let failed = pool.run::<()>(|| panic!("on purpose")).await;
            assert!(matches!(failed, Err(BlobError::GivenUp)));
        }
        let all_places = pool.places.acquire_many(QUEUE_MAX as u32).await.unwrap();
        drop(all_places);
        assert_eq!(pool.run(|| Ok(7)).await.unwrap(), 7);
    }
}
