//! How often somebody may fail to sign in. Only failures count: a class that signs in from one
//! address is not kept out, and a password that is being guessed is.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vita_model::{Email, Timestamp};

/// How many failures are allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginLimitsConfig {
    /// Failures for one account, and failures from one address, within `window`. With that many,
    /// nothing is tried until the oldest is out of the window.
    pub failures_max: usize,
    /// How long a failure counts.
    pub window: Duration,
    /// Most accounts and addresses that are remembered; bounds memory to some hundred bytes for
    /// each. Beyond it the one whose last failure is the longest ago is forgotten.
    pub entries_max: usize,
}

impl Default for LoginLimitsConfig {
    fn default() -> Self {
        Self {
            failures_max: 10,
            window: Duration::from_mins(15),
            entries_max: 20_000,
        }
    }
}

/// Too many failures for the account or from the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooManyFailures {
    /// When the oldest of them counts no more.
    pub(super) retry_after: Duration,
}

/// Whom failures are counted for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Subject {
    /// By what was typed, so that an account that does not exist is limited as one that does.
    Account(String),
    Address(IpAddr),
}

/// The failures of the last while, in memory: a restart forgets them.
pub(super) struct LoginLimits {
    config: LoginLimitsConfig,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    failures: HashMap<Subject, Failures>,
    /// All subjects in the order of their last failures.
    by_age: BTreeMap<u64, Subject>,
    next_number: u64,
}

#[derive(Default)]
struct Failures {
    /// When the last of them were, oldest first; never empty, never more than the limit.
    moments: VecDeque<Timestamp>,
    /// The number of the last, under which the subject stands in `by_age`.
    number: u64,
}

impl LoginLimits {
    /// Limits under which nobody has failed yet.
    pub(super) fn new(config: LoginLimitsConfig) -> Self {
        Self {
            config,
            seen: Mutex::default(),
        }
    }

    /// Whether another attempt may be made. It is asked before the password is looked at, and again
    /// before the outcome is told: of many attempts at once, no more than the limit learn whether
    /// they guessed right.
    ///
    /// # Errors
    /// [`TooManyFailures`].
    pub(super) fn check(
        &self,
        account: &Email,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), TooManyFailures> {
        self.check_subjects(&self.seen(), &subjects(account, address), now)
    }

    /// Counts a failure, if the limit had room for the attempt; otherwise it is as if it had never
    /// been tried.
    ///
    /// # Errors
    /// [`TooManyFailures`].
    pub(super) fn count_failure(
        &self,
        account: &Email,
        address: IpAddr,
        now: Timestamp,
    ) -> Result<(), TooManyFailures> {
        let subjects = subjects(account, address);
        let mut seen = self.seen();
        self.check_subjects(&seen, &subjects, now)?;
        seen.forget_before(now.minus(self.config.window));
        for subject in subjects {
            seen.add(subject, now, self.config.failures_max);
        }
        seen.forget_beyond(self.config.entries_max);
        Ok(())
    }

    fn check_subjects(
        &self,
        seen: &Seen,
        subjects: &[Subject],
        now: Timestamp,
    ) -> Result<(), TooManyFailures> {
        let waits = subjects.iter().filter_map(|subject| {
            let moments = &seen.failures.get(subject)?.moments;
            // Kept are at most as many as the limit, so that the oldest decides.
            let is_full = moments.len() >= self.config.failures_max;
            let ends = moments.front()?.plus(self.config.window);
            (is_full && ends > now).then(|| ends.since(now))
        });
        match waits.max() {
            Some(retry_after) => Err(TooManyFailures { retry_after }),
            None => Ok(()),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn add(&mut self, subject: Subject, now: Timestamp, failures_max: usize) {
        let failures = self.failures.entry(subject.clone()).or_default();
        failures.moments.push_back(now);
        while failures.moments.len() > failures_max.max(1) {
            failures.moments.pop_front();
        }
        self.by_age.remove(&failures.number);
        self.next_number += 1;
        failures.number = self.next_number;
        self.by_age.insert(self.next_number, subject);
    }

    fn forget_before(&mut self, moment: Timestamp) {
        while let Some(oldest) = self.by_age.first_entry()
            && let Some(failures) = self.failures.get(oldest.get())
            && failures.moments.back().is_none_or(|last| *last <= moment)
        {
            self.failures.remove(&oldest.remove());
        }
    }

    fn forget_beyond(&mut self, entries_max: usize) {
        while self.failures.len() > entries_max
            && let Some((_, subject)) = self.by_age.pop_first()
        {
            self.failures.remove(&subject);
        }
    }
}

fn subjects(account: &Email, address: IpAddr) -> [Subject; 2] {
    [
        Subject::Account(account.as_str().to_owned()),
        Subject::Address(network_of(address)),
    ]
}

/// What one customer of a network provider has: a whole /64 of IPv6, one address of IPv4 (also where
/// it is written as an IPv6 address). Limits on addresses count these.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn at(minutes: u32) -> Timestamp {
        Timestamp::from_micros(0).plus(MINUTE * minutes)
    }

