//! A URL made ready for requests: parsed once, sent often.

use std::fmt;

use http::{HeaderValue, Uri};
use url::Url;

use crate::error::WireError;

/// Where a connection leads: what may be reused belongs to one of these.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Over TLS.
    pub tls: bool,
    /// The name or address, in lower case, without brackets.
    pub host: Box<str>,
    /// The port, explicit or the scheme's.
    pub port: u16,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// A user's name and password from a URL (`http://name:password@…`).
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The name.
    pub user: String,
    /// The password, empty when none was given.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// A URL made ready for requests.
#[derive(Clone, Debug)]
pub struct Target {
    url: Url,
    text: Box<str>,
    origin: Origin,
    credentials: Option<Credentials>,
    /// The path and query, as HTTP/1.1 sends them.
    pub(crate) path: Uri,
    /// The whole, as HTTP/2 needs it to fill its pseudo-headers.
    pub(crate) absolute: Uri,
    pub(crate) host_header: HeaderValue,
}

impl Target {
    /// Reads an absolute `http`, `https`, `ws` or `wss` URL.
    pub fn parse(text: &str) -> Result<Self, WireError> {
        let url = Url::parse(text)
            .map_err(|error| WireError::invalid_url(format!("invalid URL `{text}`: {error}")))?;
        Self::build(url, Some(text))
    }

    /// The URL that `location` names, seen from here; the fragment is inherited (RFC 9110 §10.2.2).
    pub fn join(&self, location: &str) -> Result<Self, WireError> {
        let mut url = self.url.join(location).map_err(|error| {
            WireError::invalid_url(format!("invalid redirect to `{location}`: {error}"))
        })?;
        if url.fragment().is_none() {
            url.set_fragment(self.url.fragment());
        }
        Self::build(url, None)
    }

    fn build(mut url: Url, text: Option<&str>) -> Result<Self, WireError> {
        let credentials = take_credentials(&mut url);
        let shown = match (text, &credentials) {
            (Some(text), None) => Box::from(text),
            _ => Box::from(url.as_str()),
        };
        let tls = match url.scheme() {
            "http" | "ws" => false,
            "https" | "wss" => true,
            other => {
                return Err(WireError::invalid_url(format!(
                    "unsupported protocol scheme `{other}`"
                )));
            }
        };
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| WireError::invalid_url(format!("no host in URL `{url}`")))?;
        let host_header = match url.port() {
            Some(port) => HeaderValue::try_from(format!("{host}:{port}")),
            None => HeaderValue::from_str(host),
        };
        let unsendable = || WireError::invalid_url(format!("URL `{url}` can't be sent"));
        let host_header = host_header.map_err(|_| unsendable())?;
        let origin = Origin {
            tls,
            host: Box::from(host.trim_start_matches('[').trim_end_matches(']')),
            port: url.port_or_known_default().unwrap_or(80),
        };
        let path = match url.query() {
            Some(query) => Uri::try_from(format!("{}?{query}", url.path())),
            None => Uri::try_from(url.path()),
        };
        let path = path.map_err(|_| unsendable())?;
        let absolute = Uri::builder()
            .scheme(if tls { "https" } else { "http" })
            .authority(host_header.as_bytes())
            .path_and_query(path.path_and_query().cloned().ok_or_else(unsendable)?)
            .build()
            .map_err(|_| unsendable())?;
        Ok(Self {
            host_header,
            origin,
            path,
            absolute,
            text: shown,
            credentials,
            url,
        })
    }

    /// The URL, without its credentials.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The URL as it was given, without its credentials.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where it leads.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The name and password that the URL held.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }
}

fn take_credentials(url: &mut Url) -> Option<Credentials> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decode = |text: &str| {
        let raw: Vec<u8> = percent_decode(text.as_bytes());
        String::from_utf8_lossy(&raw).into_owned()
    };
    let credentials = Credentials {
        user: decode(url.username()),
        password: decode(url.password().unwrap_or_default()),
    };
    // They fail only for URLs without a host, which had no credentials either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(credentials)
}

fn percent_decode(text: &[u8]) -> Vec<u8> {
    let hex = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        if let (b'%', [high, low, tail @ ..]) = (first, after)
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            decoded.push(high << 4 | low);
            rest = tail;
        } else {
            decoded.push(first);
            rest = after;
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_into_what_is_dialled_and_what_is_sent() {
        let target = Target::parse("HTTPS://Example.com/a b?q=1#part").unwrap();
        assert!(target.origin().tls);
        assert_eq!(&*target.origin().host, "example.com");
        assert_eq!(target.origin().port, 443);
        assert_eq!(target.path, "/a%20b?q=1");
        assert_eq!(target.host_header, "example.com");
        assert_eq!(target.as_str(), "HTTPS://Example.com/a b?q=1#part");
    }

    #[test]
    fn credentials_are_decoded_and_leave_the_url() {
        let target = Target::parse("http://us%40er:p%3Aw@h:8080/").unwrap();
        let credentials = target.credentials().unwrap();
        assert_eq!(credentials.user, "us@er");
        assert_eq!(credentials.password, "p:w");
        assert_eq!(target.as_str(), "http://h:8080/");
        assert_eq!(target.host_header, "h:8080");
    }

    #[test]
    fn an_address_of_version_6_is_dialled_without_its_brackets() {
        let target = Target::parse("http://[::1]:81/").unwrap();
        assert_eq!(&*target.origin().host, "::1");
        assert_eq!(target.host_header, "[::1]:81");
        assert_eq!(target.origin().to_string(), "[::1]:81");
    }

    #[test]
    fn what_cannot_be_requested_is_refused_as_an_invalid_url() {
        for text in [
            "",
            "no scheme",
            "ftp://h/",
            "http://",
            "file:///etc/passwd",
            "http://h:99999/",
        ] {
            let error = Target::parse(text).unwrap_err();
            assert_eq!(error.code, crate::ErrorCode::INVALID_URL, "{text}");
        }
    }

    #[test]
    fn a_redirect_is_read_from_where_it_came() {
        let target = Target::parse("http://h:81/a/b?c#keep").unwrap();
        assert_eq!(target.join("../d").unwrap().as_str(), "http://h:81/d#keep");
        assert_eq!(target.join("//x/y#new").unwrap().as_str(), "http://x/y#new");
        assert!(target.join("mailto:a@b").is_err());
    }
}
