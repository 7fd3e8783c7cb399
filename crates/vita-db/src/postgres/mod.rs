//! PostgreSQL: a pool of connections for transactions, a few shared ones for look-ups by key, and one
//! that listens to other processes.
//!
//! Invariants:
//! - A transaction that writes sees one moment of the data and is run again where another one came
//!   in between, so that its body may read, decide and write as if it were alone.
//! - Nothing is sent twice once its commit was sent: what became of it is known, or told as unknown.
//! - Nobody waits for a server that is known to be gone.

mod config;
mod connect;
mod database;
mod error;
mod health;
mod migrate;
mod notify;
mod point;
mod pool;
mod retry;
mod session;
mod statement;
mod target;
mod tls;
mod turns;
mod value;

pub use config::{PostgresConfig, Statements};
pub(crate) use database::{Isolation, PostgresDatabase};
pub(crate) use session::Session;
pub(crate) use value::read_value;
