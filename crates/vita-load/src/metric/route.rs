//! Into which sinks a sample of a metric with a tag set goes: decided once for each pair.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::builtin;
use super::registry::MetricId;
use super::tags::{OVERFLOW, TagSet};
use super::trend::Precision;

/// Names, groups and scenarios, each, of which a report says figures of their own; further ones
/// share one line. Each takes some 15 KB a worker.
pub(crate) const SERIES_MAX: usize = 300;

/// A metric of which only samples with some tags are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SubMetric {
    pub(crate) metric: MetricId,
    /// As written, within the braces.
    pub(crate) suffix: String,
    pub(crate) selector: Vec<(String, String)>,
}

impl SubMetric {
    fn selects(&self, tags: &TagSet) -> bool {
        // A tag that is not there is as one without a value, so `{group:}` selects both.
        self.selector
            .iter()
            .all(|(key, value)| tags.get(key).unwrap_or_default() == value)
    }
}

/// What samples are told apart by, beside thresholds' selectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Dimension {
    Scenario,
    Group,
    /// Method and name of a request.
    Name,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SinkKey {
    Metric(MetricId),
    /// The position of a sub-metric.
    Sub(usize),
    Series {
        dimension: Dimension,
        value: Arc<str>,
        metric: MetricId,
    },
}

impl SinkKey {
    pub(crate) const fn precision(&self) -> Precision {
        match self {
            Self::Metric(_) | Self::Sub(_) => Precision::METRIC,
            Self::Series { .. } => Precision::SERIES,
        }
    }
}

/// A sink of a run, in every worker and in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SinkId(pub(crate) u32);

/// The sinks of a run; shared by all workers, asked once for each metric with a tag set.
#[derive(Debug)]
pub(crate) struct RouteTable {
    subs: Vec<SubMetric>,
    breaks_down: bool,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    keys: Vec<SinkKey>,
    ids: HashMap<SinkKey, SinkId>,
    values: HashMap<Dimension, HashSet<Arc<str>>>,
    overflows: u64,
}

impl RouteTable {
    /// `breaks_down` has every metric for each scenario and group, as the full summary shows.
    pub(crate) fn new(subs: Vec<SubMetric>, breaks_down: bool) -> Self {
        Self {
            subs,
            breaks_down,
            known: Mutex::default(),
        }
    }

    pub(crate) fn subs(&self) -> &[SubMetric] {
        &self.subs
    }

    pub(crate) fn key(&self, id: SinkId) -> SinkKey {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys[id.0 as usize]
            .clone()
    }

    /// The sink of a key, when there was a sample for it.
    pub(crate) fn lookup(&self, key: &SinkKey) -> Option<SinkId> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .ids
            .get(key)
            .copied()
    }

    /// The sinks made so far, by id.
    pub(crate) fn keys(&self) -> Vec<SinkKey> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys
            .clone()
    }

    /// How often a name, group or scenario went under the shared line.
    pub(crate) fn overflows(&self) -> u64 {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .overflows
    }

    /// The sinks of a metric's samples with these tags.
    pub(crate) fn resolve(&self, metric: MetricId, tags: &TagSet) -> Vec<SinkId> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sinks = vec![known.sink(SinkKey::Metric(metric))];
        for (position, sub) in self.subs.iter().enumerate() {
            if sub.metric == metric && sub.selects(tags) {
                sinks.push(known.sink(SinkKey::Sub(position)));
            }
        }
        for (dimension, value) in self.series(metric, tags) {
            let value = known.series_value(dimension, &value);
            sinks.push(known.sink(SinkKey::Series {
                dimension,
                value,
                metric,
            }));
        }
        sinks
    }

    fn series(&self, metric: MetricId, tags: &TagSet) -> Vec<(Dimension, String)> {
        let mut series = Vec::new();
        let is_request = [builtin::HTTP_REQ_DURATION, builtin::HTTP_REQ_FAILED].contains(&metric);
        if let Some(name) = tags.get("name").filter(|_| is_request) {
            let method = tags.get("method").unwrap_or_default();
            let names_method = name
                .strip_prefix(method)
                .is_some_and(|rest| method.is_empty() || rest.starts_with(' '));
            let value = if names_method {
                name.to_owned()
            } else {
                format!("{method} {name}")
            };
            series.push((Dimension::Name, value));
        }
        let of_group = is_request || self.breaks_down || metric == builtin::GROUP_DURATION;
        if let Some(group) = tags
            .get("group")
            .filter(|group| of_group && !group.is_empty())
        {
            series.push((Dimension::Group, group.to_owned()));
        }
        if let Some(scenario) = tags.get("scenario").filter(|_| self.breaks_down) {
            series.push((Dimension::Scenario, scenario.to_owned()));
        }
        series
    }
}

