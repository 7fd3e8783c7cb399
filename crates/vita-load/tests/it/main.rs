//! The engine with virtual users written in Rust, on a clock that the tests own.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the bed and what it calls are tests, too"
)]

mod bed;
mod closed;
mod ending;
mod measuring;
mod open;
mod outputs;
mod threads;
