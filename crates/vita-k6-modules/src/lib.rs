//! The modules of k6 that need neither a network nor a virtual user.
//!
//! - [`lookup_module`] finds a [`NativeModule`] (`k6/encoding`, `k6/crypto`, …), which builds the
//!   object of its exports in a context. The default export is that object, and each of
//!   [`NativeModule::exports`] is a named one.
//! - [`jslib_source`] is the text of this project's own equivalents of `https://jslib.k6.io/…`.
//! - [`install_globals`] adds `crypto`, `TextEncoder` and `TextDecoder`; each is made at first use.
//! - [`erase_types`] makes JavaScript of TypeScript, with every line and column where it was.
//! - [`hold`] makes an object of a class of its own that holds a Rust value.
//! - [`json`] and [`html`] serve `response.json()` and `response.html()`.
//!
//! Before any of it is used in a context, [`set_host`] tells what the modules may know of their
//! surroundings: files, randomness, shared data.
//!
//! Invariants:
//! - Whatever a script passes (cyclic objects, throwing getters, detached buffers, lone
//!   surrogates) ends in a value or a JavaScript exception, never in a panic.
//! - State is kept per context; what all contexts share is immutable and lies behind an `Arc`.
//!
//! Must not: open connections, know virtual users, or keep time.

#![expect(
    clippy::needless_pass_by_value,
    reason = "what scripts call takes its arguments by value"
)]

mod address;
mod buffers;
mod classes;
mod crypto;
mod csv_rows;
mod data;
mod encoding;
mod files;
mod host;
pub mod html;
mod jslib;
pub mod json;
mod modules;
mod promises;
mod raw;
mod streams;
mod text;
mod text_coding;
mod types;
mod webcrypto;

pub use buffers::{array_buffer, bytes_of, bytes_or_text};
pub use classes::{Held, Native, held, hold};
pub use data::{SharedArray, SharedArrays, share};
pub use host::{Host, set_host};
pub use jslib::{jslib_names, jslib_source};
pub use modules::{NativeModule, install_globals, lookup_module, module_names};
pub use text::text_of;
pub use types::{TypeErasureError, erase_types};
