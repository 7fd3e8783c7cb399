//! The client against real servers on the loopback: well-behaved ones and hostile ones.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where something it takes for granted fails"
)]

mod batches;
mod bodies;
mod cookies;
mod hostile;
mod http1;
mod http2;
mod names;
mod redirects;
mod server;
mod sockets;
mod tls;
