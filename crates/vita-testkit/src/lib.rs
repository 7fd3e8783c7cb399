//! A running Vitascope for a test: the real program, in a process of its own, over a data folder of
//! its own, on a free port.
//!
//! - [`ServerConfig`] says how it is started, [`TestApp`] is the running one: it can be killed and
//!   started again over the same folder.
//! - [`Client`] speaks to it for one account.
//! - [`ledger`] and [`residue`] are what must hold afterwards: money adds up, nothing is left over.
//!
//! It knows no product crate: what it knows of Vitascope, a person outside knows, too. Waiting is
//! for events and within named limits; nothing here sleeps and hopes.

#![expect(
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by a panic, and shows what the server said"
)]

mod app;
mod client;
pub mod ledger;
mod live;
mod process;
pub mod residue;
mod wait;

pub use app::{ServerConfig, TestApp};
pub use client::{Answer, Client, PASSWORD};
pub use live::{LiveMessage, LiveSocket};
pub use process::{Exited, RunningProcess, run_to_end};
pub use rustix::process::Signal;
pub use wait::{PAUSE, wait_until};
