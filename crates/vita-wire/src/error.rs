//! Why a request or a connection failed, in the words and numbers that k6's scripts know.

use std::borrow::Cow;
use std::{fmt, io};

/// The number that k6 documents for a kind of failure (its page "Error codes").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(u16);

impl ErrorCode {
    /// Anything without a number of its own.
    pub const GENERIC: Self = Self(1000);
    /// A failure of the network below TCP.
    pub const NETWORK: Self = Self(1010);
    /// The URL can't be requested.
    pub const INVALID_URL: Self = Self(1020);
    /// The request's time was up.
    pub const REQUEST_TIMEOUT: Self = Self(1050);
    /// A name could not be looked up.
    pub const DNS: Self = Self(1100);
    /// The name has no address.
    pub const DNS_NO_SUCH_HOST: Self = Self(1101);
    /// The address is in a range that `blacklistIPs` forbids.
    pub const BLACKLISTED_IP: Self = Self(1110);
    /// The name matches a pattern of `blockHostnames`.
    pub const BLOCKED_HOSTNAME: Self = Self(1111);
    /// A failure of TCP.
    pub const TCP: Self = Self(1200);
    /// The other side closed while we wrote.
    pub const TCP_BROKEN_PIPE: Self = Self(1201);
    /// An error number of TCP that has no code.
    pub const TCP_UNKNOWN: Self = Self(1202);
    /// Connecting failed.
    pub const DIAL: Self = Self(1210);
    /// Connecting took too long.
    pub const DIAL_TIMEOUT: Self = Self(1211);
    /// Nobody listens there.
    pub const DIAL_REFUSED: Self = Self(1212);
    /// Connecting failed with an error number that has no code.
    pub const DIAL_UNKNOWN: Self = Self(1213);
    /// The other side reset the connection.
    pub const TCP_RESET: Self = Self(1220);
    /// A failure of TLS.
    pub const TLS: Self = Self(1300);
    /// The other side doesn't speak TLS.
    pub const TLS_HEADER: Self = Self(1301);
    /// The certificate's issuer is unknown.
    pub const X509_UNKNOWN_AUTHORITY: Self = Self(1310);
    /// The certificate is for another name.
    pub const X509_HOSTNAME: Self = Self(1311);
    /// A failure of HTTP/2.
    pub const HTTP2: Self = Self(1600);
    /// The body can't be decompressed.
    pub const DECOMPRESSION: Self = Self(1701);

    /// HTTP/2's own error numbers that have a code each (RFC 9113 §7 names 0 to 13).
    const HTTP2_REASON_MAX: u32 = 18;

    /// The code of an answer whose status is itself an error; nothing for others.
    pub fn of_status(status: u16) -> Option<Self> {
        (400..600).contains(&status).then(|| Self(1000 + status))
    }

    /// The server ended the HTTP/2 connection with GOAWAY.
    pub fn http2_goaway(reason: u32) -> Self {
        Self::http2_family(1610, reason)
    }

    /// One HTTP/2 stream failed.
    pub fn http2_stream(reason: u32) -> Self {
        Self::http2_family(1630, reason)
    }

    /// The HTTP/2 connection failed.
    pub fn http2_connection(reason: u32) -> Self {
        Self::http2_family(1650, reason)
    }

    fn http2_family(base: u16, reason: u32) -> Self {
        if reason <= Self::HTTP2_REASON_MAX {
            Self(base + 1 + reason as u16)
        } else {
            Self(base)
        }
    }

    /// The number itself.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A request's or connection's failure: a number for tags, and a text for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct WireError {
    /// The number for the tag `error_code`.
    pub code: ErrorCode,
    /// The text for `response.error`: with a code of its own a fixed one, else the cause's.
    pub text: Cow<'static, str>,
}

impl WireError {
    /// A failure with its text.
    pub fn new(code: ErrorCode, text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }

