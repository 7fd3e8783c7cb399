//! Where samples go besides the run's own aggregates.

mod raw;

pub(crate) use raw::{RawBuffer, RawSample, RawSender};
