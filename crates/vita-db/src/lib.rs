//! [`Db`] and [`Tx`]: one small face over the databases that Vitascope runs on.
//!
//! A transaction is a closure over its arguments, so that it can be grouped with others into one
//! commit, and run again where a database asks for that:
//!
//! ```text
//! db.write((owner, title), |tx, (owner, title)| {
//!     Box::pin(async move { add_project(tx, owner, title).await })
//! })
//! .await?
//! ```
//!
//! This is the one place where statements are prepared, timed, counted, fingerprinted and limited.
//!
//! Invariants:
//! - A statement's text is `&'static str`; values are always parameters.
//! - A transaction awaits nothing but its own statements. On SQLite it runs on the writer's
//!   thread, where anything else would hold up every other writer, so it is refused.
//! - What a transaction announces goes out after its commit, and only then.
//!
//! Deliberately absent: an object mapper, a query builder, and connections that can be kept.

mod announce;
mod config;
mod db;
mod error;
mod lane;
mod migrate;
mod postgres;
mod sql;
mod sqlite;
mod tx;
mod value;

pub use announce::{Announcement, AnnouncementSink};
pub use config::SqliteConfig;
pub use db::{Db, DbCounts};
pub use error::DbError;
pub use migrate::{AppliedMigration, migration_names};
pub use postgres::{PostgresConfig, Statements};
pub use sql::Sql;
pub use sqlite::SqliteFile;
pub use tx::Tx;
pub use value::{FromColumn, Param, Row, ToParam, Value};
