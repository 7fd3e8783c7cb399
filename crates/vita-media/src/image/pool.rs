//! Threads for pictures: decoding one takes tens of milliseconds of a core, which no async thread
//! may give.
//!
//! Invariant: who holds one of the permits has a place in the queue, which has as many, so that
//! handing over never waits and never fails while a thread lives.

use std::io;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{ImageError, ImageFacts, ImageLimits, inspect, make_thumbnail};

/// Priority of the threads: below all that answers people, above the threads that draw clips, as
/// somebody looks at the place where the picture will be.
const NICENESS: i32 = 10;

type Work = Box<dyn FnOnce() + Send>;

/// How large an [`ImagePool`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImagePoolConfig {
    /// Threads; each works on one picture, with the memory that the limits allow for one.
    pub threads: usize,
    /// Pictures that may be worked on or wait. Too low: bursts of uploads are refused; too high:
    /// the last waits for long.
    pub queue_max: usize,
    /// What one picture may take.
    pub limits: ImageLimits,
}

impl Default for ImagePoolConfig {
    /// As many threads as the machine has cores; 64 pictures, which take two cores a few seconds.
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            queue_max: 64,
            limits: ImageLimits::default(),
        }
    }
}

/// The threads and their queue. Clones share them; they end with the last, after what was queued.
#[derive(Clone, Debug)]
pub struct ImagePool {
    queue: SyncSender<Work>,
    places: Arc<Semaphore>,
    limits: ImageLimits,
}

impl ImagePool {
    /// Starts the threads.
    ///
    /// # Errors
    /// When a thread can't be started.
    pub fn new(config: ImagePoolConfig) -> io::Result<Self> {
        let queue_max = config.queue_max.max(1);
        let (queue, work) = sync_channel(queue_max);
        let work = Arc::new(Mutex::new(work));
        for number in 0..config.threads.max(1) {
            let work = Arc::clone(&work);
            std::thread::Builder::new()
                .name(format!("vita-image-{number}"))
                .spawn(move || serve(&work))?;
        }
        Ok(Self {
            queue,
            places: Arc::new(Semaphore::new(queue_max)),
            limits: config.limits,
        })
    }

    /// What one picture may take.
    pub fn limits(&self) -> ImageLimits {
        self.limits
    }

    /// Says what the file at `path` is; see [`inspect`].
    ///
    /// # Errors
    /// [`ImageError`]; [`ImageError::Busy`] at once when too many pictures wait.
    pub async fn inspect(&self, path: PathBuf) -> Result<ImageFacts, ImageError> {
        let limits = self.limits;
        self.run(move || inspect(&read_file(path, &limits)?, &limits))
            .await
    }

    /// Makes the thumbnail of the file at `path`; see [`make_thumbnail`]. Dropped, what waits is
    /// not begun, and what runs ends within its limits.
    ///
    /// # Errors
    /// [`ImageError`]; [`ImageError::Busy`] at once when too many pictures wait.
    pub async fn make_thumbnail(&self, path: PathBuf) -> Result<Vec<u8>, ImageError> {
        let limits = self.limits;
        self.run(move || make_thumbnail(&read_file(path, &limits)?, &limits))
            .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ImageError> + Send + 'static,
    ) -> Result<T, ImageError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| ImageError::Busy)?;
        let (answer, answered) = oneshot::channel();
        let work = move || {
            if !answer.is_closed() {
                // The asker may go meanwhile; then nobody needs the answer.
                drop(answer.send(work()));
            }
        };
        self.queue(place, work)?;
        answered.await.map_err(|_| ImageError::Stopped)?
    }

    fn queue(
        &self,
        place: OwnedSemaphorePermit,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<(), ImageError> {
        let work = Box::new(move || {
            // A place is free again also after a fault.
            let _place = place;
            work();
        });
        self.queue.try_send(work).map_err(|_| ImageError::Stopped)
    }
}

/// Reads a file whole, if it is as small as it has to be.
fn read_file(path: PathBuf, limits: &ImageLimits) -> Result<Vec<u8>, ImageError> {
    let bytes = std::fs::metadata(&path).map_err(ImageError::Read)?.len();
    if bytes > limits.bytes_max {
        return Err(ImageError::FileTooLarge {
            bytes,
            max: limits.bytes_max,
        });
    }
    std::fs::read(path).map_err(ImageError::Read)
}

fn serve(queue: &Mutex<Receiver<Work>>) {
    // On Linux a thread has its own niceness. Without it pictures would still be right, only ruder.
    let _ = rustix::process::setpriority_process(None, NICENESS);
    loop {
        // The lock is held while this thread waits; the others wait for the lock instead.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        // A thread that is lost would be missing for good, so a fault ends this picture only.
        if std::panic::catch_unwind(AssertUnwindSafe(work)).is_err() {
            tracing::error!("the work on a picture panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    fn pool(threads: usize, queue_max: usize) -> ImagePool {
        ImagePool::new(ImagePoolConfig {
            threads,
            queue_max,
            ..ImagePoolConfig::default()
        })
        .unwrap()
    }

    #[tokio::test]
    async fn more_pictures_than_places_are_refused_at_once() {
        let pool = pool(1, 2);
        let (begun, hold) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (first_begun, first_hold) = (Arc::clone(&begun), Arc::clone(&hold));
        let first = tokio::spawn({
            let pool = pool.clone();
            async move {
                let work = move || {
                    first_begun.wait();
                    first_hold.wait();
                    Ok(1)
                };
                pool.run(work).await
            }
        });
        // The spawned task runs while this thread waits for it on another.
        tokio::task::yield_now().await;
        begun.wait();
        let mut second = Box::pin(pool.run(|| Ok(2)));
        assert!(futures_poll(second.as_mut()).await.is_none());
        assert!(matches!(pool.run(|| Ok(3)).await, Err(ImageError::Busy)));
        hold.wait();
        assert_eq!(second.await.unwrap(), 2);
        assert_eq!(first.await.unwrap().unwrap(), 1);
        assert_eq!(pool.run(|| Ok(4)).await.unwrap(), 4);
    }

    /// Polls once.
    async fn futures_poll<F: Future + Unpin>(future: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            output = future => Some(output),
            () = std::future::ready(()) => None,
        }
    }

    #[tokio::test]
    async fn a_fault_ends_the_picture_and_not_the_pool() {
        let pool = pool(1, 1);
        for _ in 0..3 {
            let stopped = pool.run::<()>(|| panic!("on purpose")).await;
            assert!(matches!(stopped, Err(ImageError::Stopped)));
            // The place is given back by the thread, a moment after the answer.
            while pool.places.available_permits() == 0 {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(pool.run(|| Ok(7)).await.unwrap(), 7);
    }
}
