use std::net::IpAddr;
use std::time::Duration;

use http::Method;
use vita_app::{Caller, network_of};
use vita_model::{ApiKeyId, Timestamp, UserId};

use super::Traffic;
use super::rate::{RateLimiter, Subject, Taken};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// How much one account or one address may ask for. None stands for no limit, which is the default:
/// whoever runs the installation decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimitsConfig {
    /// Requests of one account, and of one API key, within a minute.
    pub user_requests_per_minute: Option<u32>,
    /// Requests without a valid credential from one address within a minute.
    pub address_requests_per_minute: Option<u32>,
    /// Stored files asked for by signed address from one address within a minute.
    pub media_requests_per_minute: Option<u32>,
    /// Uploads begun by one account within an hour.
    pub uploads_per_hour: Option<u32>,
    /// Most accounts and addresses that each limit remembers.
    pub subjects_max: usize,
}

impl Default for RateLimitsConfig {
    fn default() -> Self {
        Self {
            user_requests_per_minute: None,
            address_requests_per_minute: None,
            media_requests_per_minute: None,
            uploads_per_hour: None,
            subjects_max: 100_000,
        }
    }
}

/// Who sent a request.
#[derive(Clone, Debug)]
pub(crate) enum Sender {
    /// Somebody without a valid credential.
    Nobody(IpAddr),
    /// Whoever the credential names.
    Account { user: UserId, key: Option<ApiKeyId> },
}

impl From<Caller> for Sender {
    fn from(caller: Caller) -> Self {
        Self::Account {
            user: caller.user,
            key: caller.key.map(|key| key.id),
        }
    }
}

impl Sender {
    fn subject(&self) -> Subject {
        match self {
            Self::Nobody(address) => Subject::Address(network_of(*address)),
            Self::Account { key: Some(key), .. } => Subject::Key(key.clone()),
            Self::Account { user, key: None } => Subject::User(user.clone()),
        }
    }
}

/// Which limit it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    UserRequests,
    AddressRequests,
    MediaRequests,
    Uploads,
}

impl Limit {
    /// The word in the metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::UserRequests => "user_requests",
            Self::AddressRequests => "address_requests",
            Self::MediaRequests => "media_requests",
            Self::Uploads => "uploads",
        }
    }

    /// What whoever reached it is told: which limit, and what to do.
    pub(crate) fn explain(self, taken: Taken) -> String {
        let (max, wait) = (taken.limit, taken.reset.as_secs_f64().ceil());
        match self {
            Self::UserRequests => format!(
                "this account or key has sent {max} requests within a minute, the most that one \
                 may; wait {wait} s"
            ),
            Self::AddressRequests => format!(
                "{max} requests without a valid credential came from your address within a \
                 minute, the most that one may send; sign in, or wait {wait} s"
            ),
            Self::MediaRequests => format!(
                "{max} files were asked for from your address within a minute, the most that one \
                 may; wait {wait} s"
            ),
            Self::Uploads => format!(
                "this account has begun {max} uploads within an hour, the most that one may; wait \
                 {wait} s"
            ),
        }
    }
}

/// The counters of all limits.
pub(crate) struct RateLimits {
    users: Option<RateLimiter>,
    addresses: Option<RateLimiter>,
    media: Option<RateLimiter>,
    uploads: Option<RateLimiter>,
}

impl RateLimits {
    /// Limits under which nobody has asked for anything yet.
    pub(crate) fn new(config: &RateLimitsConfig) -> Self {
        let limiter = |max: Option<u32>, window| {
            max.map(|max| RateLimiter::new(max, window, config.subjects_max))
        };
        Self {
            users: limiter(config.user_requests_per_minute, MINUTE),
            addresses: limiter(config.address_requests_per_minute, MINUTE),
            media: limiter(config.media_requests_per_minute, MINUTE),
            uploads: limiter(config.uploads_per_hour, HOUR),
        }
    }

    /// Whether nothing is limited, so that nobody has to be recognised for it.
    pub(crate) const fn are_off(&self) -> bool {
        self.users.is_none()
            && self.addresses.is_none()
            && self.media.is_none()
            && self.uploads.is_none()
    }

