use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_mins(1);

/// How many messages of one socket are taken: each subscription reads the database.
pub(super) struct Pace {
    max: Option<u32>,
    began: Instant,
    count: u32,
}

impl Pace {
    /// At most so many within a minute, which begins with the first.
    pub(super) fn new(max: Option<u32>, now: Instant) -> Self {
        Self {
            max,
            began: now,
            count: 0,
        }
    }

    /// Counts a message; whether it is still one of those that are taken.
    pub(super) fn allows(&mut self, now: Instant) -> bool {
        let Some(max) = self.max else {
            return true;
        };
        if now.duration_since(self.began) >= WINDOW {
            self.began = now;
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.count <= max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_messages() {
        let began = Instant::now();
        let mut pace = Pace::new(Some(2), began);
        let later = |secs| began + Duration::from_secs(secs);
        assert!(pace.allows(began) && pace.allows(later(59)) && !pace.allows(later(59)));
        assert!(pace.allows(later(60)) && pace.allows(later(60)) && !pace.allows(later(119)));
        assert!(Pace::new(None, began).allows(began));
    }
}
