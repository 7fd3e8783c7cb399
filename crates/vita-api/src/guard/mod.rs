//! The guard in front of the product: who may ask how often, and what is refused while there is too
//! much to do.
//!
//! * [`RateLimits`] count each account's and each address's requests.
//! * [`Traffic`] says what a route is to the guard.
//!
//! It refuses before anything of the body is read.

mod rate;
mod rate_limits;
mod traffic;

pub(crate) use rate::{Subject, Taken};
pub(crate) use rate_limits::RateLimits;
pub use rate_limits::RateLimitsConfig;
pub(crate) use traffic::Traffic;
