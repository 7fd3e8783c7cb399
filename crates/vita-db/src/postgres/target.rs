//! A server's URL: what the driver understands of it, and what is ours to understand.

use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::DbError;

/// Time without traffic after which the kernel asks whether the server is still there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(15);
/// Time between two such questions.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// Questions without an answer after which the connection is given up.
const KEEPALIVE_RETRIES: u32 = 3;

/// How much of the server's certificate is looked at; libpq's words and meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verify {
    /// Encrypted, for whoever answers.
    Nothing,
    /// Signed by a root that we trust.
    Chain,
    /// That, and for the host that we asked for.
    ChainAndName,
}

/// A server to connect to.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) config: Config,
    pub(super) verify: Verify,
    /// The roots to trust instead of the system's.
    pub(super) roots: Option<PathBuf>,
}

impl Target {
    /// Reads a URL. No error repeats it, as it holds a password.
    pub(super) fn parse(url: &str) -> Result<Self, DbError> {
        let (driver_url, words) = split_off_ssl(url);
        let mut config: Config = driver_url
            .parse()
            .map_err(|error| invalid(&super::error::chain(&error)))?;
        check_hosts(&config)?;
        let roots = words.roots.filter(|path| path != "system");
        let (ssl_mode, verify) = match words.mode.as_deref() {
            Some("disable") => (SslMode::Disable, Verify::Nothing),
            None | Some("allow" | "prefer") => (SslMode::Prefer, Verify::Nothing),
            // As libpq: whoever names a root wants it looked at.
            Some("require") if roots.is_some() => (SslMode::Require, Verify::Chain),
            Some("require") => (SslMode::Require, Verify::Nothing),
            Some("verify-ca") => (SslMode::Require, Verify::Chain),
            Some("verify-full") => (SslMode::Require, Verify::ChainAndName),
            Some(_) => {
                return Err(invalid(
                    "`sslmode` is one of disable, prefer, require, verify-ca and verify-full",
                ));
            }
        };
        let is_local = config
            .get_hosts()
            .iter()
            .all(|host| matches!(host, Host::Unix(_)));
        // A socket of this machine has nothing to encrypt.
        config.ssl_mode(if is_local && ssl_mode == SslMode::Prefer {
            SslMode::Disable
        } else {
            ssl_mode
        });
        config
            .keepalives(true)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_RETRIES);
        if config.get_application_name().is_none() {
            config.application_name("vitascope");
        }
        Ok(Self {
            config,
            verify,
            roots: roots.map(PathBuf::from),
        })
    }

    /// Where it is, for people.
    pub(super) fn place(&self) -> String {
        let ports = self.config.get_ports();
        let hosts = self.config.get_hosts().iter().enumerate();
        let places = hosts.map(|(index, host)| {
            let port = ports.get(index).or(ports.first()).copied().unwrap_or(5432);
            match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(path) => path.display().to_string(),
            }
        });
        places.collect::<Vec<_>>().join(", ")
    }
}

fn check_hosts(config: &Config) -> Result<(), DbError> {
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(invalid("it names no host"));
    }
    let is_odd = |host: &Host| matches!(host, Host::Tcp(name) if name.contains(['@', '/']));
    if config.get_hosts().iter().any(is_odd) {
        return Err(invalid(
            "write `@`, `:` and `/` within the user or the password as %40, %3A and %2F",
        ));
    }
    Ok(())
}

fn invalid(why: &str) -> DbError {
    DbError::Open(format!("the URL of PostgreSQL is no good: {why}"))
}

/// The parts of a URL that the driver knows nothing of.
#[derive(Default)]
struct SslWords {
    mode: Option<String>,
    roots: Option<String>,
}

fn split_off_ssl(url: &str) -> (String, SslWords) {
    let mut words = SslWords::default();
    let Some((base, query)) = url.split_once('?') else {
        return (url.to_owned(), words);
    };
    let mut kept: Vec<&str> = Vec::new();
    for part in query.split('&') {
        match part.split_once('=') {
            Some(("sslmode", value)) => words.mode = Some(unescape(value)),
            Some(("sslrootcert", value)) => words.roots = Some(unescape(value)),
            _ => kept.push(part),
        }
    }
    if kept.is_empty() {
        return (base.to_owned(), words);
    }
    (format!("{base}?{}", kept.join("&")), words)
}

/// Reads `%2F` and the like.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = behind
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() {
            &behind[2..]
        } else {
            behind
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, ssl_mode: SslMode, verify: Verify, roots: Option<&str>) {
        let target = Target::parse(url).unwrap();
        assert_eq!(target.config.get_ssl_mode(), ssl_mode, "{url}");
        assert_eq!(target.verify, verify, "{url}");
        assert_eq!(target.roots, roots.map(PathBuf::from), "{url}");
    }

    #[test]
    fn ssl_words_mean_what_they_mean_to_libpq() {
        use SslMode::{Disable, Prefer, Require};
        use Verify::{Chain, ChainAndName, Nothing};
        check("postgres://u:p@h/d", Prefer, Nothing, None);
        check("postgres://u@h/d?sslmode=disable", Disable, Nothing, None);
        check("postgres://u@h/d?sslmode=require", Require, Nothing, None);
        let named =
            "postgres://u@h/d?connect_timeout=3&sslmode=require&sslrootcert=%2Fetc%2Fca.pem";
        check(named, Require, Chain, Some("/etc/ca.pem"));
        check("postgres://u@h/d?sslmode=verify-ca", Require, Chain, None);
        let full = "postgresql://u@h/d?sslrootcert=system&sslmode=verify-full";
        check(full, Require, ChainAndName, None);
        check("postgres://u@%2Frun%2Fpg/d", Disable, Nothing, None);
    }

    #[test]
    fn no_error_repeats_the_url() {
        for url in [
            "postgres://u:secret@h/d?sslmode=sometimes",
            "postgres://u:secret@h:port/d",
            "postgres://u:secret@part@h/d",
            "postgres://u:secret@h/d?nothing=known",
            "postgres:///d",
        ] {
            let error = Target::parse(url).unwrap_err().to_string();
            assert!(
                !error.contains("secret") && !error.contains("part"),
                "{error}"
            );
        }
        let odd = Target::parse("postgres://u:secret@part@h/d").unwrap_err();
        assert!(odd.to_string().contains("%40"), "{odd}");
    }

    #[test]
    fn a_target_tells_its_place_without_its_password() {
        let target = Target::parse("postgres://u:secret@one:1,two:2/d").unwrap();
        assert_eq!(target.place(), "one:1, two:2");
    }
}
