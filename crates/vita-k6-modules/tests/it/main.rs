//! Small scripts, evaluated in a plain context with the modules at hand.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test ends where something it takes for granted fails; what scripts call takes values"
)]

mod bed;
mod crypto;
mod csv;
mod data;
mod encoding;
mod files;
mod html;
mod jslib;
mod json;
mod modules;
mod streams;
mod text_coding;
mod types;
mod webcrypto;
