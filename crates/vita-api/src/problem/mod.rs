//! Failures as clients see them: `application/problem+json` (RFC 9457) with a stable code.
//!
//! A handler, an extractor or a layer answers an [`ApiError`]. Its response carries what is to be
//! said as an extension; the outermost layer writes the body, because only there the request's id
//! is at hand, and because there it meets every failure, also those that a library answered in its
//! own words. So no failure can leave without a code.

mod body;
mod code;
mod error;
mod from_app;
mod seldom;

pub use body::{FieldProblem, Problem};
pub use code::{CodeSpec, ErrorCode};
pub use error::ApiError;

pub(crate) use body::render_failure;
