//! Prometheus remote write 1.0, the series named as k6's output names them.
//!
//! The message is small enough to be written by hand: `WriteRequest { repeated TimeSeries = 1 }`,
//! `TimeSeries { repeated Label = 1; repeated Sample = 2 }`, `Label { name = 1; value = 2 }`,
//! `Sample { double value = 1; int64 timestamp = 2 }`
//! (<https://prometheus.io/docs/specs/prw/remote_write_spec/>).

use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

use super::raw::RawSample;
use super::snappy::{compress, push_varint};
use super::writer::{Names, Output};
use super::{RemoteSink, RemoteWrite};
use crate::metric::{
    Contains, MetricId, MetricInfo, MetricValues, Precision, Sink, TagSet, TagSetId,
};
use crate::threshold::Aggregation;

/// Series that are sent; further ones are left out. Each takes up to 10 KB.
const SERIES_MAX: usize = 20_000;

pub(super) struct RemoteWriteOutput {
    sink: Box<dyn RemoteSink>,
    period: Duration,
    stats: Vec<Aggregation>,
    series: HashMap<(MetricId, TagSetId), Series>,
    next_send: Instant,
    posts: u64,
    failed_posts: u64,
    last_failure: String,
    series_left_out: u64,
}

/// A metric's samples with one tag set, since the run's start.
struct Series {
    values: Sink,
    /// The latest sample's time, in milliseconds since 1970.
    at_millis: i64,
    has_changed: bool,
}

impl RemoteWriteOutput {
    pub(super) fn new(remote: RemoteWrite) -> Result<Self, String> {
        let stats = remote
            .trend_stats
            .iter()
            .map(|stat| Aggregation::parse(stat));
        Ok(Self {
            sink: remote.sink,
            period: remote.period,
            stats: stats.collect::<Result<_, _>>()?,
            series: HashMap::new(),
            next_send: Instant::now() + remote.period,
            posts: 0,
            failed_posts: 0,
            last_failure: String::new(),
            series_left_out: 0,
        })
    }

    fn send(&mut self, names: &Names<'_>) {
        let mut request = Vec::new();
        for ((metric, tags), series) in &mut self.series {
            if !std::mem::replace(&mut series.has_changed, false) {
                continue;
            }
            let info = names.hub.registry.info(*metric);
            let tags = names.hub.tags.get(*tags);
            for (name, value) in named_values(&info, &series.values, &self.stats) {
                push_series(&mut request, &name, &tags, value, series.at_millis);
            }
        }
        if request.is_empty() {
            return;
        }
        self.posts += 1;
        let Err(error) = self.sink.post(compress(&request)) else {
            return;
        };
        self.failed_posts += 1;
        let reason = error.to_string();
        if self.failed_posts == 1 {
            names.state.warn(format!(
                "a remote write failed: {reason}; further ones are tried, and counted"
            ));
        }
        self.last_failure = reason;
    }
}

impl Output for RemoteWriteOutput {
    fn take(&mut self, sample: &RawSample, names: &Names<'_>) -> io::Result<()> {
        let key = (sample.metric, sample.tags);
        if self.series.len() >= SERIES_MAX && !self.series.contains_key(&key) {
            self.series_left_out += 1;
            return Ok(());
        }
        let series = self.series.entry(key).or_insert_with(|| Series {
            values: Sink::new(
                names.hub.registry.info(sample.metric).kind,
                Precision::SERIES,
            ),
            at_millis: 0,
            has_changed: false,
        });
        series.values.add(sample.value, || 0);
        series.at_millis = names.state.wall_time(sample.time).as_micros() / 1000;
        series.has_changed = true;
        Ok(())
    }

    fn tick(&mut self, names: &Names<'_>) -> io::Result<()> {
        if Instant::now() >= self.next_send {
            self.next_send = Instant::now() + self.period;
            self.send(names);
        }
        Ok(())
    }

    fn finish(&mut self, names: &Names<'_>) -> io::Result<()> {
        self.send(names);
        if self.failed_posts > 0 {
            let Self {
                posts,
                failed_posts,
                last_failure,
                ..
            } = self;
            names.state.warn(format!(
                "{failed_posts} of {posts} remote writes failed, the last because: {last_failure}"
            ));
        }
        if self.series_left_out > 0 {
            names.state.warn(format!(
                "{} samples were not sent by remote write: there are more than {SERIES_MAX} series",
                self.series_left_out
            ));
        }
        Ok(())
    }
}

