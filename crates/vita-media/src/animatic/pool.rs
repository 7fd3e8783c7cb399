use std::io;
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::run::NICENESS;

/// The threads that draw frames, at the lowest priority, and how many clips may be drawn at once.
///
/// Clones share the threads. One pool serves the whole process, so that renders together never use
/// more than its threads and its memory.
#[derive(Clone, Debug)]
pub struct RenderPool {
    threads: Arc<ThreadPool>,
    clips: Arc<Semaphore>,
}

/// How large a [`RenderPool`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderPoolConfig {
    /// Threads that draw; also the encoder's threads for each clip.
    pub threads: usize,
    /// Clips that are drawn at the same time; each needs about 90 MB at 1080p, and its
    /// encoder 150 MB. Further ones wait.
    pub clips_max: usize,
}

impl Default for RenderPoolConfig {
    /// As many threads as the machine has cores, and two clips.
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            threads,
            clips_max: 2,
        }
    }
}

impl RenderPool {
    /// Starts the threads.
    ///
    /// # Errors
    /// When a thread can't be started.
    pub fn new(config: RenderPoolConfig) -> io::Result<Self> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(config.threads.max(1))
            .thread_name(|index| format!("vita-render-{index}"))
            .start_handler(|_| {
                // On Linux a thread has its own niceness. Without it renders would still be right,
                // only ruder.
                let _ = rustix::process::setpriority_process(None, NICENESS);
            })
            // Without it, a panic in `run_later` would end the process.
            .panic_handler(|_| tracing::error!("a render task panicked"))
            .build()
            .map_err(io::Error::other)?;
        Ok(Self {
            threads: Arc::new(threads),
            clips: Arc::new(Semaphore::new(config.clips_max.max(1))),
        })
    }

    /// How many threads draw.
    pub fn thread_count(&self) -> usize {
        self.threads.current_num_threads()
    }

    /// Runs `work` on the pool's threads and waits for it. Not for async threads.
    pub(crate) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.threads.install(work)
    }

    /// Runs `work` on the pool's threads without holding an async thread; nothing when it panicked.
    pub(crate) async fn run_later<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (done, result) = oneshot::channel();
        self.threads.spawn(move || {
            // Nobody waits any more when the caller was cancelled.
            drop(done.send(work()));
        });
        result.await.ok()
    }

    /// Waits for room for one more clip.
    pub(crate) async fn admit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.clips).acquire_owned().await.ok()
    }
}
