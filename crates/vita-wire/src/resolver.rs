//! Looking up names, shared by all virtual users of a process: each name is asked for once.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::body::mix;
use crate::config::{DnsPolicy, DnsSelect, DnsSettings};
use crate::error::{ErrorCode, WireError};

/// Names that are remembered at most. Scripts and redirects choose them, so that there is no end
/// to them; beyond it everything is forgotten and asked anew.
const NAMES_MAX: usize = 10_000;

#[derive(Debug)]
struct Answer {
    addresses: Vec<IpAddr>,
    at: Instant,
}

/// A name's answer; its lock is held while it is asked for, so that thousands of users who start
/// together ask once.
type Entry = Arc<tokio::sync::Mutex<Option<Answer>>>;

/// Looks up names.
pub(crate) struct Resolver {
    settings: DnsSettings,
    entries: Mutex<HashMap<Box<str>, Entry>>,
    /// Counts the selections, and with `seed` draws them.
    selections: AtomicU64,
    seed: u64,
}

impl Resolver {
    pub(crate) fn new(settings: DnsSettings, seed: u64) -> Self {
        Self {
            settings,
            entries: Mutex::default(),
            selections: AtomicU64::new(0),
            seed,
        }
    }

    /// The address to connect to.
    pub(crate) async fn resolve(&self, host: &str) -> Result<IpAddr, WireError> {
        let entry = self.entry(host);
        let mut answer = entry.lock().await;
        let fresh = answer.as_ref().is_some_and(|answer| {
            let ttl = self.settings.ttl;
            ttl.is_none_or(|ttl| answer.at.elapsed() < ttl)
        });
        if !fresh {
            let found = look_up(host).await?;
            *answer = Some(Answer {
                addresses: allowed(self.settings.policy, found),
                at: Instant::now(),
            });
        }
        let addresses = answer.as_ref().map_or(&[][..], |answer| &answer.addresses);
        let turn = self.selections.fetch_add(1, Ordering::Relaxed);
        select(self.settings.select, addresses, turn, self.seed).ok_or_else(no_such_host)
    }

    fn entry(&self, host: &str) -> Entry {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(host) {
            return Arc::clone(entry);
        }
        if entries.len() >= NAMES_MAX {
            entries.clear();
        }
        Arc::clone(entries.entry(host.into()).or_default())
    }
}

fn no_such_host() -> WireError {
    WireError::new(ErrorCode::DNS_NO_SUCH_HOST, "lookup: no such host")
}

async fn look_up(host: &str) -> Result<Vec<IpAddr>, WireError> {
    match tokio::net::lookup_host((host, 0)).await {
        Ok(addresses) => Ok(addresses.map(|address| address.ip()).collect()),
        Err(error) => {
            let text = error.to_string();
            // getaddrinfo's EAI_NONAME and EAI_NODATA, which reach us as texts only.
            if text.contains("not known") || text.contains("No address") {
                Err(no_such_host())
            } else {
                Err(WireError::new(ErrorCode::DNS, format!("lookup: {text}")))
            }
        }
    }
}

fn allowed(policy: DnsPolicy, addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let (v4, v6): (Vec<IpAddr>, Vec<IpAddr>) = addresses.iter().partition(|ip| ip.is_ipv4());
    match policy {
        DnsPolicy::Any => addresses,
        DnsPolicy::PreferIpv4 if v4.is_empty() => v6,
        DnsPolicy::PreferIpv6 if v6.is_empty() => v4,
        DnsPolicy::OnlyIpv4 | DnsPolicy::PreferIpv4 => v4,
        DnsPolicy::OnlyIpv6 | DnsPolicy::PreferIpv6 => v6,
    }
}

fn select(how: DnsSelect, addresses: &[IpAddr], turn: u64, seed: u64) -> Option<IpAddr> {
    let draw = match how {
        DnsSelect::First => 0,
        DnsSelect::RoundRobin => turn,
        DnsSelect::Random => mix(seed.wrapping_add(turn)),
    };
    let at = draw.checked_rem(addresses.len() as u64)?;
    addresses.get(at as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_policy_prefers_or_insists() {
        let both = addresses(&["::1", "10.0.0.1", "10.0.0.2"]);
        assert_eq!(allowed(DnsPolicy::PreferIpv4, both.clone()), both[1..]);
        assert_eq!(allowed(DnsPolicy::PreferIpv6, both.clone()), both[..1]);
        assert_eq!(allowed(DnsPolicy::Any, both.clone()), both);
        let v6 = addresses(&["::1"]);
        assert_eq!(allowed(DnsPolicy::PreferIpv4, v6.clone()), v6);
        assert!(allowed(DnsPolicy::OnlyIpv4, v6).is_empty());
    }

    #[test]
    fn addresses_are_taken_first_in_turn_or_at_random() {
        let three = addresses(&["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
        let taken = |how, turns: u64| -> Vec<IpAddr> {
            (0..turns)
                .filter_map(|turn| select(how, &three, turn, 7))
                .collect()
        };
        assert_eq!(taken(DnsSelect::First, 2), [three[0], three[0]]);
        assert_eq!(
            taken(DnsSelect::RoundRobin, 4),
            [three[0], three[1], three[2], three[0]]
        );
        let random = taken(DnsSelect::Random, 100);
        assert!(three.iter().all(|address| random.contains(address)));
        assert_eq!(select(DnsSelect::First, &[], 0, 0), None);
    }

    #[test]
    fn names_are_forgotten_rather_than_gathered_without_end() {
        let resolver = Resolver::new(DnsSettings::default(), 0);
        for number in 0..=NAMES_MAX {
            resolver.entry(&format!("h{number}.test"));
        }
        assert_eq!(resolver.entries.lock().unwrap().len(), 1);
    }
}
