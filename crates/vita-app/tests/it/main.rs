//! What the use cases promise, with a real database, real files and real workers in a folder of
//! their own. Only the model is scripted: it does what the prompt's first word says.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets what it did not expect has failed"
)]

mod accounts;
mod deletion;
mod idempotency;
mod images;
mod money;
mod queue_admin;
mod scripted;
mod story;
mod world;
