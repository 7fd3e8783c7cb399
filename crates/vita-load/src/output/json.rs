//! `--out json`: a JSON value a line, in k6's shapes.

use std::collections::HashSet;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};
use vita_model::Timestamp;

use super::raw::RawSample;
use super::writer::{Names, Output};
use crate::metric::builtin::is_beyond_k6;
use crate::metric::{MetricId, TagSet};

/// What the line before a metric's first point says.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MetricHeader {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) contains: &'static str,
    pub(crate) thresholds: Vec<String>,
    pub(crate) submetrics: Option<Vec<SubMetricHeader>>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct SubMetricHeader {
    pub(crate) name: String,
    pub(crate) suffix: String,
    pub(crate) tags: Map<String, Value>,
}

#[derive(Serialize)]
struct HeaderLine<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    data: &'a MetricHeader,
    metric: &'a str,
}

#[derive(Serialize)]
struct PointLine<'a> {
    metric: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    data: Point,
}

#[derive(Serialize)]
struct Point {
    time: String,
    value: Value,
    tags: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
}

pub(super) struct JsonOutput {
    file: Box<dyn Write + Send>,
    announced: HashSet<MetricId>,
}

impl JsonOutput {
    pub(super) fn new(file: Box<dyn Write + Send>) -> Self {
        Self {
            file,
            announced: HashSet::new(),
        }
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, line)?;
        self.file.write_all(b"\n")
    }
}

impl Output for JsonOutput {
    fn take(&mut self, sample: &RawSample, names: &Names<'_>) -> io::Result<()> {
        if is_beyond_k6(sample.metric) {
            return Ok(());
        }
        let info = names.hub.registry.info(sample.metric);
        if self.announced.insert(sample.metric) {
            let header = (names.headers)(sample.metric);
            self.line(&HeaderLine {
                kind: "Metric",
                data: &header,
                metric: &header.name,
            })?;
        }
        let tags = names.hub.tags.get(sample.tags);
        self.line(&PointLine {
            metric: &info.name,
            kind: "Point",
            data: Point {
                time: rfc3339_nano(names.state.wall_time(sample.time)),
                value: crate::summary::number(sample.value),
                tags: tag_map(&tags),
                metadata: sample.metadata.as_deref().map(tag_map),
            },
        })
    }

    fn tick(&mut self, _: &Names<'_>) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, _: &Names<'_>) -> io::Result<()> {
        self.file.flush()
    }
}

fn tag_map(tags: &TagSet) -> Value {
    Value::Object(
        tags.iter()
            .map(|(key, value)| (key.to_owned(), json!(value)))
            .collect(),
    )
}

/// As Go writes `RFC3339Nano`: as many decimals as there are, in UTC.
fn rfc3339_nano(at: Timestamp) -> String {
    let text = at.to_string();
    let Some((secs, fraction)) = text.trim_end_matches('Z').split_once('.') else {
        return text;
    };
    match fraction.trim_end_matches('0') {
        "" => format!("{secs}Z"),
        digits => format!("{secs}.{digits}Z"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_as_many_decimals_as_they_need() {
        let texts = [
            1_700_000_000_000_000,
            1_700_000_000_120_000,
            1_700_000_000_000_001,
        ]
        .map(|micros| rfc3339_nano(Timestamp::from_micros(micros)));
        assert_eq!(
            texts,
            [
                "2023-11-14T22:13:20Z",
                "2023-11-14T22:13:20.12Z",
                "2023-11-14T22:13:20.000001Z"
            ]
        );
    }
}
