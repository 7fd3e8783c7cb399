use std::fmt;
use std::time::Duration;

/// How a server of PostgreSQL is used. Every limit can be set in the configuration.
#[derive(Clone)]
pub struct PostgresConfig {
    /// `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=ca.pem`.
    pub url: String,
    /// Where to listen for what other processes announce, when `url` leads to a pooler that hands
    /// its connections round: the server itself. None uses `url`, unless statements are unnamed.
    pub listen_url: Option<String>,
    /// Whether statements are prepared once for each connection.
    pub statements: Statements,
    /// Most connections for transactions.
    pub connections_max: usize,
    /// Connections that are opened at the start and kept.
    pub connections_min: usize,
    /// How long a connection beyond those may go unused before it is closed.
    pub idle_timeout: Duration,
    /// Longest wait for a connection, and longest time that a transaction is run again because of
    /// others; what takes longer is told to come back.
    pub acquire_timeout: Duration,
    /// Longest time to open a connection.
    pub connect_timeout: Duration,
    /// Longest time for one statement.
    pub statement_timeout: Duration,
    /// Most transactions that wait for a connection. It bounds memory; the acquire time-out ends
    /// the wait of each.
    pub queue_max: usize,
    /// Connections that look-ups by key share, with many statements in flight on each; 0 lets
    /// them use the others.
    pub point_connections: usize,
    /// Longest time for one look-up by key.
    pub point_timeout: Duration,
}

impl PostgresConfig {
    /// The defaults for the server at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            listen_url: None,
            statements: Statements::Named,
            connections_max: 20,
            connections_min: 2,
            idle_timeout: Duration::from_secs(30),
            acquire_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(10),
            queue_max: 4_096,
            point_connections: 4,
            point_timeout: Duration::from_secs(1),
        }
    }
}

impl fmt::Debug for PostgresConfig {
    /// Without the URLs, which hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresConfig")
            .field("statements", &self.statements)
            .field("connections_max", &self.connections_max)
            .field("connections_min", &self.connections_min)
            .finish_non_exhaustive()
    }
}

/// How statements are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statements {
    /// Prepared once for each connection: the fastest.
    Named,
    /// Sent whole each time, which works behind poolers that give every transaction another
    /// connection and know no prepared statements, such as `PgBouncer` before 1.21.
    Unnamed,
}
