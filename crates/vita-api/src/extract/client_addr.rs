use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::HeaderName;
use http::request::Parts;

use crate::server::PeerAddr;
use crate::state::ApiState;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

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
        let peer = parts.extensions.get::<PeerAddr>();
        // Without a connection, as in tests, everybody comes from one place.
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |PeerAddr(peer)| {
            peer.ip()
        });
        let forwarded = parts.headers.get_all(X_FORWARDED_FOR).into_iter();
        let forwarded: Vec<&str> = forwarded.filter_map(|value| value.to_str().ok()).collect();
        let trusted = &state.config.trusted_proxies;
        Ok(Self(client_of(peer.to_canonical(), &forwarded, trusted)))
    }
}

/// Goes from the nearest hop to the farthest, as long as those who speak are trusted: what stands
/// before the first stranger, the stranger may have made up.
fn client_of(peer: IpAddr, forwarded: &[&str], trusted: &[AddressBlock]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|block| block.contains(address));
    let mut client = peer;
    let hops = forwarded.iter().rev().flat_map(|header| header.rsplit(','));
    for hop in hops {
        if !is_trusted(client) {
            break;
        }
        let Ok(next) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = next.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
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
    }
}
