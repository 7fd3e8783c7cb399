use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use serde::{Deserialize, Serialize};

use super::builtin::BUILTINS;

/// Metrics of a run, built-in ones included. A script that makes names in a loop would else fill
/// the memory.
pub(crate) const METRICS_MAX: usize = 10_000;

/// A metric of a run; built-in ones have constants in [`super::builtin`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricId(pub(crate) u32);

impl MetricId {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a metric's samples are taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricKind {
    /// Their sum.
    Counter,
    /// The last, the least and the greatest.
    Gauge,
    /// The share of those that are not zero.
    Rate,
    /// Their distribution.
    Trend,
}

impl MetricKind {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Rate => "rate",
            Self::Trend => "trend",
        }
    }
}

/// What a metric's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contains {
    /// Numbers.
    Default,
    /// Milliseconds.
    Time,
    /// Bytes.
    Data,
}

impl Contains {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Time => "time",
            Self::Data => "data",
        }
    }
}

/// What a metric is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricInfo {
    /// Its id in this run.
    pub id: MetricId,
    /// Its name.
    pub name: Arc<str>,
    /// How samples are taken together.
    pub kind: MetricKind,
    /// What they are.
    pub contains: Contains,
}

/// Why a metric can't be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetricError {
    /// Its name is empty, too long, or has characters beyond letters, digits and `_`.
    #[error("invalid metric name: '{0}'")]
    BadName(String),
    /// Another metric has its name.
    #[error("metric '{name}' already exists but with type {is}, instead of {wanted}")]
    OtherType {
        /// The name.
        name: String,
        /// What is there, as `type` or `type of contains`.
        is: String,
        /// What was asked for.
        wanted: String,
    },
    /// There are too many.
    #[error(
        "a run has at most {METRICS_MAX} metrics: give samples tags instead of metrics of their own"
    )]
    TooMany,
}

/// The metrics of a run by name and id; shared by all workers.
#[derive(Debug)]
pub struct MetricRegistry {
    known: RwLock<Known>,
}

#[derive(Debug)]
struct Known {
    infos: Vec<MetricInfo>,
    by_name: HashMap<Arc<str>, MetricId>,
}

impl Default for MetricRegistry {
    fn default() -> Self {
        Self::new()
    }
}

impl MetricRegistry {
    /// The built-in metrics.
    pub fn new() -> Self {
        let infos: Vec<MetricInfo> = BUILTINS
            .iter()
            .enumerate()
            .map(|(index, builtin)| MetricInfo {
                id: MetricId(index as u32),
                name: builtin.name.into(),
                kind: builtin.kind,
                contains: builtin.contains,
            })
            .collect();
        let by_name = infos
            .iter()
            .map(|info| (info.name.clone(), info.id))
            .collect();
        Self {
            known: RwLock::new(Known { infos, by_name }),
        }
    }

    /// The metric of that name, made if it is not there. The same name, kind and content twice is
    /// the same metric.
    pub fn register(
        &self,
        name: &str,
        kind: MetricKind,
        contains: Contains,
    ) -> Result<MetricId, MetricError> {
        if !is_metric_name(name) {
            return Err(MetricError::BadName(name.to_owned()));
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = known.by_name.get(name).copied() {
            let info = &known.infos[id.index()];
            if (info.kind, info.contains) == (kind, contains) {
                return Ok(id);
            }
            return Err(MetricError::OtherType {
                name: name.to_owned(),
                is: described(info.kind, info.contains),
                wanted: described(kind, contains),
            });
        }
        if known.infos.len() >= METRICS_MAX {
            return Err(MetricError::TooMany);
        }
        let id = MetricId(known.infos.len() as u32);
        let name: Arc<str> = name.into();
        known.infos.push(MetricInfo {
            id,
            name: name.clone(),
            kind,
            contains,
        });
        known.by_name.insert(name, id);
        Ok(id)
    }

    /// The metric of that name.
    pub fn lookup(&self, name: &str) -> Option<MetricInfo> {
        let known = self.read();
        let id = known.by_name.get(name)?;
        known.infos.get(id.index()).cloned()
    }

    /// What a metric is. Ids come from this registry only, so it is there.
    pub fn info(&self, id: MetricId) -> MetricInfo {
        self.read().infos[id.index()].clone()
    }

    /// All metrics, in the order in which they were made.
    pub fn list(&self) -> Vec<MetricInfo> {
        self.read().infos.clone()
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names as OpenTelemetry and Prometheus both take them: a letter or `_`, then letters, digits and
/// `_`, 128 characters at most.
fn is_metric_name(name: &str) -> bool {
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins_well && name.len() <= 128 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn described(kind: MetricKind, contains: Contains) -> String {
    match contains {
        Contains::Default => kind.as_str().to_owned(),
        _ => format!("{} of {}", kind.as_str(), contains.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::builtin;
    use super::*;

    #[test]
    fn built_in_metrics_have_the_ids_of_their_constants() {
        let registry = MetricRegistry::new();
        assert_eq!(registry.lookup("vus").unwrap().id, builtin::VUS);
        let sent = registry.info(builtin::DATA_SENT);
        assert_eq!(
            (&*sent.name, sent.kind, sent.contains),
            ("data_sent", MetricKind::Counter, Contains::Data)
        );
        assert_eq!(
            registry.lookup("generator_lag").unwrap().id,
            builtin::GENERATOR_LAG
        );
        assert!(builtin::is_beyond_k6(builtin::GENERATOR_LAG));
        assert!(!builtin::is_beyond_k6(builtin::DATA_RECEIVED));
    }

    #[test]
    fn a_name_is_one_metric() {
        let registry = MetricRegistry::new();
        let first = registry
            .register("mine", MetricKind::Trend, Contains::Time)
            .unwrap();
        assert_eq!(
            registry.register("mine", MetricKind::Trend, Contains::Time),
            Ok(first)
        );
        let other = registry
            .register("mine", MetricKind::Trend, Contains::Default)
            .unwrap_err();
        assert_eq!(
            other.to_string(),
            "metric 'mine' already exists but with type trend of time, instead of trend"
        );
        assert!(
            registry
                .register("checks", MetricKind::Counter, Contains::Default)
                .is_err()
        );
        let long = "a".repeat(129);
        for bad in ["", "1a", "a-b", "a b", "ä", &long] {
            assert_eq!(
                registry.register(bad, MetricKind::Gauge, Contains::Default),
                Err(MetricError::BadName(bad.to_owned()))
            );
        }
    }
}
