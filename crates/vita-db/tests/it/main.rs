//! `Db` over SQLite and over PostgreSQL, as those above it use it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where something it takes for granted fails"
)]

mod bench;
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
