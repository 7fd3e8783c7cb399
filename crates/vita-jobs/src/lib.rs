//! The durable queue: claim, lease, steps, retry, dead letters, schedules.
