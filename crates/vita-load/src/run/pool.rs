use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::vu::VuHandle;

/// The virtual users that no scenario has at the moment; the one longest free goes first.
#[derive(Debug, Default)]
pub(super) struct VuPool {
    free: Mutex<VecDeque<VuHandle>>,
}

impl VuPool {
    pub(super) fn take(&self) -> Option<VuHandle> {
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    }

    pub(super) fn put(&self, vu: VuHandle) {
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(vu);
    }
}
