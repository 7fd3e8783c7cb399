//! What administrators see and do, below `/admin`.

pub(crate) mod accounts;
pub(crate) mod jobs;
pub(crate) mod memory;
pub(crate) mod queue;