    #[test]
    fn ten_failures_are_allowed_and_the_eleventh_attempt_is_told_when_to_come_back() {
        let limits = LoginLimits::new(LoginLimitsConfig::default());
        let (ann, home) = (email("ann@example.com"), address("192.0.2.1"));
        for minute in 0..10 {
            assert_eq!(limits.check(&ann, home, at(minute)), Ok(()));
            assert_eq!(limits.count_failure(&ann, home, at(minute)), Ok(()));
        }
        let retry_after = MINUTE * 5;
        let refused = Err(TooManyFailures { retry_after });
        assert_eq!(limits.check(&ann, home, at(10)), refused);
        assert_eq!(limits.count_failure(&ann, home, at(10)), refused);
        // The first failure was at minute 0; when it is out of the window, one more is allowed.
        assert_eq!(limits.count_failure(&ann, home, at(15)), Ok(()));
        assert!(limits.check(&ann, home, at(15)).is_err());
    }

    #[test]
    fn account_and_address_are_limited_apart() {
        let limits = LoginLimits::new(LoginLimitsConfig::default());
        let ann = email("ann@example.com");
        for host in 1..=10 {
            let address = address(&format!("192.0.2.{host}"));
            limits.count_failure(&ann, address, at(0)).unwrap();
        }
        assert!(limits.check(&ann, address("198.51.100.1"), at(0)).is_err());
        let bob = email("bob@example.com");
        assert_eq!(limits.check(&bob, address("192.0.2.1"), at(0)), Ok(()));

        let office = address("198.51.100.7");
        for user in 1..=10 {
            let email = email(&format!("user{user}@example.com"));
            limits.count_failure(&email, office, at(0)).unwrap();
        }
        assert!(limits.check(&bob, office, at(0)).is_err());
    }

    #[test]
    fn an_ipv6_customer_has_one_limit_for_all_addresses_of_the_network() {
        let limits = LoginLimits::new(LoginLimitsConfig::default());
        for host in 1..=10 {
            let email = email(&format!("user{host}@example.com"));
            let address = address(&format!("2001:db8:1:2::{host}"));
            limits.count_failure(&email, address, at(0)).unwrap();
        }
        let ann = email("ann@example.com");
        assert!(
            limits
                .check(&ann, address("2001:db8:1:2:ffff::1"), at(0))
                .is_err()
        );
        assert!(
            limits
                .check(&ann, address("2001:db8:1:3::1"), at(0))
                .is_ok()
        );
        let mapped = network_of(address("::ffff:192.0.2.1"));
        assert_eq!(mapped, address("192.0.2.1"));
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let limits = LoginLimits::new(LoginLimitsConfig {
            failures_max: 1,
            entries_max: 4,
            ..LoginLimitsConfig::default()
        });
        let (ann, home) = (email("ann@example.com"), address("192.0.2.1"));
        limits.count_failure(&ann, home, at(0)).unwrap();
        for n in 2..=200_u8 {
            let email = email(&format!("user{n}@example.com"));
            let address = address(&format!("192.0.2.{n}"));
            limits.count_failure(&email, address, at(1)).unwrap();
            assert!(limits.seen().failures.len() <= 4);
        }
        assert_eq!(limits.check(&ann, home, at(1)), Ok(()));
        let last = email("user200@example.com");
        assert!(limits.check(&last, home, at(1)).is_err());
        // What is out of the window is forgotten without having to be pushed out.
        limits.count_failure(&ann, home, at(60)).unwrap();
        assert_eq!(limits.seen().failures.len(), 2);
    }
}
