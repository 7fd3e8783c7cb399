//! The options of the network.

use super::layers::serde_path;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::str::FromStr;
use vita_load::GoDuration;
use vita_wire::{
    Blocks, ClientCertificate, ClientConfig, DnsSettings, HostOverrides, Reuse, TlsSettings,
    TlsVersions,
};

/// What requests call themselves unless the script says else.
const USER_AGENT: &str = concat!(
    "vitascope/",
    env!("CARGO_PKG_VERSION"),
    " (https://vitascope.dev; load)"
);

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Written {
    rps: Option<i64>,
    dns: Option<Dns>,
    user_agent: Option<String>,
    #[serde(rename = "insecureSkipTLSVerify")]
    insecure_skip_tls_verify: Option<bool>,
    tls_cipher_suites: Option<Vec<String>>,
    tls_version: Option<Versions>,
    tls_auth: Option<Vec<Certificate>>,
    #[serde(rename = "blacklistIPs")]
    blacklist_ips: Option<Vec<String>>,
    block_hostnames: Option<Vec<String>>,
    hosts: Option<BTreeMap<String, String>>,
    no_connection_reuse: Option<bool>,
    #[serde(rename = "noVUConnectionReuse")]
    no_vu_connection_reuse: Option<bool>,
    #[serde(rename = "localIPs")]
    local_ips: Option<String>,
    h2c: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Versions {
    One(String),
    Range {
        min: Option<String>,
        max: Option<String>,
    },
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Dns {
    ttl: Option<Value>,
    select: Option<String>,
    policy: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Certificate {
    #[serde(default)]
    domains: Vec<String>,
    cert: String,
    key: String,
    #[serde(default)]
    password: Option<String>,
}

/// Reads the settings of all clients; adds what is wrong with them to `problems`.
pub(super) fn read(whole: &Value, problems: &mut Vec<String>) -> ClientConfig {
    let written: Written = match serde_path(whole) {
        Ok(written) => written,
        Err(problem) => {
            problems.push(problem);
            return ClientConfig::default();
        }
    };
    let mut reader = Reader { problems };
    ClientConfig {
        user_agent: written
            .user_agent
            .clone()
            .unwrap_or_else(|| USER_AGENT.to_owned()),
        tls: reader.tls(&written),
        dns: reader.dns(written.dns.as_ref()),
        hosts: reader.hosts(written.hosts.as_ref()),
        blocks: Blocks {
            addresses: reader.all("blacklistIPs", written.blacklist_ips.as_deref()),
            hosts: reader.all("blockHostnames", written.block_hostnames.as_deref()),
        },
        local_ips: written
            .local_ips
            .as_ref()
            .and_then(|text| reader.one("localIPs", text)),
        // Zero and below mean no limit, as in k6.
        rps: written
            .rps
            .and_then(|rps| u32::try_from(rps).ok())
            .and_then(NonZeroU32::new),
        reuse: match (written.no_connection_reuse, written.no_vu_connection_reuse) {
            (Some(true), _) => Reuse::Never,
            (_, Some(true)) => Reuse::WithinIteration,
            _ => Reuse::Always,
        },
        h2c: written.h2c.unwrap_or(false),
        ..ClientConfig::default()
    }
}

struct Reader<'a> {
    problems: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn one<T: FromStr<Err: std::fmt::Display>>(&mut self, option: &str, text: &str) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problems.push(format!("`{option}`: {error}"));
                None
            }
        }
    }

    fn all<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        option: &str,
        texts: Option<&[String]>,
    ) -> Vec<T> {
        let texts = texts.unwrap_or_default();
        texts
            .iter()
            .filter_map(|text| self.one(option, text))
            .collect()
    }

    fn tls(&mut self, written: &Written) -> TlsSettings {
        let mut versions = TlsVersions::default();
        let (min, max) = match &written.tls_version {
            Some(Versions::One(text)) if text.is_empty() => (None, None),
            Some(Versions::One(text)) => (Some(text), Some(text)),
            Some(Versions::Range { min, max }) => (min.as_ref(), max.as_ref()),
            None => (None, None),
        };
        let parse = |reader: &mut Self, text: &String| reader.one("tlsVersion", text);
        if let Some(min) = min.and_then(|text| parse(self, text)) {
            versions.min = min;
        }
        if let Some(max) = max.and_then(|text| parse(self, text)) {
            versions.max = max;
        }
        let mut client_certificates = Vec::new();
        for certificate in written.tls_auth.iter().flatten() {
            if certificate
                .password
                .as_ref()
                .is_some_and(|password| !password.is_empty())
            {
                self.problems.push(
                    "`tlsAuth`: keys with a password are not supported: store the key without one"
                        .to_owned(),
                );
            }
            client_certificates.push(ClientCertificate {
                domains: self.all("tlsAuth", Some(&certificate.domains)),
                certificate_pem: certificate.cert.clone().into_bytes(),
                key_pem: certificate.key.clone().into_bytes(),
            });
        }
        TlsSettings {
            insecure_skip_verify: written.insecure_skip_tls_verify.unwrap_or(false),
            versions,
            cipher_suites: written.tls_cipher_suites.clone().unwrap_or_default(),
            client_certificates,
            ..TlsSettings::default()
        }
    }

    fn dns(&mut self, written: Option<&Dns>) -> DnsSettings {
        let mut settings = DnsSettings::default();
        let Some(written) = written else {
            return settings;
        };
        match &written.ttl {
            Some(Value::String(text)) if text == "inf" => settings.ttl = None,
            Some(Value::String(text)) => {
                if let Some(ttl) = self.one::<GoDuration>("dns", text) {
                    settings.ttl = Some(ttl.0);
                }
            }
            Some(Value::Number(millis)) => {
                if let Some(ttl) = self.one::<GoDuration>("dns", &millis.to_string()) {
                    settings.ttl = Some(ttl.0);
                }
            }
            _ => {}
        }
        if let Some(select) = written
            .select
            .as_ref()
            .and_then(|text| self.one("dns", text))
        {
            settings.select = select;
        }
        if let Some(policy) = written
            .policy
            .as_ref()
            .and_then(|text| self.one("dns", text))
        {
            settings.policy = policy;
        }
        settings
    }

    fn hosts(&mut self, written: Option<&BTreeMap<String, String>>) -> HostOverrides {
        let mut hosts = HostOverrides::default();
        for (name, to) in written.into_iter().flatten() {
            if let Err(error) = hosts.add(name, to) {
                self.problems.push(format!("`hosts`: {error}"));
            }
        }
        hosts
    }
}
