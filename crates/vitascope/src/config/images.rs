use super::Mode;
use super::byte_count::ByteCount;
use super::reader::Reader;
use super::settings::read_user_limit;

/// What uploaded pictures may take.
#[derive(Clone, Debug)]
pub(crate) struct ImageSettings {
    /// 0 means one for each core.
    pub(crate) threads: usize,
    pub(crate) queue_max: usize,
    pub(crate) memory_max: ByteCount,
    /// None means no limit.
    pub(crate) per_user_max: Option<u32>,
    /// None means no limit.
    pub(crate) bytes_per_user_max: Option<ByteCount>,
}

impl ImageSettings {
    pub(super) fn read(reader: &mut Reader<'_>, mode: Mode) -> Self {
        const BYTES_PER_USER: &str = "images.bytes_per_user_max";
        let bytes = reader.bytes(BYTES_PER_USER, ByteCount(0)..=ByteCount::from_gib(1 << 20));
        let is_unbounded = bytes.0 == 0 || (mode == Mode::Test && !reader.is_set(BYTES_PER_USER));
        Self {
            threads: reader.integer("images.threads", 0..=256),
            queue_max: reader.integer("images.queue_max", 1..=10_000),
            memory_max: reader.bytes(
                "images.memory_max",
                ByteCount::from_mib(16)..=ByteCount::from_gib(4),
            ),
            per_user_max: read_user_limit(reader, mode, "images.per_user_max"),
            bytes_per_user_max: (!is_unbounded).then_some(bytes),
        }
    }
}
