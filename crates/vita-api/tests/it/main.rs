//! The interface as a client sees it.

mod api;
mod health;
mod server;
mod shell;
