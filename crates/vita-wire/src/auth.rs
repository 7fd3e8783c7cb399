//! Basic (RFC 7617) and digest (RFC 7616) authentication. Pure: the nonce is an argument.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use md5::Md5;
use sha2::{Digest, Sha256};

use crate::target::Credentials;

/// The header for basic authentication.
pub(crate) fn basic(credentials: &Credentials) -> Option<HeaderValue> {
    let pair = format!("{}:{}", credentials.user, credentials.password);
    sensitive(&format!("Basic {}", STANDARD.encode(pair)))
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Md5,
    Sha256,
}

impl Hash {
    fn hex(self, text: &str) -> String {
        match self {
            Self::Md5 => to_hex(&Md5::digest(text)),
            Self::Sha256 => to_hex(&Sha256::digest(text)),
        }
    }
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// What a server asks for in `WWW-Authenticate: Digest …`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    /// The algorithm's name as given, which is sent back.
    algorithm: Option<String>,
    hash: Hash,
    /// The algorithm ends with `-sess`.
    session: bool,
    /// The server knows `qop=auth`; else the form of RFC 2069 is used.
    qop_auth: bool,
}

/// What a request says of itself.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) uri: &'a str,
    pub(crate) cnonce: &'a str,
}

impl Challenge {
    /// Reads the header; nothing when it is no digest challenge that we can answer.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let (scheme, parameters) = header.trim_start().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let parameters = parse_parameters(parameters);
        let find = |name: &str| {
            let found = parameters
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone())
        };
        let algorithm = find("algorithm");
        let name = algorithm.as_deref().unwrap_or("MD5").to_ascii_uppercase();
        let (name, session) = match name.strip_suffix("-SESS") {
            Some(name) => (name, true),
            None => (name.as_str(), false),
        };
        let hash = match name {
            "MD5" => Hash::Md5,
            "SHA-256" => Hash::Sha256,
            _ => return None,
        };
        let qop = find("qop");
        let qop_auth = qop.as_deref().is_some_and(|qop| {
            qop.split(',')
                .any(|one| one.trim().eq_ignore_ascii_case("auth"))
        });
        // A server that insists on protecting the body can't be answered.
        if qop.is_some() && !qop_auth {
            return None;
        }
        Some(Self {
            realm: find("realm").unwrap_or_default(),
            nonce: find("nonce")?,
            opaque: find("opaque"),
            algorithm,
            hash,
            session,
            qop_auth,
        })
    }

    /// The header that answers it (RFC 7616 §3.4).
    pub(crate) fn answer(
        &self,
        credentials: &Credentials,
        asked: &Asked<'_>,
    ) -> Option<HeaderValue> {
        const COUNT: &str = "00000001";
        let Credentials { user, password } = credentials;
        let Self {
            realm, nonce, hash, ..
        } = self;
        let mut a1 = hash.hex(&format!("{user}:{realm}:{password}"));
        if self.session {
            a1 = hash.hex(&format!("{a1}:{nonce}:{}", asked.cnonce));
        }
        let a2 = hash.hex(&format!("{}:{}", asked.method, asked.uri));
        let response = if self.qop_auth {
            hash.hex(&format!("{a1}:{nonce}:{COUNT}:{}:auth:{a2}", asked.cnonce))
        } else {
            hash.hex(&format!("{a1}:{nonce}:{a2}"))
        };
        let mut text = format!(
            "Digest username={}, realm={}, nonce={}, uri={}, response=\"{response}\"",
            quoted(user),
            quoted(realm),
            quoted(nonce),
            quoted(asked.uri),
        );
        if let Some(algorithm) = &self.algorithm {
            let _ = write!(text, ", algorithm={algorithm}");
        }
        if let Some(opaque) = &self.opaque {
            let _ = write!(text, ", opaque={}", quoted(opaque));
        }
        if self.qop_auth {
            let _ = write!(
                text,
                ", qop=auth, nc={COUNT}, cnonce={}",
                quoted(asked.cnonce)
            );
        }
        sensitive(&text)
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Reads `name=value, name="quoted, value"`.
fn parse_parameters(text: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',', '\t']).to_owned();
        let (value, left) = if let Some(inside) = after.trim_start().strip_prefix('"') {
            unquote(inside)
        } else {
            let end = after.find(',').unwrap_or(after.len());
            (after[..end].trim().to_owned(), &after[end..])
        };
        parameters.push((name, value));
        rest = left;
    }
    parameters
}

/// Reads up to the closing quote; returns what was inside and what follows.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mufasa() -> Credentials {
        Credentials {
            user: "Mufasa".to_owned(),
            password: "Circle of Life".to_owned(),
        }
    }

    /// RFC 7616 §3.9.1's example, with either algorithm.
    fn answer_of(algorithm: &str) -> String {
        let header = format!(
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
             nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
             opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
        );
        let challenge = Challenge::parse(&header).unwrap();
        let asked = Asked {
            method: "GET",
            uri: "/dir/index.html",
            cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        };
        let answer = challenge.answer(&mufasa(), &asked).unwrap();
        answer.to_str().unwrap().to_owned()
    }

    #[test]
    fn the_standards_examples_are_answered_as_it_says() {
        let md5 = answer_of("MD5");
        assert!(
            md5.contains("response=\"8ca523f5e9506fed4657c9700eebdbec\""),
            "{md5}"
        );
        assert!(md5.contains("qop=auth, nc=00000001"));
        let sha = answer_of("SHA-256");
        let expected = "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1";
        assert!(sha.contains(expected), "{sha}");
    }

    #[test]
    fn challenges_that_cannot_be_answered_are_left() {
        for header in [
            "Basic realm=\"x\"",
            "Digest realm=\"x\"",
            "Digest nonce=\"n\", algorithm=SHA-512-256",
            "Digest nonce=\"n\", qop=\"auth-int\"",
            "Digest",
        ] {
            assert_eq!(Challenge::parse(header), None, "{header}");
        }
    }

    #[test]
    fn quotes_and_commas_inside_values_are_theirs() {
        let parameters = parse_parameters(r#"a="x, \"y\"", b=z , c="unclosed"#);
        let expected = [("a", "x, \"y\""), ("b", "z"), ("c", "unclosed")];
        assert_eq!(
            parameters,
            expected.map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
    }

    #[test]
    fn basic_is_the_pair_in_base64() {
        let credentials = Credentials {
            user: "Aladdin".into(),
            password: "open sesame".into(),
        };
        assert_eq!(
            basic(&credentials).unwrap(),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
    }
}