    /// Counts a request. Answers the limit that refuses it, else the one that will be reached first;
    /// nothing where there is none.
    pub(crate) fn count(
        &self,
        sender: &Sender,
        traffic: Traffic,
        method: &Method,
        now: Timestamp,
    ) -> Option<(Limit, Taken)> {
        let (limit, limiter) = match (sender, traffic) {
            (Sender::Account { .. }, _) => (Limit::UserRequests, &self.users),
            (Sender::Nobody(_), Traffic::Media) => (Limit::MediaRequests, &self.media),
            (Sender::Nobody(_), _) => (Limit::AddressRequests, &self.addresses),
        };
        let requests = limiter
            .as_ref()
            .map(|limiter| (limit, limiter.take(&sender.subject(), now)));
        let is_upload = traffic == Traffic::Uploads && *method == Method::POST;
        let is_refused = requests.is_some_and(|(_, taken)| !taken.is_allowed);
        let (Sender::Account { user, .. }, true, false) = (sender, is_upload, is_refused) else {
            return requests;
        };
        // What is uploaded is the account's, whichever of its keys did it.
        let owner = Subject::User(user.clone());
        let uploads = self.uploads.as_ref();
        let uploads = uploads.map(|limiter| (Limit::Uploads, limiter.take(&owner, now)));
        let both = requests.into_iter().chain(uploads);
        both.min_by_key(|(_, taken)| (taken.is_allowed, taken.remaining))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

    fn account(key: Option<&str>) -> Sender {
        Sender::Account {
            user: UserId::from_trusted("usr_1"),
            key: key.map(ApiKeyId::from_trusted),
        }
    }

    fn limits() -> RateLimits {
        RateLimits::new(&RateLimitsConfig {
            user_requests_per_minute: Some(4),
            address_requests_per_minute: Some(1),
            media_requests_per_minute: Some(2),
            uploads_per_hour: Some(2),
            ..RateLimitsConfig::default()
        })
    }

    #[test]
    fn each_kind_of_traffic_has_its_own_limit() {
        let limits = limits();
        let somebody = Sender::Nobody(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let count = |traffic| limits.count(&somebody, traffic, &Method::GET, NOW).unwrap();
        let (limit, taken) = count(Traffic::Ordinary);
        assert_eq!((limit, taken.is_allowed), (Limit::AddressRequests, true));
        assert!(!count(Traffic::Passwords).1.is_allowed);
        // Files are counted apart, so that a page with many pictures is still a page.
        let (limit, taken) = count(Traffic::Media);
        assert_eq!((limit, taken.remaining), (Limit::MediaRequests, 1));
    }

    #[test]
    fn an_upload_counts_twice_and_the_tighter_limit_is_told() {
        let limits = limits();
        let ann = account(None);
        let count = |method| limits.count(&ann, Traffic::Uploads, &method, NOW).unwrap();
        let (limit, taken) = count(Method::POST);
        assert_eq!((limit, taken.remaining), (Limit::Uploads, 1));
        // A further part of the same upload is a request and no upload.
        assert_eq!(count(Method::PATCH).0, Limit::UserRequests);
        assert!(count(Method::POST).1.is_allowed);
        let (limit, taken) = count(Method::POST);
        assert_eq!((limit, taken.is_allowed), (Limit::Uploads, false));
        assert!(limit.explain(taken).contains("2 uploads within an hour"));
        // The request itself was counted, and was the last of them.
        assert_eq!(count(Method::POST).0, Limit::UserRequests);
    }

    #[test]
    fn no_limit_counts_nothing() {
        let limits = RateLimits::new(&RateLimitsConfig::default());
        assert!(limits.are_off());
        let ann = account(None);
        assert!(
            limits
                .count(&ann, Traffic::Uploads, &Method::POST, NOW)
                .is_none()
        );
    }

    #[test]
    fn a_key_has_its_own_requests_and_its_owners_uploads() {
        let limits = limits();
        let count = |key, traffic| {
            let counted = limits.count(&account(key), traffic, &Method::POST, NOW);
            counted.unwrap()
        };
        for _ in 0..4 {
            assert!(count(None, Traffic::Ordinary).1.is_allowed);
        }
        assert!(!count(None, Traffic::Ordinary).1.is_allowed);
        assert_eq!(count(Some("key_1"), Traffic::Ordinary).1.remaining, 3);
        assert!(count(Some("key_1"), Traffic::Uploads).1.is_allowed);
        assert!(count(Some("key_2"), Traffic::Uploads).1.is_allowed);
        let (limit, taken) = count(Some("key_2"), Traffic::Uploads);
        assert_eq!((limit, taken.is_allowed), (Limit::Uploads, false));
    }
}
