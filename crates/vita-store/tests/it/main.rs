//! What the repositories promise, on a real database in a folder of its own.

mod credits;
mod idempotency;
mod lists;
mod read_model;
mod scenes;
mod world;
