//! The interface as a client sees it. Files mirror the addresses; `routes` walks all of them.

mod api;
mod auth;
mod generations;
mod health;
mod live;
mod openapi;
mod projects;
mod routes;
mod server;
mod shell;
