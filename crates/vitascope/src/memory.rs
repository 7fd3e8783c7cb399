//! How much memory the program uses: by the system's count, and by the allocator's.

use std::io;

use tikv_jemalloc_ctl::{epoch, stats};
use vita_api::MemoryUse;
use vita_telemetry::ProcessUse;

/// Asks the system and the allocator.
///
/// # Errors
/// When one of them does not say.
pub(crate) fn read() -> io::Result<MemoryUse> {
    // The allocator's figures stand still until they are asked to go on.
    epoch::advance().map_err(failure)?;
    Ok(MemoryUse {
        rss: ProcessUse::read()?.resident_bytes,
        heap_allocated: stats::allocated::read().map_err(failure)? as u64,
        heap_resident: stats::resident::read().map_err(failure)? as u64,
    })
}

fn failure(error: tikv_jemalloc_ctl::Error) -> io::Error {
    io::Error::other(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allocated_shows() {
        let before = read().unwrap();
        let held = vec![1_u8; 8 << 20];
        let after = read().unwrap();
        assert!(
            after.heap_allocated >= before.heap_allocated + (7 << 20),
            "{before:?} {after:?}"
        );
        assert!(after.heap_resident >= after.heap_allocated, "{after:?}");
        assert!(after.rss > 1 << 20);
        drop(held);
    }
}