impl Known {
    fn sink(&mut self, key: SinkKey) -> SinkId {
        if let Some(id) = self.ids.get(&key) {
            return *id;
        }
        let id = SinkId(self.keys.len() as u32);
        self.keys.push(key.clone());
        self.ids.insert(key, id);
        id
    }

    fn series_value(&mut self, dimension: Dimension, value: &str) -> Arc<str> {
        let values = self.values.entry(dimension).or_default();
        if let Some(known) = values.get(value) {
            return known.clone();
        }
        if values.len() >= SERIES_MAX {
            self.overflows += 1;
            return OVERFLOW.into();
        }
        let value: Arc<str> = value.into();
        values.insert(value.clone());
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> RouteTable {
        let sub = |suffix: &str, selector: &[(&str, &str)]| SubMetric {
            metric: builtin::HTTP_REQ_DURATION,
            suffix: suffix.to_owned(),
            selector: selector
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        };
        RouteTable::new(
            vec![
                sub("expected_response:true", &[("expected_response", "true")]),
                sub("status:200,name:a", &[("status", "200"), ("name", "a")]),
                sub("group:", &[("group", "")]),
            ],
            false,
        )
    }

    fn keys(table: &RouteTable, metric: MetricId, tags: &[(&str, &str)]) -> Vec<SinkKey> {
        let tags = TagSet::from_pairs(tags.iter().copied());
        table
            .resolve(metric, &tags)
            .into_iter()
            .map(|id| table.key(id))
            .collect()
    }

    #[test]
    fn a_sample_goes_to_its_metric_and_each_sub_metric_that_selects_it() {
        let table = table();
        let metric = builtin::HTTP_REQ_DURATION;
        assert_eq!(
            keys(
                &table,
                metric,
                &[("expected_response", "true"), ("group", "::g")]
            ),
            [
                SinkKey::Metric(metric),
                SinkKey::Sub(0),
                SinkKey::Series {
                    dimension: Dimension::Group,
                    value: "::g".into(),
                    metric
                },
            ]
        );
        assert_eq!(
            keys(
                &table,
                metric,
                &[("status", "200"), ("name", "a"), ("method", "GET")]
            ),
            [
                SinkKey::Metric(metric),
                SinkKey::Sub(1),
                SinkKey::Sub(2),
                SinkKey::Series {
                    dimension: Dimension::Name,
                    value: "GET a".into(),
                    metric
                },
            ]
        );
        let names = [
            ("GET a", "GET", "GET a"),
            ("GETa", "GET", "GET GETa"),
            ("a", "", "a"),
        ];
        for (name, method, value) in names {
            let keys = keys(&table, metric, &[("name", name), ("method", method)]);
            let named = |key: &SinkKey| matches!(key, SinkKey::Series { value: own, .. } if **own == *value);
            assert!(keys.iter().any(named), "{keys:?}");
        }
        assert_eq!(
            keys(&table, builtin::CHECKS, &[("group", "::g")]),
            [SinkKey::Metric(builtin::CHECKS)]
        );
    }

    #[test]
    fn more_names_than_the_limit_share_a_series() {
        let table = table();
        for n in 0..SERIES_MAX + 5 {
            keys(
                &table,
                builtin::HTTP_REQ_FAILED,
                &[("name", &n.to_string()), ("group", "::g")],
            );
        }
        let last = keys(
            &table,
            builtin::HTTP_REQ_FAILED,
            &[("name", "new"), ("group", "::g")],
        );
        assert!(last.contains(&SinkKey::Series {
            dimension: Dimension::Name,
            value: OVERFLOW.into(),
            metric: builtin::HTTP_REQ_FAILED,
        }));
        assert_eq!(table.overflows(), 6);
    }
}
