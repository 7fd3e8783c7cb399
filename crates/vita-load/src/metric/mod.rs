//! Samples: what they are of, how they are tagged, and how they are taken together.

pub mod builtin;
mod groups;
mod histogram;
mod hub;
mod recorder;
mod registry;
mod route;
mod sink;
mod store;
mod tags;
mod trend;
mod values;

pub use groups::{Check, CheckId, Group};
pub(crate) use hub::{HubSetup, MetricHub};
pub(crate) use recorder::millis;
pub use recorder::{HttpSample, Recorder};
pub use registry::{Contains, MetricError, MetricId, MetricInfo, MetricKind, MetricRegistry};
pub(crate) use route::{Dimension, SERIES_MAX, SinkKey, SubMetric};
pub(crate) use sink::Sink;
pub(crate) use store::Window;
pub(crate) use tags::{OVERFLOW, TAG_SETS_MAX};
pub use tags::{TagSet, TagSetId};
pub(crate) use trend::Precision;
#[cfg(test)]
pub(crate) use trend::Trend;
pub use values::{MetricValues, TrendValues};
