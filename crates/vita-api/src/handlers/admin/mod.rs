//! What administrators see and do, below `/admin`.

pub(crate) mod queue;
