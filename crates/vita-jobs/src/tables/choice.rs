//! Which of the jobs that are due may start: a pure decision over what the claim has read.

use std::collections::HashMap;

use vita_model::JobId;

use crate::QueueConfig;

/// A job that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) id: JobId,
    pub(super) key: String,
    /// It has not been started before, so rates apply to it.
    pub(super) is_new: bool,
}

/// What may still be started.
#[derive(Debug)]
pub(super) struct Room {
    /// Any jobs.
    pub(super) slots: usize,
    /// Jobs that were not started before.
    pub(super) new_left: u32,
    per_key_concurrency: usize,
    per_key_rate: u32,
    running: HashMap<String, usize>,
    begun: HashMap<String, u32>,
}

impl Room {
    /// Room in `slots`, under the limits of the queue. `running` and `new_left` come from the
    /// tables.
    pub(super) fn new(
        config: &QueueConfig,
        slots: usize,
        running: HashMap<String, usize>,
        new_left: u32,
    ) -> Self {
        let in_all: usize = running.values().sum();
        let total = config.concurrency_total.unwrap_or(usize::MAX);
        Self {
            slots: slots.min(total.saturating_sub(in_all)),
            new_left,
            per_key_concurrency: config.per_key_concurrency.unwrap_or(usize::MAX),
            per_key_rate: config.per_key_rate.map_or(u32::MAX, |rate| rate.count),
            running,
            begun: HashMap::new(),
        }
    }

    /// Takes up how many jobs of some keys were begun within the span of the rate.
    pub(super) fn set_begun(&mut self, counts: Vec<(String, u32)>) {
        self.begun.extend(counts);
    }

    /// The candidates' keys whose begun jobs are not known yet.
    pub(super) fn unknown_keys(&self, candidates: &[Candidate]) -> Vec<String> {
        let mut keys: Vec<String> = candidates
            .iter()
            .filter(|candidate| candidate.is_new && !candidate.key.is_empty())
            .filter(|candidate| !self.begun.contains_key(&candidate.key))
            .map(|candidate| candidate.key.clone())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Whether the candidate may start; if so, its room is taken.
    pub(super) fn take(&mut self, candidate: &Candidate) -> bool {
        let key = candidate.key.as_str();
        if self.slots == 0
            || self.is_full(key)
            || (candidate.is_new && (self.new_left == 0 || self.is_spent(key)))
        {
            return false;
        }
        self.slots -= 1;
        if !key.is_empty() {
            *self.running.entry(key.to_owned()).or_default() += 1;
        }
        if candidate.is_new {
            self.new_left = self.new_left.saturating_sub(1);
            if !key.is_empty() {
                *self.begun.entry(key.to_owned()).or_default() += 1;
            }
        }
        true
    }

    /// Keys of which no more may run.
    pub(super) fn full_keys(&self) -> Vec<&str> {
        let keys = self.running.keys().map(String::as_str);
        keys.filter(|key| self.is_full(key)).collect()
    }

    /// Keys of which no more may begin.
    pub(super) fn spent_keys(&self) -> Vec<&str> {
        let keys = self.begun.keys().map(String::as_str);
        keys.filter(|key| self.is_spent(key)).collect()
    }

    fn is_full(&self, key: &str) -> bool {
        !key.is_empty()
            && self
                .running
                .get(key)
                .is_some_and(|&n| n >= self.per_key_concurrency)
    }

    fn is_spent(&self, key: &str) -> bool {
        !key.is_empty() && self.begun.get(key).is_some_and(|&n| n >= self.per_key_rate)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{QueueName, Rate};

    fn candidate(key: &str, is_new: bool) -> Candidate {
        Candidate {
            id: JobId::from_trusted("job_1"),
            key: key.to_owned(),
            is_new,
        }
    }

    fn config() -> QueueConfig {
        QueueConfig {
            per_key_concurrency: Some(2),
            per_key_rate: Some(Rate {
                count: 3,
                per: Duration::from_mins(1),
            }),
            ..QueueConfig::new(QueueName::new("test"), 8)
        }
    }

    #[test]
    fn a_key_takes_no_more_than_its_share() {
        let running = HashMap::from([("a".to_owned(), 1)]);
        let mut room = Room::new(&config(), 8, running, u32::MAX);
        assert!(room.take(&candidate("a", true)));
        assert!(!room.take(&candidate("a", true)));
        assert_eq!(room.full_keys(), ["a"]);
        assert!(room.take(&candidate("b", true)));
    }

    #[test]
    fn a_spent_rate_holds_up_new_jobs_only() {
        let mut room = Room::new(&config(), 8, HashMap::new(), u32::MAX);
        room.set_begun(vec![("a".to_owned(), 3)]);
        assert!(!room.take(&candidate("a", true)));
        assert!(room.take(&candidate("a", false)));
        assert_eq!(room.spent_keys(), ["a"]);
        let mut room = Room::new(&config(), 8, HashMap::new(), 1);
        assert!(room.take(&candidate("a", true)));
        assert!(!room.take(&candidate("b", true)));
        assert!(room.take(&candidate("b", false)));
    }

    #[test]
    fn jobs_without_a_key_share_no_limit() {
        let running = HashMap::from([(String::new(), 5)]);
        let mut room = Room::new(&config(), 8, running, u32::MAX);
        for _ in 0..8 {
            assert!(room.take(&candidate("", true)));
        }
        assert!(!room.take(&candidate("", true)));
        assert!(room.full_keys().is_empty());
    }

    #[test]
    fn the_total_counts_what_other_processes_run() {
        let config = QueueConfig {
            concurrency_total: Some(4),
            ..config()
        };
        let running = HashMap::from([(String::new(), 3)]);
        assert_eq!(Room::new(&config, 8, running, u32::MAX).slots, 1);
    }
}
