//! Options: from the script, the environment, files and flags, in k6's order.

mod environment;
mod layers;
mod network;

pub(crate) use layers::{Layers, resolve};

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The names of the tags that the tester itself sets; the first [`DEFAULT_TAGS`] are on by default.
const SYSTEM_TAGS: [&str; 18] = [
    "proto",
    "subproto",
    "status",
    "method",
    "url",
    "name",
    "group",
    "check",
    "error",
    "error_code",
    "tls_version",
    "scenario",
    "service",
    "expected_response",
    "vu",
    "iter",
    "ip",
    "ocsp_status",
];

const DEFAULT_TAGS: usize = 14;

/// Which of the tester's own tags samples have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SystemTags(u32);

impl Default for SystemTags {
    fn default() -> Self {
        Self((1 << DEFAULT_TAGS) - 1)
    }
}

impl SystemTags {
    /// The set of these names; or the name that is none.
    pub(crate) fn from_names<'a>(
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, &'a str> {
        let mut bits = 0;
        for name in names {
            let at = SYSTEM_TAGS
                .iter()
                .position(|known| *known == name)
                .ok_or(name)?;
            bits |= 1 << at;
        }
        Ok(Self(bits))
    }

    /// Whether a tag is in it.
    pub(crate) fn has(self, name: &str) -> bool {
        SYSTEM_TAGS
            .iter()
            .position(|known| *known == name)
            .is_some_and(|at| self.0 & (1 << at) != 0)
    }
}

/// Whether requests and answers are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum HttpDebug {
    #[default]
    Off,
    /// Without bodies.
    Heads,
    /// With bodies.
    Full,
}

/// The options that scripts and their requests look at.
#[derive(Debug, Clone)]
pub(crate) struct ScriptOptions {
    pub(crate) max_redirects: u32,
    /// Requests of a batch at a time; zero means no limit.
    pub(crate) batch: usize,
    pub(crate) batch_per_host: usize,
    pub(crate) throws: bool,
    pub(crate) no_cookies_reset: bool,
    pub(crate) discard_response_bodies: bool,
    pub(crate) http_debug: HttpDebug,
    pub(crate) system_tags: SystemTags,
    /// The tags of all samples.
    pub(crate) tags: BTreeMap<String, String>,
    /// All options, as `exec.test.options` shows them.
    pub(crate) consolidated: Value,
}

impl Default for ScriptOptions {
    fn default() -> Self {
        Self {
            max_redirects: vita_wire::REDIRECTS_MAX_DEFAULT,
            // k6's defaults.
            batch: 20,
            batch_per_host: 6,
            throws: false,
            no_cookies_reset: false,
            discard_response_bodies: false,
            http_debug: HttpDebug::Off,
            system_tags: SystemTags::default(),
            tags: BTreeMap::new(),
            consolidated: Value::Null,
        }
    }
}

/// The same as they are written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Written {
    max_redirects: Option<u32>,
    batch: Option<usize>,
    batch_per_host: Option<usize>,
    throw: Option<bool>,
    no_cookies_reset: Option<bool>,
    discard_response_bodies: Option<bool>,
    http_debug: Option<String>,
    system_tags: Option<Vec<String>>,
    tags: Option<BTreeMap<String, String>>,
}

impl ScriptOptions {
    fn read(merged: &Value, consolidated: Value) -> Result<Self, String> {
        let written: Written =
            serde_json::from_value(merged.clone()).map_err(|error| error.to_string())?;
        let defaults = Self::default();
        let system_tags = match &written.system_tags {
            Some(names) => SystemTags::from_names(names.iter().map(String::as_str))
                .map_err(|name| format!("`systemTags`: there is no system tag `{name}`"))?,
            None => defaults.system_tags,
        };
        Ok(Self {
            max_redirects: written.max_redirects.unwrap_or(defaults.max_redirects),
            batch: written.batch.unwrap_or(defaults.batch),
            batch_per_host: written.batch_per_host.unwrap_or(defaults.batch_per_host),
            throws: written.throw.unwrap_or(false),
            no_cookies_reset: written.no_cookies_reset.unwrap_or(false),
            discard_response_bodies: written.discard_response_bodies.unwrap_or(false),
            http_debug: match written.http_debug.as_deref() {
                None | Some("" | "false") => HttpDebug::Off,
                Some("full") => HttpDebug::Full,
                Some(_) => HttpDebug::Heads,
            },
            system_tags,
            tags: written.tags.unwrap_or_default(),
            consolidated,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_tags_are_k6s_by_default() {
        let tags = SystemTags::default();
        assert!(tags.has("expected_response") && tags.has("proto"));
        assert!(!tags.has("vu") && !tags.has("ip"));
        assert_eq!(SystemTags::from_names(["url", "nope"]), Err("nope"));
    }
}
