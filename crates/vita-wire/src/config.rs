//! The settings that all virtual users of a process share.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use crate::address::{Blocks, HostOverrides, HostPattern, LocalIps};
use crate::error::ConfigError;

/// What the clients of a process have in common.
#[derive(Clone, Debug, Default)]
pub struct ClientConfig {
    /// The `User-Agent` of requests that bring none; empty sends none.
    pub user_agent: String,
    /// TLS.
    pub tls: TlsSettings,
    /// Looking up names.
    pub dns: DnsSettings,
    /// Where names lead instead.
    pub hosts: HostOverrides,
    /// What must not be reached.
    pub blocks: Blocks,
    /// The generator's own addresses.
    pub local_ips: Option<LocalIps>,
    /// The most requests that all virtual users start a second together.
    pub rps: Option<NonZeroU32>,
    /// How long connections are kept.
    pub reuse: Reuse,
    /// HTTP/2 is spoken without TLS, by prior knowledge. Beyond k6.
    pub h2c: bool,
    /// What a server may make a client hold.
    pub limits: Limits,
}

/// How long connections are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// As long as the server keeps them.
    #[default]
    Always,
    /// Until the iteration ends (`noVUConnectionReuse`).
    WithinIteration,
    /// For one request (`noConnectionReuse`).
    Never,
}

/// What a server may make a client hold in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body that is kept, before decoding. Larger ones fail; discarded or streamed ones
    /// have no limit.
    pub body_bytes_max: u64,
    /// Bytes of a body after decoding, so that a small answer can't fill the memory.
    pub decoded_bytes_max: u64,
    /// Bytes of a WebSocket message.
    pub message_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A longer video is better discarded or read as it comes.
            body_bytes_max: 256 << 20,
            decoded_bytes_max: 256 << 20,
            // The default of tungstenite, and more than browsers' servers send.
            message_bytes_max: 64 << 20,
        }
    }
}

/// How TLS is spoken. Sessions are never resumed: each connection shakes hands in full, as k6's do.
#[derive(Clone, Debug, Default)]
pub struct TlsSettings {
    /// Certificates are not verified.
    pub insecure_skip_verify: bool,
    /// The least and the greatest version.
    pub versions: TlsVersions,
    /// Registered names of the suites that may be used; all that are offered when empty.
    pub cipher_suites: Vec<String>,
    /// Certificates that prove who the client is.
    pub client_certificates: Vec<ClientCertificate>,
    /// Issuers that are trusted besides the system's, in PEM.
    pub extra_roots_pem: Vec<u8>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// 1.0, which is not spoken.
    V1_0,
    /// 1.1, which is not spoken.
    V1_1,
    /// 1.2.
    V1_2,
    /// 1.3.
    V1_3,
}

impl FromStr for TlsVersion {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        match text {
            "tls1.0" => Ok(Self::V1_0),
            "tls1.1" => Ok(Self::V1_1),
            "tls1.2" => Ok(Self::V1_2),
            "tls1.3" => Ok(Self::V1_3),
            _ => Err(ConfigError::Malformed {
                value: text.to_owned(),
                expected: "one of `tls1.0`, `tls1.1`, `tls1.2`, `tls1.3`",
            }),
        }
    }
}

/// A range of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsVersions {
    /// The least.
    pub min: TlsVersion,
    /// The greatest.
    pub max: TlsVersion,
}

impl Default for TlsVersions {
    fn default() -> Self {
        Self {
            min: TlsVersion::V1_2,
            max: TlsVersion::V1_3,
        }
    }
}

/// A certificate that proves who the client is (`tlsAuth`).
#[derive(Clone)]
pub struct ClientCertificate {
    /// Where it is shown; everywhere when empty.
    pub domains: Vec<HostPattern>,
    /// The certificate and what issued it, in PEM.
    pub certificate_pem: Vec<u8>,
    /// The key in PEM, not encrypted.
    pub key_pem: Vec<u8>,
}

impl std::fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("domains", &self.domains)
            .finish_non_exhaustive()
    }
}

/// How names are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DnsSettings {
    /// How long an answer is believed; zero asks each time, nothing believes it for ever.
    pub ttl: Option<Duration>,
    /// Which of several addresses is taken.
    pub select: DnsSelect,
    /// Which kinds of addresses are taken.
    pub policy: DnsPolicy,
}

impl Default for DnsSettings {
    fn default() -> Self {
        // k6's defaults.
        Self {
            ttl: Some(Duration::from_mins(5)),
            select: DnsSelect::Random,
            policy: DnsPolicy::PreferIpv4,
        }
    }
}

/// Which of several addresses is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsSelect {
    /// The first.
    First,
    /// Any.
    Random,
    /// Each in turn.
    RoundRobin,
}

impl FromStr for DnsSelect {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        match text {
            "first" => Ok(Self::First),
            "random" => Ok(Self::Random),
            "roundRobin" => Ok(Self::RoundRobin),
            _ => Err(ConfigError::Malformed {
                value: text.to_owned(),
                expected: "one of `first`, `random`, `roundRobin`",
            }),
        }
    }
}

/// Which kinds of addresses are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DnsPolicy {
    /// IPv4 where there is one.
    PreferIpv4,
    /// IPv6 where there is one.
    PreferIpv6,
    /// Nothing but IPv4.
    OnlyIpv4,
    /// Nothing but IPv6.
    OnlyIpv6,
    /// Either.
    Any,
}

impl FromStr for DnsPolicy {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        match text {
            "preferIPv4" => Ok(Self::PreferIpv4),
            "preferIPv6" => Ok(Self::PreferIpv6),
            "onlyIPv4" => Ok(Self::OnlyIpv4),
            "onlyIPv6" => Ok(Self::OnlyIpv6),
            "any" => Ok(Self::Any),
            _ => Err(ConfigError::Malformed {
                value: text.to_owned(),
                expected: "one of `preferIPv4`, `preferIPv6`, `onlyIPv4`, `onlyIPv6`, `any`",
            }),
        }
    }
}
