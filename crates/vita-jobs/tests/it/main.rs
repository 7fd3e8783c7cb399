//! The queue over a real database: claims, leases, retries, cancellation, drains.

mod bed;
mod running;
