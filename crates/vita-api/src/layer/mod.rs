//! What happens to every request, from the outside in: the older address is turned into the one
//! that is documented; the request gets its id, scope and measurements, and its failure a body;
//! security headers; cross-origin rules; a place to be served in; the limits on whoever asks; conditional answers; compression;
//! panics become failures.

mod admission;
mod compression;
mod conditional;
mod context;
mod cors;
mod panic;
mod rate_limit;
mod request_id;
mod security;
mod version;

pub(crate) use admission::admit_request;
pub(crate) use compression::compression;
pub(crate) use conditional::answer_not_modified;
pub(crate) use context::{RouteLabel, with_context};
pub(crate) use cors::cors;
pub(crate) use panic::catch_panics;
pub(crate) use rate_limit::count_request;
pub(crate) use request_id::RequestIds;
pub(crate) use security::{with_docs_security_headers, with_security_headers};
pub(crate) use version::drop_version;
