//! The guard in front of the product: who may ask how often, and what is refused while there is too
//! much to do.
//!
//! * [`RateLimits`] count each account's and each address's requests.
//! * [`Gate`] lets only as many requests in at once as are served well together.
//! * [`Traffic`] says which of the two a route passes.
//!
//! Both refuse before anything of the body is read.

mod gate;
mod rate;
mod rate_limits;
mod traffic;

pub use gate::GateConfig;
pub(crate) use gate::{Admission, Gate, Shed};
pub(crate) use rate::Taken;
pub use rate_limits::RateLimitsConfig;
pub(crate) use rate_limits::{Limit, RateLimits, Sender};
pub(crate) use traffic::Traffic;