    pub(crate) fn generic(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::GENERIC, text)
    }

    pub(crate) fn invalid_url(text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::INVALID_URL, text)
    }

    /// The request's time was up.
    pub fn request_timeout() -> Self {
        Self::new(ErrorCode::REQUEST_TIMEOUT, "request timeout")
    }

    pub(crate) fn dial_timeout() -> Self {
        Self::new(ErrorCode::DIAL_TIMEOUT, "dial: i/o timeout")
    }

    /// What a failed `connect` means.
    pub(crate) fn from_dial(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                Self::new(ErrorCode::DIAL_REFUSED, "dial: connection refused")
            }
            io::ErrorKind::TimedOut => Self::dial_timeout(),
            _ => match error.raw_os_error() {
                Some(number) => Self::new(
                    ErrorCode::DIAL_UNKNOWN,
                    format!("dial: unknown errno `{number}` on Linux with message `{error}`"),
                ),
                None => Self::new(ErrorCode::DIAL, format!("dial: {error}")),
            },
        }
    }

    /// What a failed read or write on a connection means.
    pub(crate) fn from_io(error: &io::Error) -> Self {
        if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
            return Self::from_tls(tls);
        }
        match error.kind() {
            io::ErrorKind::BrokenPipe => {
                Self::new(ErrorCode::TCP_BROKEN_PIPE, "write: broken pipe")
            }
            io::ErrorKind::ConnectionReset => {
                Self::new(ErrorCode::TCP_RESET, "read: connection reset by peer")
            }
            io::ErrorKind::UnexpectedEof => Self::generic("unexpected EOF"),
            _ if error.raw_os_error().is_some() => {
                Self::new(ErrorCode::TCP_UNKNOWN, format!("tcp: {error}"))
            }
            _ => Self::generic(error.to_string()),
        }
    }

    /// What a failed handshake means.
    pub(crate) fn from_tls(error: &rustls::Error) -> Self {
        use rustls::{CertificateError, Error, InvalidMessage};
        match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                Self::new(ErrorCode::X509_UNKNOWN_AUTHORITY, "x509: unknown authority")
            }
            // What `openssl req -x509` makes is an authority that signed itself; the verifier has no
            // variant of its own for it, only a text.
            Error::InvalidCertificate(CertificateError::Other(other))
                if other.0.to_string() == "CaUsedAsEndEntity" =>
            {
                Self::new(ErrorCode::X509_UNKNOWN_AUTHORITY, "x509: unknown authority")
            }
            Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => Self::new(
                ErrorCode::X509_HOSTNAME,
                "x509: certificate doesn't match hostname",
            ),
            Error::InvalidMessage(
                InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
            ) => Self::new(
                ErrorCode::TLS_HEADER,
                "tls: the server does not answer in TLS",
            ),
            _ => Self::new(ErrorCode::TLS, format!("tls: {error}")),
        }
    }

    /// What a failure of hyper means: the cause that we know deepest down its chain.
    pub(crate) fn from_hyper(error: &hyper::Error) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(current) = cause {
            if let Some(own) = current.downcast_ref::<Self>() {
                return own.clone();
            }
            if let Some(io) = current.downcast_ref::<io::Error>() {
                return Self::from_io(io);
            }
            if let Some(h2) = current.downcast_ref::<h2::Error>() {
                return Self::from_h2(h2);
            }
            cause = current.source();
        }
        if error.is_incomplete_message() || error.is_canceled() || error.is_closed() {
            return Self::generic("unexpected EOF");
        }
        if error.is_parse_too_large() {
            return Self::generic(
                "the response's head is larger than this client accepts (100 headers, 128 KiB)",
            );
        }
        Self::generic(format!("malformed HTTP response: {error}"))
    }

    fn from_h2(error: &h2::Error) -> Self {
        if let Some(io) = error.get_io() {
            return Self::from_io(io);
        }
        let Some(reason) = error.reason() else {
            return Self::new(ErrorCode::HTTP2, format!("http2: {error}"));
        };
        let number = u32::from(reason);
        if error.is_reset() {
            Self::new(
                ErrorCode::http2_stream(number),
                format!("http2: stream error with http2 ErrCode {reason:?}"),
            )
        } else if error.is_go_away() && error.is_remote() {
            Self::new(
                ErrorCode::http2_goaway(number),
                format!("http2: received GoAway with http2 ErrCode {reason:?}"),
            )
        } else {
            Self::new(
                ErrorCode::http2_connection(number),
                format!("http2: connection error with http2 ErrCode {reason:?}"),
            )
        }
    }
}

/// A setting that can't be honoured; found before a run starts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A value's text isn't of its form.
    #[error("`{value}` is not {expected}")]
    Malformed {
        /// What was given.
        value: String,
        /// What it should have been.
        expected: &'static str,
    },
    /// A cipher suite that isn't offered here.
    #[error("cipher suite `{0}` is not supported; choose from {1}")]
    CipherSuite(String, String),
    /// TLS 1.0 and 1.1 aren't spoken.
    #[error("TLS below 1.2 is not supported; let `tlsVersion` include `tls1.2` or `tls1.3`")]
    TlsVersion,
    /// No version of TLS is left between the least and the greatest, with these cipher suites.
    #[error("no version of TLS is left with these cipher suites and versions: {0}")]
    TlsNothingLeft(String),
    /// A client certificate or its key can't be used.
    #[error("client certificate for {domains}: {reason}")]
    ClientCertificate {
        /// The domains that it is for.
        domains: String,
        /// What is wrong with it.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errors_status_is_a_thousand_more() {
        assert_eq!(ErrorCode::of_status(399), None);
        assert_eq!(ErrorCode::of_status(404).map(ErrorCode::number), Some(1404));
        assert_eq!(ErrorCode::of_status(599).map(ErrorCode::number), Some(1599));
        assert_eq!(ErrorCode::of_status(600), None);
    }

    #[test]
    fn reasons_of_http2_have_numbers_as_far_as_they_are_known() {
        assert_eq!(ErrorCode::http2_goaway(0).number(), 1611);
        assert_eq!(ErrorCode::http2_stream(8).number(), 1639);
        assert_eq!(ErrorCode::http2_connection(1).number(), 1652);
        assert_eq!(ErrorCode::http2_stream(u32::MAX).number(), 1630);
    }

    #[test]
    fn each_way_that_connecting_fails_has_its_number() {
        let dialled = |kind| WireError::from_dial(&io::Error::from(kind)).code;
        let refused = dialled(io::ErrorKind::ConnectionRefused);
        assert_eq!(refused, ErrorCode::DIAL_REFUSED);
        assert_eq!(dialled(io::ErrorKind::TimedOut), ErrorCode::DIAL_TIMEOUT);
        // ENETUNREACH, whose number k6 has no code for either.
        let unreachable = WireError::from_dial(&io::Error::from_raw_os_error(101));
        assert_eq!(unreachable.code, ErrorCode::DIAL_UNKNOWN);
        assert!(unreachable.text.contains("`101`"), "{unreachable}");
    }

    #[test]
    fn a_broken_connection_tells_which_side_broke_it() {
        let broken = |kind| WireError::from_io(&io::Error::from(kind)).code;
        assert_eq!(
            broken(io::ErrorKind::BrokenPipe),
            ErrorCode::TCP_BROKEN_PIPE
        );
        assert_eq!(broken(io::ErrorKind::ConnectionReset), ErrorCode::TCP_RESET);
        assert_eq!(broken(io::ErrorKind::UnexpectedEof), ErrorCode::GENERIC);
    }
}
