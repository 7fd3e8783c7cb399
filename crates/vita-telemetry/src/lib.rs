//! What Vitascope tells about itself: the scope of a request, and with the parts beside it logs,
//! metrics and runtime lag.

mod scope;

pub use scope::{RepeatedStatement, RequestScope, STATEMENT_REPEATS_MAX};
