//! Live status: WebSockets and event streams over the hub.
//!
//! Both are a [`Feed`](feed::Feed): it subscribes first and reads the present state second, so that
//! no change is missed, and lets through only what is newer than what was sent, so that nothing
//! goes back. Memory is bounded for each connection: the hub keeps few messages for it, and one
//! that does not take what is sent is dropped.

mod access;
mod feed;
mod message;
mod origin;
mod pace;
mod session;
mod slots;
mod socket;
mod stream;

pub(crate) use access::{LiveAccess, LiveQuery, recognise_by_address};
pub(crate) use origin::check_origin;
pub(crate) use slots::LiveSlots;
pub(crate) use socket::{configure, serve_socket};
pub(crate) use stream::event_stream;

use std::time::Duration;

/// How often the token of an open connection is looked at again. Too rarely: an expired one goes on
/// to be believed; too often: thousands of sockets cost processor time.
const TOKEN_CHECK_INTERVAL: Duration = Duration::from_secs(5);
