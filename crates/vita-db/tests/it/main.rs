//! `Db` over SQLite, as those above it use it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where something it takes for granted fails"
)]

mod durability;
mod fixture;
mod full_disk;
mod groups;
mod opening;
mod postgres;
mod reads;
mod refusals;
mod saturation;
mod schema;
mod scope;
