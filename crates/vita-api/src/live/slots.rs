use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vita_model::UserId;

use crate::problem::{ApiError, ErrorCode};

/// When somebody for whom there was no place may try again.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// Counts live connections: all of them, and each account's.
pub(crate) struct LiveSlots {
    max: usize,
    per_user_max: Option<usize>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_user: HashMap<UserId, usize>,
}

/// The place of one live connection, until it is dropped.
pub(crate) struct LiveSlot {
    slots: Arc<LiveSlots>,
    user: UserId,
}

impl LiveSlots {
    pub(crate) fn new(max: usize, per_user_max: Option<usize>) -> Arc<Self> {
        Arc::new(Self {
            max,
            per_user_max,
            open: Mutex::default(),
        })
    }

    /// A place for a connection of `user`.
    ///
    /// # Errors
    /// When all are taken, or all that one account may have.
    pub(super) fn take(self: &Arc<Self>, user: &UserId) -> Result<LiveSlot, ApiError> {
        let mut open = self.open();
        if open.all >= self.max {
            let detail = "all live connections are taken; ask for the status instead";
            let error = ApiError::new(ErrorCode::Overloaded, detail);
            return Err(error.with_retry_after(RETRY_AFTER));
        }
        let own = open.by_user.get(user).copied().unwrap_or_default();
        if let Some(max) = self.per_user_max.filter(|max| own >= *max) {
            let detail = format!(
                "this account has {max} live connections open, the most that one may have; close one"
            );
            let error = ApiError::new(ErrorCode::RateLimited, detail);
            return Err(error.with_retry_after(RETRY_AFTER));
        }
        open.all += 1;
        open.by_user.insert(user.clone(), own + 1);
        Ok(LiveSlot {
            slots: Arc::clone(self),
            user: user.clone(),
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LiveSlot {
    fn drop(&mut self) {
        let mut open = self.slots.open();
        open.all -= 1;
        if let Some(own) = open.by_user.get_mut(&self.user) {
            *own -= 1;
            if *own == 0 {
                open.by_user.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_for_all_and_for_each() {
        let slots = LiveSlots::new(3, Some(2));
        let take = |name: &str| slots.take(&UserId::from_trusted(name));
        let code = |name: &str| take(name).err().map(|error| error.code());
        let first = take("usr_1").unwrap();
        let second = take("usr_1").unwrap();
        assert_eq!(code("usr_1"), Some(ErrorCode::RateLimited));
        let third = take("usr_2").unwrap();
        assert_eq!(code("usr_2"), Some(ErrorCode::Overloaded));
        drop(first);
        assert_eq!(code("usr_1"), None);
        drop((second, third));
        // Nothing is remembered of those who have gone.
        assert!(slots.open().by_user.is_empty() && slots.open().all == 0);
    }
}
