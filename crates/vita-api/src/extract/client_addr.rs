use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderName, header};

use crate::server::PeerAddr;
use crate::state::ApiState;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Most hops that are followed: nobody has half as many proxies in a row.
const HOPS_MAX: usize = 32;

/// A block of addresses, such as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressBlock {
    base: IpAddr,
    bits: u32,
}

/// A text names no block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an address such as `10.0.0.1` or a network such as `10.0.0.0/8`")]
pub struct InvalidAddressBlock;

impl FromStr for AddressBlock {
    type Err = InvalidAddressBlock;

    fn from_str(text: &str) -> Result<Self, InvalidAddressBlock> {
        let (base, bits) = text.trim().split_once('/').unwrap_or((text.trim(), ""));
        let base: IpAddr = base.parse().map_err(|_| InvalidAddressBlock)?;
        let bits_max = if base.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            "" if !text.contains('/') => bits_max,
            bits => bits.parse().map_err(|_| InvalidAddressBlock)?,
        };
        if bits > bits_max {
            return Err(InvalidAddressBlock);
        }
        Ok(Self { base, bits })
    }
}

impl AddressBlock {
    /// Whether the address lies in the block.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let differing = u32::from(base) ^ u32::from(address);
                self.bits == 0 || differing >> (32 - self.bits) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let differing = u128::from(base) ^ u128::from(address);
                self.bits == 0 || differing >> (128 - self.bits) == 0
            }
            _ => false,
        }
    }
}

/// Where a request comes from: the other end of the connection, or what trusted proxies say.
pub(crate) struct ClientAddr(pub(crate) IpAddr);

impl FromRequestParts<ApiState> for ClientAddr {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let forwarded = parts.headers.get_all(X_FORWARDED_FOR).into_iter();
        let forwarded = forwarded.map(|value| value.to_str().unwrap_or(NONSENSE));
        let trusted = &state.config.trusted_proxies;
        Ok(Self(client_of(peer_of(parts), forwarded, trusted)))
    }
}

/// The other end of the connection.
pub(super) fn peer_of(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<PeerAddr>();
    // Without a connection, as in tests, everybody comes from one place.
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |PeerAddr(peer)| {
        peer.ip()
    });
    peer.to_canonical()
}

/// Whether a request came by way of a proxy, trusted or not, that says so.
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    [X_FORWARDED_FOR, header::FORWARDED, header::VIA]
        .iter()
        .any(|name| headers.contains_key(name))
}

/// Stands for a header that is no text, and so names no address.
const NONSENSE: &str = "?";

/// Goes from the nearest hop to the farthest, as long as those who speak are trusted: what stands
/// before the first stranger, the stranger may have made up.
fn client_of<'a>(
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[AddressBlock],
) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|block| block.contains(address));
    let mut client = peer;
    let hops = forwarded.rev().flat_map(|header| header.rsplit(','));
    for hop in hops.take(HOPS_MAX) {
        if !is_trusted(client) {
            break;
        }
        let Some(next) = parse_hop(hop) else {
            break;
        };
        client = next;
    }
    client
}

/// An address as proxies write it: bare, in brackets, with a port, with a zone, in quotes.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let address = if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let port = port.strip_prefix(':').unwrap_or(port);
        is_port_or_nothing(port).then_some(address)?
    } else {
        match text.split_once(':') {
            // A single colon stands before a port; an IPv6 address has more of them.
            Some((address, port)) if !port.contains(':') => {
                is_port_or_nothing(port).then_some(address)?
            }
            _ => text,
        }
    };
    let address = address
        .split_once('%')
        .map_or(address, |(address, _)| address);
    address
        .parse()
        .ok()
        .map(|address: IpAddr| address.to_canonical())
}

