//! Look-ups by key: a few connections that everybody shares, with many statements under way on each.
//!
//! A statement here waits for those that were sent before it, so only what takes no time belongs
//! here. In return, nobody waits for a connection, and under load one system call carries many
//! statements.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Error as PgError, Row, Statement};
use vita_telemetry::metric;

use super::connect::Connector;
use super::error::{Failure, RETRY_AFTER};
use super::health::Health;
use super::statement::first;
use crate::lane::Lane;
use crate::{DbError, Param};

/// Most statements under way on one connection: what a connection that stands still can hold up.
/// At 20,000 a second it is 50 ms of them for four connections.
const IN_FLIGHT_MAX: usize = 256;

/// How much longer than the server's own limit a look-up waits for its answer.
const PATIENCE: Duration = Duration::from_millis(250);

/// Waits between two tries to connect: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// The connections that look-ups share.
pub(super) struct PointLane {
    slots: Box<[Arc<Slot>]>,
    keepers: Vec<JoinHandle<()>>,
    patience: Duration,
    health: Arc<Health>,
}

/// What became of a look-up.
pub(super) enum Looked {
    /// The row, if there is one.
    Found(Result<Option<Row>, DbError>),
    /// There is no connection at the moment.
    NoConnection,
}

/// The place of one connection.
#[derive(Default)]
struct Slot {
    connection: RwLock<Option<Arc<PointConnection>>>,
    is_up: AtomicBool,
    in_flight: AtomicUsize,
}

struct PointConnection {
    client: Client,
    /// By the address of the text: the texts are constants of the program, and there are few.
    prepared: RwLock<Vec<(&'static str, Statement)>>,
    given_up: Notify,
}

impl PointLane {
    /// Opens the connections, each kept by a task of its own.
    pub(super) fn start(
        count: usize,
        timeout: Duration,
        connector: &Connector,
        health: &Arc<Health>,
    ) -> Self {
        let slots: Box<[Arc<Slot>]> = (0..count).map(|_| Arc::default()).collect();
        let keepers = slots
            .iter()
            .map(|slot| tokio::spawn(keep(Arc::clone(slot), connector.with_limits(timeout))))
            .collect();
        Self {
            slots,
            keepers,
            patience: timeout.saturating_add(PATIENCE),
            health: Arc::clone(health),
        }
    }

    pub(super) async fn look_up(&self, sql: &'static str, params: &[Param<'_>]) -> Looked {
        let free = self
            .slots
            .iter()
            .filter(|slot| slot.is_up.load(Ordering::Acquire));
        let Some(slot) = free.min_by_key(|slot| slot.in_flight.load(Ordering::Relaxed)) else {
            return Looked::NoConnection;
        };
        let in_flight = InFlight::new(&slot.in_flight);
        if in_flight.before >= IN_FLIGHT_MAX {
            return Looked::Found(Err(refuse()));
        }
        let Some(connection) = slot.connection() else {
            return Looked::NoConnection;
        };
        let row = tokio::time::timeout(self.patience, connection.look_up(sql, params)).await;
        match row {
            Ok(Ok(row)) => Looked::Found(Ok(row)),
            Ok(Err(error)) => {
                let failure = Failure::from(error);
                if failure.loses_connection() {
                    slot.give_up(&connection);
                    return Looked::NoConnection;
                }
                Looked::Found(Err(failure.error))
            }
            Err(_) => {
                slot.give_up(&connection);
                self.health.suspect();
                Looked::Found(Err(refuse()))
            }
        }
    }
}

impl Drop for PointLane {
    fn drop(&mut self) {
        for keeper in &self.keepers {
            keeper.abort();
        }
    }
}

fn refuse() -> DbError {
    metric::DB_OVERLOADS.add(1, [Lane::Read.as_str()]);
    DbError::Saturated {
        retry_after: RETRY_AFTER,
    }
}

impl Slot {
    fn connection(&self) -> Option<Arc<PointConnection>> {
        let connection = self.connection.read();
        connection.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, connection: Option<Arc<PointConnection>>) {
        let is_up = connection.is_some();
        if !is_up {
            self.is_up.store(false, Ordering::Release);
        }
        *self
            .connection
            .write()
            .unwrap_or_else(PoisonError::into_inner) = connection;
        if is_up {
            self.is_up.store(true, Ordering::Release);
        }
    }

    /// Sends nobody there any more; those under way may still get their answers.
    fn give_up(&self, connection: &PointConnection) {
        self.is_up.store(false, Ordering::Release);
        connection.given_up.notify_one();
    }
}

impl PointConnection {
    async fn look_up(
        &self,
        sql: &'static str,
        params: &[Param<'_>],
    ) -> Result<Option<Row>, PgError> {
        let statement = match self.find_prepared(sql) {
            Some(statement) => statement,
            None => self.prepare(sql).await?,
        };
        first(self.client.query_raw(&statement, params).await?).await
    }

    fn find_prepared(&self, sql: &'static str) -> Option<Statement> {
        let prepared = self.prepared.read().unwrap_or_else(PoisonError::into_inner);
        let found = prepared.iter().find(|(text, _)| std::ptr::eq(*text, sql));
        found.map(|(_, statement)| statement.clone())
    }

    async fn prepare(&self, sql: &'static str) -> Result<Statement, PgError> {
        let statement = self.client.prepare(sql).await?;
        let mut prepared = self
            .prepared
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Several that came together prepare it together; one of them is kept.
        if !prepared.iter().any(|(text, _)| std::ptr::eq(*text, sql)) {
            prepared.push((sql, statement.clone()));
        }
        Ok(statement)
    }
}

/// Keeps one connection open.
async fn keep(slot: Arc<Slot>, connector: Connector) {
    let (mut pause, longest) = PAUSES;
    loop {
        match connector.connect().await {
            Ok((client, mut driver)) => {
                let connection = Arc::new(PointConnection {
                    client,
                    prepared: RwLock::default(),
                    given_up: Notify::new(),
                });
                slot.set(Some(Arc::clone(&connection)));
                pause = PAUSES.0;
                tokio::select! {
                    _ = &mut driver => {}
                    () = connection.given_up.notified() => {}
                }
                slot.set(None);
            }
            Err(error) => {
                tracing::debug!(error = error.words(), "no connection for look-ups yet");
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

/// One of the statements under way.
struct InFlight<'a> {
    count: &'a AtomicUsize,
    before: usize,
}

impl<'a> InFlight<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        let before = count.fetch_add(1, Ordering::Relaxed);
        Self { count, before }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}
