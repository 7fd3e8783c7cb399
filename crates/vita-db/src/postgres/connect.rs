//! Opening connections.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Error as PgError, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::chain;
use super::target::Target;
use super::tls;
use crate::DbError;

/// Longest time that a transaction may stand still between two statements. None does by itself: it
/// frees the locks of a process that was stopped, or cut off.
const IDLE_IN_TRANSACTION_MAX: Duration = Duration::from_mins(1);

/// A connection's own half, which has to be driven for the client's half to get anything.
pub(super) type Driver = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Opens connections to one server.
#[derive(Clone)]
pub(super) struct Connector {
    config: Config,
    tls: MakeRustlsConnect,
    timeout: Duration,
    place: Arc<str>,
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum ConnectError {
    /// The server's answer, or that there was none.
    Refused(PgError),
    /// It took too long.
    TimedOut,
}

impl ConnectError {
    /// For people, with no secret in it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Refused(error) => chain(error),
            Self::TimedOut => "it took too long".to_owned(),
        }
    }
}

impl Connector {
    pub(super) fn new(url: &str, timeout: Duration) -> Result<Self, DbError> {
        let target = Target::parse(url)?;
        let tls = tls::connector(&target)?;
        let place = target.place().into();
        let mut config = target.config;
        config.connect_timeout(timeout);
        // What was sent and is not acknowledged: a server whose machine is gone.
        config.tcp_user_timeout(timeout.saturating_mul(2));
        Ok(Self {
            config,
            tls,
            timeout,
            place,
        })
    }

    /// The same server, with limits that it holds itself: for each statement, and for a
    /// transaction in which nothing happens. Poolers do not know such options. Nor are statements
    /// compiled: none runs as long as that takes, whatever the planner expects of it.
    pub(super) fn with_limits(&self, statement_timeout: Duration) -> Self {
        let mut limited = self.clone();
        let own = self.config.get_options().unwrap_or_default();
        limited.config.options(format!(
            "{own} -c jit=off -c statement_timeout={} -c idle_in_transaction_session_timeout={}",
            statement_timeout.as_millis(),
            IDLE_IN_TRANSACTION_MAX.as_millis(),
        ));
        limited
    }

    /// Those limits as statements at the head of each transaction, behind a pooler.
    pub(super) fn limits_of_transaction(statement_timeout: Duration) -> String {
        format!(
            "; SET LOCAL statement_timeout = {}; SET LOCAL idle_in_transaction_session_timeout = {}",
            statement_timeout.as_millis(),
            IDLE_IN_TRANSACTION_MAX.as_millis(),
        )
    }

    /// Where it connects to, for people.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Both halves of a new connection.
    pub(super) async fn open(&self) -> Result<(Client, Driver), ConnectError> {
        // The driver's own limit is on the socket only, not on what is said over it.
        match tokio::time::timeout(self.timeout, self.config.connect(self.tls.clone())).await {
            Ok(Ok(halves)) => Ok(halves),
            Ok(Err(error)) => Err(ConnectError::Refused(error)),
            Err(_) => Err(ConnectError::TimedOut),
        }
    }

    /// A new connection, driven by a task that ends with it.
    pub(super) async fn connect(&self) -> Result<(Client, JoinHandle<()>), ConnectError> {
        let (client, driver) = self.open().await?;
        Ok((client, drive(driver)))
    }
}

fn drive(driver: Driver) -> JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(error) = driver.await {
            tracing::debug!(error = chain(&error), "a connection to the database ended");
        }
    })
}

impl deadpool_postgres::Connect for Connector {
    fn connect(
        &self,
        _: &Config,
    ) -> Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), PgError>> + Send + '_>> {
        // The pool has its own limit on the time.
        Box::pin(async {
            let (client, driver) = self.config.connect(self.tls.clone()).await?;
            Ok((client, drive(driver)))
        })
    }
}
