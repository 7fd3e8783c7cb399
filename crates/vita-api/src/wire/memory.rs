use serde::Serialize;
use utoipa::ToSchema;

use crate::state::MemoryUse;

/// The memory of this process, in bytes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemoryOut {
    /// In use, as the system counts it.
    rss: u64,
    /// Given out by the allocator and not yet given back.
    heap_allocated: u64,
    /// What the allocator holds for that, which includes what it keeps for the next.
    heap_resident: u64,
}

impl From<MemoryUse> for MemoryOut {
    fn from(used: MemoryUse) -> Self {
        Self {
            rss: used.rss,
            heap_allocated: used.heap_allocated,
            heap_resident: used.heap_resident,
        }
    }
}
