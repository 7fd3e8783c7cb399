//! What the repositories promise, on a real database in a folder of its own.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it did not expect has failed"
)]

mod credits;
mod idempotency;
mod lists;
mod load_fixture;
mod read_model;
mod scenes;
mod world;