fn is_port_or_nothing(text: &str) -> bool {
    text.is_empty() || text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blocks_are_addresses_and_networks() {
        let contains = |block: &str, address: &str| {
            let block: AddressBlock = block.parse().unwrap();
            block.contains(address.parse().unwrap())
        };
        assert!(contains("10.0.0.0/8", "10.255.0.1"));
        assert!(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(!contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("192.168.0.1", "192.168.0.1"));
        assert!(!contains("192.168.0.1", "192.168.0.2"));
        assert!(contains("::/0", "2001:db8::1") && !contains("::/0", "10.0.0.1"));
        for bad in [
            "",
            "x",
            "10.0.0.0/33",
            "10.0.0.0/",
            "::1/129",
            "10.0.0.0/-1",
        ] {
            assert_eq!(
                bad.parse::<AddressBlock>(),
                Err(InvalidAddressBlock),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let client = |peer: &str, forwarded: &[&str]| {
            let forwarded = forwarded.iter().copied();
            client_of(peer.parse().unwrap(), forwarded, &trusted).to_string()
        };
        assert_eq!(client("1.2.3.4", &["6.6.6.6"]), "1.2.3.4");
        assert_eq!(client("10.0.0.1", &["6.6.6.6, 1.2.3.4"]), "1.2.3.4");
        assert_eq!(
            client("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"]),
            "1.2.3.4"
        );
        assert_eq!(client("10.0.0.1", &["6.6.6.6", "1.2.3.4"]), "1.2.3.4");
        assert_eq!(client("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        // What a client makes up stands before what the proxy appends, however long it is.
        let made_up = "10.9.9.9, ".repeat(3_000) + "1.2.3.4";
        assert_eq!(client("10.0.0.1", &[&made_up]), "1.2.3.4");
        let endless = "10.9.9.9,".repeat(3_000);
        assert_eq!(client("10.0.0.1", &["6.6.6.6", &endless]), "10.0.0.1");
        // A header that is no text ends the chain, and what stands before it counts for nothing.
        assert_eq!(
            client("10.0.0.1", &["6.6.6.6", NONSENSE, "10.0.0.2"]),
            "10.0.0.2"
        );
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (text, expected) in [
            ("1.2.3.4", Some("1.2.3.4")),
            (" 1.2.3.4:5678 ", Some("1.2.3.4")),
            ("\"1.2.3.4\"", Some("1.2.3.4")),
            ("::ffff:1.2.3.4", Some("1.2.3.4")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("\"[2001:db8::1]:443\"", Some("2001:db8::1")),
            ("fe80::1%eth0", Some("fe80::1")),
            ("[fe80::1%25eth0]:80", Some("fe80::1")),
            ("unknown", None),
            ("_hidden", None),
            ("", None),
            ("1.2.3.4:x", None),
            ("1.2.3.4:99999", None),
            ("[2001:db8::1", None),
            ("[2001:db8::1]x", None),
            ("[1.2.3", None),
            ("1.2.3.4.5", None),
        ] {
            let expected: Option<IpAddr> = expected.map(|text| text.parse().unwrap());
            assert_eq!(parse_hop(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in any::<String>(), headers in prop::collection::vec(any::<String>(), 0..4)) {
            let _ = (parse_hop(&text), text.parse::<AddressBlock>());
            let all = ["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
            let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
            client_of(peer, headers.iter().map(String::as_str), &all);
        }

        /// Whatever clients write, the address that a proxy appends is who they are.
        #[test]
        fn nobody_can_name_another_address(made_up in "[ -~]{0,60}", client in any::<u32>()) {
            let client = IpAddr::V4(client.into());
            let trusted: [AddressBlock; 1] = ["10.0.0.0/8".parse().unwrap()];
            prop_assume!(!trusted[0].contains(client));
            let header = format!("{made_up}, {client}");
            let peer = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
            prop_assert_eq!(client_of(peer, [header.as_str()].into_iter(), &trusted), client);
        }

        #[test]
        fn blocks_hold_what_begins_like_them(base in any::<u128>(), bits in 0_u32..=128, other in any::<u128>()) {
            let address = |bits: u128| IpAddr::V6(bits.into());
            prop_assume!(!matches!(address(base).to_canonical(), IpAddr::V4(_)));
            prop_assume!(!matches!(address(other).to_canonical(), IpAddr::V4(_)));
            let block: AddressBlock = format!("{}/{bits}", address(base)).parse().unwrap();
            let expected = (base ^ other).leading_zeros() >= bits;
            prop_assert_eq!(block.contains(address(other)), expected);
        }
    }
}
