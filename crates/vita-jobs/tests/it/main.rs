//! The queue over a real database: claims, leases, retries, cancellation, drains.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where something it takes for granted fails"
)]

mod bed;
mod draining;
mod exactly_once;
mod failing;
mod full_disk;
mod inspecting;
mod killed;
mod leases;
mod pausing;
mod progress;
mod running;
mod scheduling;
