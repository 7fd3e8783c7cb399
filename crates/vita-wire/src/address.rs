//! Settings about names and addresses: overrides, block lists, and the generator's own addresses.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use crate::error::{ConfigError, ErrorCode, WireError};

/// A range of addresses: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    network: IpAddr,
    prefix_bits: u8,
}

impl Cidr {
    /// Whether `address` is in the range; an IPv4 address mapped to IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if address.is_ipv4() != self.network.is_ipv4() {
            return false;
        }
        let host_bits = width(address) - u32::from(self.prefix_bits);
        let cut = |address| number(address).checked_shr(host_bits).unwrap_or(0);
        cut(address) == cut(self.network)
    }
}

impl FromStr for Cidr {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let malformed = || ConfigError::Malformed {
            value: text.to_owned(),
            expected: "an address or a range such as `10.0.0.0/8`",
        };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| malformed())?)),
            None => (text, None),
        };
        let network: IpAddr = address.trim().parse().map_err(|_| malformed())?;
        let widest = width(network) as u8;
        let prefix_bits = bits.unwrap_or(widest);
        if prefix_bits > widest {
            return Err(malformed());
        }
        Ok(Self {
            network,
            prefix_bits,
        })
    }
}

impl std::fmt::Display for Cidr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix_bits)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// A host's name, or with a leading `*` all names that end so. Letter case doesn't matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern(Box<str>);

impl HostPattern {
    /// Whether `host` is meant; `*.x` doesn't mean `x` itself.
    pub fn matches(&self, host: &str) -> bool {
        match self.0.strip_prefix('*') {
            Some(end) => {
                host.len() > end.len()
                    && host.is_char_boundary(host.len() - end.len())
                    && host[host.len() - end.len()..].eq_ignore_ascii_case(end)
            }
            None => host.eq_ignore_ascii_case(&self.0),
        }
    }
}

impl FromStr for HostPattern {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let name = text.strip_prefix('*').unwrap_or(text);
        let fits = !text.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
        if fits {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(ConfigError::Malformed {
                value: text.to_owned(),
                expected: "a host name, or one with a `*` in front such as `*.example.com`",
            })
        }
    }
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names and addresses that must not be reached.
#[derive(Clone, Debug, Default)]
pub struct Blocks {
    /// Ranges of addresses (`blacklistIPs`).
    pub addresses: Vec<Cidr>,
    /// Names (`blockHostnames`).
    pub hosts: Vec<HostPattern>,
}

impl Blocks {
    pub(crate) fn check_host(&self, host: &str) -> Result<(), WireError> {
        match self.hosts.iter().find(|pattern| pattern.matches(host)) {
            Some(pattern) => Err(WireError::new(
                ErrorCode::BLOCKED_HOSTNAME,
                format!("hostname ({host}) is in a blocked pattern ({pattern})"),
            )),
            None => Ok(()),
        }
    }

    pub(crate) fn check_address(&self, address: IpAddr) -> Result<(), WireError> {
        match self.addresses.iter().find(|range| range.contains(address)) {
            Some(range) => Err(WireError::new(
                ErrorCode::BLACKLISTED_IP,
                format!("IP ({address}) is in a blacklisted range ({range})"),
            )),
            None => Ok(()),
        }
    }
}

/// An address, and the port when it isn't the one that was asked for.
type Destination = (IpAddr, Option<u16>);

/// Where names lead instead of where the DNS says (`hosts`).
#[derive(Clone, Debug, Default)]
pub struct HostOverrides {
    exact: HashMap<(String, Option<u16>), Destination>,
    /// Longest ending first, so that the closest pattern is taken.
    wildcards: Vec<(HostPattern, Option<u16>, Destination)>,
}

impl HostOverrides {
    /// Adds `host`, `host:port`, `*.ending` or `*.ending:port`, which leads to `ip` or `ip:port`.
    pub fn add(&mut self, name: &str, to: &str) -> Result<(), ConfigError> {
        let address = match (to.parse::<IpAddr>(), to.parse::<SocketAddr>()) {
            (Ok(ip), _) => (ip, None),
            (_, Ok(address)) => (address.ip(), Some(address.port())),
            _ => {
                return Err(ConfigError::Malformed {
                    value: to.to_owned(),
                    expected: "an address with or without a port, as `hosts` needs it",
                });
            }
        };
        let (host, port) = match name.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') => match port.parse() {
                Ok(port) => (host, Some(port)),
                Err(_) => (name, None),
            },
            _ => (name, None),
        };
        let pattern: HostPattern = host.parse()?;
        if host.starts_with('*') {
            self.wildcards.push((pattern, port, address));
            self.wildcards
                .sort_by_key(|(pattern, ..)| std::cmp::Reverse(pattern.0.len()));
        } else {
            self.exact
                .insert((host.to_ascii_lowercase(), port), address);
        }
        Ok(())
    }

    pub(crate) fn find(&self, host: &str, port: u16) -> Option<SocketAddr> {
        if self.exact.is_empty() && self.wildcards.is_empty() {
            return None;
        }
        let exact = |port| self.exact.get(&(host.to_ascii_lowercase(), port));
        let (ip, own_port) = exact(Some(port)).or_else(|| exact(None)).or_else(|| {
            self.wildcards
                .iter()
                .find(|(pattern, only, _)| {
                    only.is_none_or(|only| only == port) && pattern.matches(host)
                })
                .map(|(.., address)| address)
        })?;
        Some(SocketAddr::new(*ip, own_port.unwrap_or(port)))
    }
}

