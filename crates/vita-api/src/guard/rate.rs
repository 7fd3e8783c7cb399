//! Counts what each subject asks for, exactly.
//!
//! A subject's window begins with its first request and has a fixed length; within it so many
//! requests go through and no more, and after it everything begins anew. Of the usual algorithms
//! this is the one whose answer is the whole truth: `RateLimit-Remaining` requests go through until
//! `RateLimit-Reset` is over, however they are spread. (A log of every request would be as exact and
//! need as much memory as the limit is high; a leaking bucket lets more through than its number
//! while it is being emptied.)
//!
//! The counters are in this process's memory. Whatever shares them between processes takes the
//! place of [`RateLimiter::take`], of which all that is asked is that it decides at one moment.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use vita_model::{ApiKeyId, Timestamp, UserId};

/// Parts that are locked by themselves, so that the cores do not wait for one another.
const SHARDS: usize = 16;

/// Ended windows that a new one clears away: more than one, so that they get fewer, and few, so that
/// no request pays for a thousand others.
const CLEARED_BY_A_NEW_WINDOW: usize = 2;

/// Whose requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// Whoever comes from there without a valid credential; a whole /64 of IPv6 counts as one.
    Address(IpAddr),
    /// An account, by whichever of its logins.
    User(UserId),
    /// An API key, which has a limit of its own so that a program does not lock out its owner.
    Key(ApiKeyId),
}

/// How a request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Whether it may go through.
    pub(crate) is_allowed: bool,
    /// Most requests in a window.
    pub(crate) limit: u32,
    /// How many more may go through in this one.
    pub(crate) remaining: u32,
    /// When the next one begins.
    pub(crate) reset: Duration,
}

/// Lets so many requests of each subject through in each of its windows.
pub(crate) struct RateLimiter {
    rule: Rule,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Clone, Copy, Debug)]
struct Rule {
    max: u32,
    window: Duration,
    shard_subjects_max: usize,
}

#[derive(Default)]
struct Shard {
    windows: HashMap<Subject, Window>,
    /// The same subjects in the order in which their windows began.
    by_age: BTreeMap<u64, Subject>,
    next_number: u64,
}

struct Window {
    began: Timestamp,
    taken: u32,
    /// Under which the subject stands in `by_age`.
    number: u64,
}

impl RateLimiter {
    /// Lets `max` requests through in each `window`. At most `subjects_max` subjects are remembered,
    /// some hundred bytes each; beyond that the one whose window began first is forgotten, and so
    /// may begin a new one.
    pub(crate) fn new(max: u32, window: Duration, subjects_max: usize) -> Self {
        Self {
            rule: Rule {
                max,
                window,
                shard_subjects_max: (subjects_max / SHARDS).max(1),
            },
            hasher: RandomState::default(),
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }

    /// Counts a request. One that is refused does not count, so that whoever goes on asking is let
    /// through again when the window ends.
    pub(crate) fn take(&self, subject: &Subject, now: Timestamp) -> Taken {
        let index = self.hasher.hash_one(subject) as usize % SHARDS;
        let shard = self.shards.get(index).unwrap_or(&self.shards[0]);
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        shard.take(self.rule, subject, now)
    }

    #[cfg(test)]
    fn subject_count(&self) -> usize {
        let lock = |shard: &Mutex<Shard>| {
            let shard = shard.lock().unwrap();
            assert_eq!(shard.windows.len(), shard.by_age.len());
            shard.windows.len()
        };
        self.shards.iter().map(lock).sum()
    }
}

impl Shard {
    fn take(&mut self, rule: Rule, subject: &Subject, now: Timestamp) -> Taken {
        let Some(window) = self.windows.get_mut(subject) else {
            self.make_room(rule, now);
            return self.begin_window(rule, subject, now);
        };
        // A clock that is put back must not make a window longer than it is.
        window.began = window.began.min(now);
        let age = now.since(window.began);
        if age >= rule.window {
            self.by_age.remove(&window.number);
            return self.begin_window(rule, subject, now);
        }
        let is_allowed = window.taken < rule.max;
        window.taken += u32::from(is_allowed);
        Taken {
            is_allowed,
            limit: rule.max,
            remaining: rule.max - window.taken,
            reset: rule.window.saturating_sub(age),
        }
    }

    fn begin_window(&mut self, rule: Rule, subject: &Subject, now: Timestamp) -> Taken {
        let number = self.next_number;
        self.next_number += 1;
        let window = Window {
            began: now,
            taken: 1,
            number,
        };
        self.windows.insert(subject.clone(), window);
        self.by_age.insert(number, subject.clone());
        Taken {
            is_allowed: true,
            limit: rule.max,
            remaining: rule.max.saturating_sub(1),
            reset: rule.window,
        }
    }

