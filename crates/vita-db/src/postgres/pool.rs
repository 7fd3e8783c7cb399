//! The connections for transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Status,
};
use futures_util::FutureExt as _;
use tokio_postgres::Config;
use tokio_postgres::error::SqlState;
use vita_telemetry::metric;

use super::PostgresConfig;
use super::connect::Connector;
use super::error::{RETRY_AFTER, chain, is_going_away, unavailable};
use super::health::Health;
use crate::DbError;
use crate::lane::Lane;

/// A pool of connections, and the crowd that waits for them.
pub(super) struct Connections {
    pool: Pool,
    health: Arc<Health>,
    acquire_timeout: Duration,
    queue_max: usize,
    min: usize,
    idle_timeout: Duration,
    /// Reads and writes that wait.
    waiting: [AtomicUsize; 2],
}

impl Connections {
    pub(super) fn new(
        config: &PostgresConfig,
        connector: Connector,
        health: Arc<Health>,
    ) -> Result<Self, DbError> {
        let recycling_method = RecyclingMethod::Fast;
        let manager =
            Manager::from_connect(Config::new(), connector, ManagerConfig { recycling_method });
        // The last one used is the next one used, so that those beyond what is needed fall idle.
        let pool = Pool::builder(manager)
            .max_size(config.connections_max.max(1))
            .queue_mode(deadpool_postgres::QueueMode::Lifo)
            .wait_timeout(Some(config.acquire_timeout))
            .create_timeout(Some(config.connect_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| DbError::Open(error.to_string()))?;
        Ok(Self {
            pool,
            health,
            acquire_timeout: config.acquire_timeout,
            queue_max: config.queue_max,
            min: config.connections_min.min(config.connections_max),
            idle_timeout: config.idle_timeout,
            waiting: Default::default(),
        })
    }

    /// A connection; waits for it, but neither for long, nor in a crowd, nor for a server that is
    /// gone.
    pub(super) async fn acquire(&self, lane: Lane) -> Result<Object, DbError> {
        if self.health.is_down() {
            return Err(unavailable());
        }
        let begun = Instant::now();
        let mut asked = Box::pin(self.pool.get());
        let acquired = if let Some(acquired) = asked.as_mut().now_or_never() {
            acquired
        } else {
            let _waiting = self.wait_in_line(lane)?;
            tokio::select! {
                biased;
                acquired = asked => acquired,
                () = self.health.went_down() => return Err(unavailable()),
                () = tokio::time::sleep(self.acquire_timeout) => {
                    return Err(refuse(lane, self.acquire_timeout));
                }
            }
        };
        metric::DB_WAIT_SECONDS.record_time(begun.elapsed(), [lane.as_str()]);
        acquired.map_err(|error| self.explain(&error, lane))
    }

    fn explain(&self, error: &PoolError, lane: Lane) -> DbError {
        match error {
            PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => {
                refuse(lane, self.acquire_timeout)
            }
            PoolError::Closed => DbError::Closed,
            // The server is there, and has no room for another of us: existing connections serve.
            PoolError::Backend(error) if error.code() == Some(&SqlState::TOO_MANY_CONNECTIONS) => {
                refuse(lane, RETRY_AFTER)
            }
            PoolError::Backend(error) if is_answer(error) => {
                let error = chain(error);
                tracing::error!(error, "the database lets nobody in any more");
                unavailable()
            }
            PoolError::Backend(error) => {
                self.health.doubt(&chain(error));
                unavailable()
            }
            _ => {
                self.health.suspect();
                unavailable()
            }
        }
    }

    pub(super) fn wait_in_line(&self, lane: Lane) -> Result<InLine<'_>, DbError> {
        let waiting = InLine(&self.waiting[lane as usize]);
        if waiting.0.fetch_add(1, Ordering::Relaxed) >= self.queue_max {
            return Err(refuse(lane, RETRY_AFTER));
        }
        Ok(waiting)
    }

    /// What those are told that waited for too long.
    pub(super) fn refuse_waiting(&self, lane: Lane) -> DbError {
        refuse(lane, self.acquire_timeout)
    }

    /// How many wait.
    pub(super) fn waiting(&self, lane: Lane) -> usize {
        self.waiting[lane as usize].load(Ordering::Relaxed)
    }

    pub(super) fn status(&self) -> Status {
        self.pool.status()
    }

    /// Closes connections that were not used for long, down to those that are kept, and opens these
    /// again where some were lost.
    pub(super) async fn tend(&self) {
        let status = self.pool.status();
        let mut size = status.size;
        metric::DB_CONNECTIONS.set(size as f64, []);
        metric::DB_CONNECTIONS_IDLE.set(status.available as f64, []);
        self.pool.retain(|_, metrics| {
            let is_kept = size <= self.min || metrics.last_used() < self.idle_timeout;
            size -= usize::from(!is_kept);
            is_kept
        });
        if size < self.min && !self.health.is_down() {
            self.fill().await;
        }
    }

    /// Closes the connections that nobody uses. Those that die together are found out one by one, and
    /// a run that meets two of them in a row would fail for nothing.
    pub(super) fn close_idle(&self) {
        self.pool.retain(|_, _| false);
    }

    /// Opens the connections that are kept.
    pub(super) async fn fill(&self) {
        let mut held = Vec::with_capacity(self.min);
        for _ in 0..self.min {
            match self.acquire(Lane::Read).await {
                Ok(connection) => held.push(connection),
                Err(error) => {
                    tracing::debug!(%error, "failed to open the connections that are kept");
                    return;
                }
            }
        }
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }
}

fn refuse(lane: Lane, retry_after: Duration) -> DbError {
    metric::DB_OVERLOADS.add(1, [lane.as_str()]);
    DbError::Saturated { retry_after }
}

/// Whether the server is well and does not want us, for a password that was changed for example: what
/// is connected stays so.
fn is_answer(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| !is_going_away(code))
}

/// One of those that wait.
pub(super) struct InLine<'a>(&'a AtomicUsize);

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