/// The generator's own addresses, given to virtual users in turn (`localIPs`):
/// `192.168.0.1,192.168.0.10-192.168.0.25,fd:1::/120`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalIps {
    /// The first address of each range, and how many there are.
    ranges: Vec<(IpAddr, u128)>,
}

impl LocalIps {
    /// The address of virtual user number `index`.
    pub fn address_of(&self, index: u64) -> Option<IpAddr> {
        let total = self
            .ranges
            .iter()
            .fold(0_u128, |sum, (_, count)| sum.saturating_add(*count));
        let mut at = u128::from(index).checked_rem(total)?;
        for (first, count) in &self.ranges {
            if at < *count {
                return Some(match first {
                    IpAddr::V4(v4) => Ipv4Addr::from(u32::from(*v4) + at as u32).into(),
                    IpAddr::V6(v6) => Ipv6Addr::from(u128::from(*v6) + at).into(),
                });
            }
            at -= count;
        }
        None
    }
}

impl FromStr for LocalIps {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let malformed = |value: &str| ConfigError::Malformed {
            value: value.to_owned(),
            expected: "an address, a range `first-last` or a network `address/bits`",
        };
        let mut ranges = Vec::new();
        for item in text.split(',').map(str::trim) {
            if let Some((first, last)) = item.split_once('-') {
                let first: IpAddr = first.trim().parse().map_err(|_| malformed(item))?;
                let last: IpAddr = last.trim().parse().map_err(|_| malformed(item))?;
                if first.is_ipv4() != last.is_ipv4() || number(last) < number(first) {
                    return Err(malformed(item));
                }
                ranges.push((first, (number(last) - number(first)).saturating_add(1)));
            } else {
                ranges.push(network_range(&item.parse().map_err(|_| malformed(item))?));
            }
        }
        Ok(Self { ranges })
    }
}

/// A network's usable addresses: without its own and the broadcast address where it is wide
/// enough to have them.
fn network_range(range: &Cidr) -> (IpAddr, u128) {
    let host_bits = width(range.network) - u32::from(range.prefix_bits);
    let count = 1_u128.checked_shl(host_bits).unwrap_or(u128::MAX);
    let start = number(range.network) & !(count.wrapping_sub(1));
    let (start, count) = if range.network.is_ipv4() && host_bits >= 2 {
        (start + 1, count - 2)
    } else if host_bits == 0 {
        (number(range.network), 1)
    } else {
        (start, count)
    };
    let first = match range.network {
        IpAddr::V4(_) => Ipv4Addr::from(start as u32).into(),
        IpAddr::V6(_) => Ipv6Addr::from(start).into(),
    };
    (first, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_addresses_and_no_others() {
        let range: Cidr = "10.1.0.0/16".parse().unwrap();
        assert!(range.contains("10.1.255.3".parse().unwrap()));
        assert!(range.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!range.contains("10.2.0.0".parse().unwrap()));
        assert!(!range.contains("::1".parse().unwrap()));
        let all: Cidr = "::/0".parse().unwrap();
        assert!(all.contains("2001:db8::1".parse().unwrap()));
        let one: Cidr = "127.0.0.1".parse().unwrap();
        assert!(one.contains("127.0.0.1".parse().unwrap()));
        assert!(!one.contains("127.0.0.2".parse().unwrap()));
        assert!("10.0.0.0/33".parse::<Cidr>().is_err());
        assert!("ten".parse::<Cidr>().is_err());
    }

    #[test]
    fn a_wildcard_means_what_lies_below_it() {
        let pattern: HostPattern = "*.Example.com".parse().unwrap();
        assert!(pattern.matches("a.example.COM"));
        assert!(pattern.matches("a.b.example.com"));
        assert!(!pattern.matches("example.com"));
        assert!(!pattern.matches("anexample.com"));
        assert!("*".parse::<HostPattern>().unwrap().matches("anything"));
        assert!("a*b".parse::<HostPattern>().is_err());
    }

    #[test]
    fn an_override_is_found_from_the_closest_to_the_widest() {
        let mut hosts = HostOverrides::default();
        hosts.add("a.test", "10.0.0.1").unwrap();
        hosts.add("a.test:8080", "10.0.0.2:80").unwrap();
        hosts.add("*.test", "10.0.0.3").unwrap();
        hosts.add("*.b.test", "[::1]:99").unwrap();
        let found = |host, port| hosts.find(host, port).map(|to| to.to_string());
        assert_eq!(found("a.test", 80).unwrap(), "10.0.0.1:80");
        assert_eq!(found("A.test", 8080).unwrap(), "10.0.0.2:80");
        assert_eq!(found("c.test", 1).unwrap(), "10.0.0.3:1");
        assert_eq!(found("x.b.test", 1).unwrap(), "[::1]:99");
        assert_eq!(found("other", 1), None);
        assert!(hosts.add("x", "not an address").is_err());
    }

    #[test]
    fn local_addresses_are_given_in_turn() {
        let ips: LocalIps = "192.168.0.1, 10.0.0.5-10.0.0.6,10.1.0.0/30"
            .parse()
            .unwrap();
        let given: Vec<String> = (0..6)
            .map(|index| ips.address_of(index).unwrap().to_string())
            .collect();
        assert_eq!(
            given,
            [
                "192.168.0.1",
                "10.0.0.5",
                "10.0.0.6",
                "10.1.0.1",
                "10.1.0.2",
                "192.168.0.1"
            ]
        );
        assert!("10.0.0.6-10.0.0.5".parse::<LocalIps>().is_err());
        assert!("".parse::<LocalIps>().is_err());
        let wide: LocalIps = "::/0".parse().unwrap();
        assert_eq!(wide.address_of(1).unwrap().to_string(), "::1");
    }
}