    /// Forgets windows that have ended, and the oldest where there are too many.
    fn make_room(&mut self, rule: Rule, now: Timestamp) {
        for _ in 0..CLEARED_BY_A_NEW_WINDOW {
            let Some(oldest) = self.by_age.first_entry() else {
                return;
            };
            let window = self.windows.get(oldest.get());
            let has_ended = window.is_none_or(|window| now.since(window.began) >= rule.window);
            if !has_ended && self.windows.len() < rule.shard_subjects_max {
                return;
            }
            self.windows.remove(&oldest.remove());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicU32, Ordering};

    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn user(number: usize) -> Subject {
        Subject::User(UserId::from_trusted(format!("usr_{number}")))
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_micros(1_795_000_000_000_000 + millis * 1_000)
    }

    #[test]
    fn a_window_begins_with_the_first_request_and_ends_after_its_length() {
        let limiter = RateLimiter::new(2, MINUTE, 100);
        let first = limiter.take(&user(1), at(0));
        assert!(first.is_allowed);
        assert_eq!((first.limit, first.remaining, first.reset), (2, 1, MINUTE));
        assert_eq!(limiter.take(&user(1), at(59_000)).remaining, 0);
        let refused = limiter.take(&user(1), at(59_999));
        assert!(!refused.is_allowed);
        assert_eq!(refused.reset, Duration::from_millis(1));
        // The next window begins where somebody asks again, with everything.
        let next = limiter.take(&user(1), at(60_000));
        assert_eq!((next.is_allowed, next.remaining), (true, 1));
        assert!(limiter.take(&user(2), at(0)).is_allowed);
    }

    #[test]
    fn many_threads_together_get_exactly_as_many_as_the_limit_says() {
        let limiter = RateLimiter::new(1_000, MINUTE, 100);
        let (allowed, start) = (AtomicU32::new(0), Barrier::new(8));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    for millis in 0..1_000 {
                        let taken = limiter.take(&user(1), at(millis));
                        allowed.fetch_add(u32::from(taken.is_allowed), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(allowed.into_inner(), 1_000);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_window_goes_first() {
        let limiter = RateLimiter::new(1, MINUTE, SHARDS * 4);
        for number in 0..10_000 {
            limiter.take(&user(number), at(0));
            assert!(limiter.subject_count() <= SHARDS * 4);
        }
        // The last one is remembered, the first one is not.
        assert!(!limiter.take(&user(9_999), at(1)).is_allowed);
        assert!(limiter.take(&user(0), at(1)).is_allowed);
    }

    #[test]
    fn windows_that_ended_are_cleared_away() {
        let limiter = RateLimiter::new(1, MINUTE, 100_000);
        for number in 0..1_000 {
            limiter.take(&user(number), at(0));
        }
        for number in 0..1_000 {
            limiter.take(&user(10_000 + number), at(60_000));
        }
        assert_eq!(limiter.subject_count(), 1_000);
    }

    /// What happens to a limiter: somebody asks, some milliseconds after the last. Where several ask,
    /// the clock only goes on: a window that has ended may be cleared away by somebody else's, and
    /// is then not there any more when the clock is put back into it.
    fn requests() -> impl Strategy<Value = Vec<(usize, i64)>> {
        let forward = || prop_oneof![4 => 0_i64..=20, 1 => Just(100), 1 => 90_i64..=110];
        let any = prop_oneof![6 => forward(), 1 => -300_i64..=0];
        prop_oneof![
            prop::collection::vec((Just(0), any), 1..200),
            prop::collection::vec((0_usize..3, forward()), 1..200),
        ]
    }

    proptest! {
        /// Any order of requests, the edges of windows, and a clock that jumps back: in each window
        /// exactly the limit goes through before anybody is refused.
        #[test]
        fn nobody_gets_more_than_the_limit_and_nobody_is_refused_before(
            max in 1_u32..6,
            requests in requests(),
        ) {
            let window = Duration::from_millis(100);
            let limiter = RateLimiter::new(max, window, 1_000);
            // For each subject: how many went through in the window, and how long it still runs.
            let mut open: HashMap<usize, (u32, Duration)> = HashMap::new();
            let (mut now, mut seen) = (0, HashMap::<usize, i64>::new());
            for (number, step) in requests {
                now += step;
                let taken = limiter.take(&user(number), at(now));
                let passed = now - seen.insert(number, now).unwrap_or(now);
                // Time that went back did not pass.
                let passed = Duration::from_millis(u64::try_from(passed).unwrap_or(0));
                let before = open.get(&number).filter(|(_, left)| passed < *left);
                let went_through = before.map_or(0, |(count, _)| *count);
                prop_assert_eq!(taken.is_allowed, went_through < max);
                let went_through = went_through + u32::from(taken.is_allowed);
                prop_assert_eq!(taken.remaining, max - went_through);
                prop_assert!(taken.reset <= window && !taken.reset.is_zero());
                open.insert(number, (went_through, taken.reset));
            }
        }
    }
}
