//! PostgreSQL for tests: clusters of the test process's own, which die with it however it ends.
//!
//! Most tests want [`new_database`]: a copy of a template in a cluster that all tests of the process
//! share. A test that stops, freezes or kills the server has a [`Cluster`] for itself.
//!
//! The server listens on loopback only and asks for a password that nobody else knows. Where it can,
//! a cluster sorts as people do (ICU, en-US) and not by bytes, so that a statement which relies on
//! the order of bytes without saying so is found.

#![expect(
    clippy::panic,
    reason = "a fixture that cannot be made fails the test, and says why"
)]

mod certificate;
mod cluster;
mod installed;
mod pgbouncer;
mod port;
mod process_folder;
mod shared;

pub use cluster::{Cluster, ClusterRecipe, Durability, Transport};
pub use installed::{has_pgbouncer, has_postgres};
pub use pgbouncer::PgBouncer;
pub use shared::{
    DatabasePlace, TestDatabase, cases, is_wanted, new_database, new_empty_database, wait_for,
};
