//! Thresholds: what must hold of a metric, or of a part of it.

mod expression;
mod selector;
mod set;

pub(crate) use expression::{Aggregation, Expression};
pub(crate) use selector::Selector;
pub(crate) use set::{ThresholdOutcome, ThresholdSet};
