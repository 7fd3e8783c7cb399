//! The interface as a client sees it. Files mirror the addresses; `routes` walks all of them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by stopping"
)]

mod admin;
mod administration;
mod api;
mod auth;
mod body;
mod generations;
mod health;
mod images;
mod keys;
mod live;
mod matrix;
mod older_names;
mod openapi;
mod overload;
mod projects;
mod rate_limits;
mod routes;
mod server;
mod session;
mod shell;
mod vitals;
