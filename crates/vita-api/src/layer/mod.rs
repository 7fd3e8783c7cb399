//! What happens to every request, from the outside in: the older address is turned into the one
//! that is documented; the request gets its id, scope and measurements, and its failure a body;
//! security headers; a place to be served in; the limits on whoever asks; conditional answers; panics become
//! failures; compression. Cross-origin rules lie around all of it where another site's pages may come in.

mod admission;
mod compression;
mod conditional;
mod context;
mod cors;
mod panic;
mod rate_limit;
mod request_id;
mod security;
mod stack;
mod version;

pub(crate) use compression::compression;
pub(crate) use context::RouteLabel;
pub(crate) use cors::cors;
pub(crate) use request_id::RequestIds;
pub(crate) use security::with_docs_security_headers;
pub(crate) use stack::answer_request;
pub(crate) use version::drop_version;
