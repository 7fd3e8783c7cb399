//! The settings of the guard in front of the product.

use std::time::Duration;

use super::reader::Reader;
use super::settings::{Mode, read_user_limit};

const MILLISECOND: Duration = Duration::from_millis(1);

/// How much one account or address may ask for; none means no limit.
#[derive(Clone, Debug)]
pub(crate) struct LimitSettings {
    pub(crate) user_requests_per_minute: Option<u32>,
    pub(crate) address_requests_per_minute: Option<u32>,
    pub(crate) media_requests_per_minute: Option<u32>,
    pub(crate) uploads_per_hour: Option<u32>,
    pub(crate) live_connections_per_user_max: Option<u32>,
    pub(crate) socket_messages_per_minute: Option<u32>,
    pub(crate) subjects_max: usize,
}

impl LimitSettings {
    pub(super) fn read(reader: &mut Reader<'_>, mode: Mode) -> Self {
        let mut limit = |key| read_user_limit(reader, mode, key);
        Self {
            user_requests_per_minute: limit("limits.user_requests_per_minute"),
            address_requests_per_minute: limit("limits.address_requests_per_minute"),
            media_requests_per_minute: limit("limits.media_requests_per_minute"),
            uploads_per_hour: limit("limits.uploads_per_hour"),
            live_connections_per_user_max: limit("limits.live_connections_per_user_max"),
            socket_messages_per_minute: limit("limits.socket_messages_per_minute"),
            subjects_max: reader.integer("limits.subjects_max", 1_000..=10_000_000),
        }
    }
}

/// How many requests are served at once, and how long the others wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OverloadSettings {
    pub(crate) in_flight_max: usize,
    pub(crate) waiting_max: usize,
    pub(crate) wait: Duration,
}

impl OverloadSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            in_flight_max: reader.integer("overload.in_flight_max", 0..=100_000),
            waiting_max: reader.integer("overload.waiting_max", 1..=1_000_000),
            wait: reader.duration("overload.wait_max", MILLISECOND..=Duration::from_mins(1)),
        }
    }
}
