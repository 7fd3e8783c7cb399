//! The settings of the guard in front of the product.

use super::reader::Reader;
use super::settings::{Mode, read_user_limit};

/// How much one account or address may ask for; none means no limit.
#[derive(Clone, Debug)]
pub(crate) struct LimitSettings {
    pub(crate) user_requests_per_minute: Option<u32>,
    pub(crate) address_requests_per_minute: Option<u32>,
    pub(crate) media_requests_per_minute: Option<u32>,
    pub(crate) uploads_per_hour: Option<u32>,
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
            subjects_max: reader.integer("limits.subjects_max", 1_000..=10_000_000),
        }
    }
}
