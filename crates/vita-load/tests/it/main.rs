//! The engine with virtual users written in Rust, on a clock that the tests own.

mod bed;
mod closed;
mod ending;
mod measuring;
mod open;
mod outputs;
