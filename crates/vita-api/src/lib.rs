//! The HTTP face of Vitascope: router, extractors, handlers, wire types, OpenAPI and sockets.
//!
//! * [`router`] makes one service of [`ApiParts`]; [`Server`] accepts connections and serves it.
//! * [`ApiError`] is the only way to fail: every failure leaves as `application/problem+json` with
//!   an [`ErrorCode`].
//! * [`openapi`] describes the routes, from the router itself; [`routes`] lists them.
//!
//! This crate decides nothing: a handler takes what its extractors let through, makes one call of
//! `vita-app`, and turns the answer into a wire type. Who asks is known from a verified credential
//! alone. It names no statement and no file, and nothing else in the product names its types.

mod answer;
mod config;
mod extract;
mod guard;
mod handlers;
mod layer;
mod live;
mod openapi;
mod problem;
mod router;
mod server;
mod state;
mod web;
mod wire;

pub use config::ApiConfig;
pub use extract::{AddressBlock, InvalidAddressBlock};
pub use guard::{GateConfig, RateLimitsConfig};
pub use openapi::{Audience, Route, openapi, routes};
pub use problem::{ApiError, CodeSpec, ErrorCode, FieldProblem, Problem};
pub use router::router;
pub use server::{BindError, PeerAddr, Server, ServerConfig, connections_max_default};
pub use state::{ApiParts, MemoryProbe, MemoryUse, MetricsText};