/// The names outside, and the values. Times are sent in seconds, Prometheus' base unit.
fn named_values(info: &MetricInfo, values: &Sink, stats: &[Aggregation]) -> Vec<(String, f64)> {
    let scale = if info.contains == Contains::Time {
        1e-3
    } else {
        1.0
    };
    let name = &info.name;
    match MetricValues::of(values, Duration::ZERO) {
        MetricValues::Counter { count, .. } => vec![(format!("k6_{name}_total"), count)],
        MetricValues::Gauge { value, .. } => vec![(format!("k6_{name}"), value * scale)],
        MetricValues::Rate { passes, fails } => {
            let share = passes as f64 / (passes + fails).max(1) as f64;
            vec![(format!("k6_{name}_rate"), share)]
        }
        MetricValues::Trend(trend) => {
            let found = trend.stats(stats.iter().copied());
            let named = stats.iter().zip(found).map(|(stat, value)| {
                let scale = if *stat == Aggregation::Count {
                    1.0
                } else {
                    scale
                };
                (format!("k6_{name}_{}", stat_suffix(*stat)), value * scale)
            });
            named.collect()
        }
    }
}

/// `p(95)` as `p95`, `p(99.9)` as `p999`: names hold no signs.
fn stat_suffix(stat: Aggregation) -> String {
    stat.to_string()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

fn push_series(out: &mut Vec<u8>, name: &str, tags: &TagSet, value: f64, at_millis: i64) {
    let mut labels = vec![("__name__".to_owned(), name)];
    let filled = tags.iter().filter(|(_, value)| !value.is_empty());
    labels.extend(filled.map(|(key, value)| (label_name(key), value)));
    // The specification wants them sorted, and each once.
    labels.sort();
    labels.dedup_by(|later, earlier| later.0 == earlier.0);
    let mut series = Vec::new();
    for (key, value) in &labels {
        push_label(&mut series, key, value);
    }
    let mut sample = vec![1 << 3 | 1];
    sample.extend(value.to_le_bytes());
    sample.push(2 << 3);
    push_varint(&mut sample, at_millis as u64);
    push_bytes(&mut series, 2, &sample);
    push_bytes(out, 1, &series);
}

/// The signs that a label's name may hold.
fn label_name(key: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '_'
        }
    };
    let name: String = key.chars().map(plain).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

fn push_label(out: &mut Vec<u8>, name: &str, value: &str) {
    let mut label = Vec::new();
    push_bytes(&mut label, 1, name.as_bytes());
    push_bytes(&mut label, 2, value.as_bytes());
    push_bytes(out, 1, &label);
}

/// A field of bytes: its number and wire type 2, its length, itself.
fn push_bytes(out: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    out.push(field << 3 | 2);
    push_varint(out, bytes.len() as u64);
    out.extend(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::MetricKind;

    #[test]
    fn a_series_is_written_as_the_specification_says() {
        let mut out = Vec::new();
        let tags = TagSet::from_pairs([("a", "b"), ("empty", ""), ("Z.", "1"), ("Z_", "2")]);
        push_series(&mut out, "k6_vus", &tags, 1.0, 300);
        let mut expected = vec![0x0a, 0, 0x0a, 7, 0x0a, 2, b'Z', b'_', 0x12, 1, b'1'];
        expected.extend([0x0a, 18, 0x0a, 8]);
        expected.extend(b"__name__\x12\x06k6_vus");
        expected.extend([0x0a, 6, 0x0a, 1, b'a', 0x12, 1, b'b']);
        expected.extend([
            0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x10, 0xac, 0x02,
        ]);
        expected[1] = (expected.len() - 2) as u8;
        assert_eq!(out, expected);
    }

    #[test]
    fn names_say_the_statistic_and_hold_no_signs() {
        let info = MetricInfo {
            id: crate::metric::builtin::HTTP_REQ_DURATION,
            name: "http_req_duration".into(),
            kind: MetricKind::Trend,
            contains: Contains::Time,
        };
        let mut values = Sink::new(info.kind, Precision::SERIES);
        values.add(250.0, || 0);
        let stats = [Aggregation::Percentile(99.9), Aggregation::Count];
        assert_eq!(
            named_values(&info, &values, &stats),
            [
                ("k6_http_req_duration_p999".to_owned(), 0.25),
                ("k6_http_req_duration_count".to_owned(), 1.0),
            ]
        );
        assert_eq!(label_name("9-x.y"), "_9_x_y");
    }
}
