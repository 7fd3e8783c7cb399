//! Repositories: the statements of the product, one file an aggregate.
//!
//! Every function takes the transaction first. What belongs to somebody is asked for with its owner,
//! so that a query without one cannot be written by mistake. The text of the statements is portable
//! between the databases.
//!
//! Nothing here decides: rules live in `vita-model` and in the use cases of `vita-app`.

pub mod accounts;
pub mod api_keys;
pub mod audit;
pub mod credits;
pub mod cursor;
pub mod doomed_blobs;
pub mod generations;
pub mod idempotency;
pub mod images;
pub mod load_fixture;
pub mod logins;
pub mod notifications;
pub mod projects;
pub mod read_model;
pub mod scenes;
pub mod tickets;

pub use cursor::{Cursor, InvalidCursor, Page, PageSize};
