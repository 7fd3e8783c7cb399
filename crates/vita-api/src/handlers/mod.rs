//! Handlers, in files that mirror the addresses: extractors, one call, and its answer as wire types.

pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod metrics;
