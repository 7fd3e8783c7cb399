//! Kinds of metrics, each bound to its line in the [table](crate::metric).
//!
//! A metric knows how many labels it has, so that one can only be recorded with a value for each.
//! Values of labels are few and known beforehand: a route as it is declared, the name of a queue, a
//! word of an enum; never an id, an address or a text that a client sent, as each new value is
//! memory for as long as the process lives.

mod table;

use std::time::Duration;

use metrics::{Label, SharedString};

pub use table::*;

/// What a metric counts or measures; the end of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Time.
    Seconds,
    /// Space.
    Bytes,
    /// Things, by their word in the plural.
    Of(&'static str),
}

impl Unit {
    /// The word in the metric's name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Of(things) => things,
        }
    }
}

/// How a metric moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution, over these upper bounds.
    Histogram(&'static [f64]),
}

/// A metric's line in the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct About {
    /// The name: `vitascope_<thing>_<unit>`, and `_total` behind a counter's.
    pub name: &'static str,
    /// How it moves.
    pub kind: Kind,
    /// What it counts or measures.
    pub unit: Unit,
    /// What it says, for people.
    pub description: &'static str,
    /// The names of its labels.
    pub labels: &'static [&'static str],
}

/// Only grows.
#[derive(Clone, Copy, Debug)]
pub struct Counter<const LABELS: usize> {
    about: About,
}

/// Goes up and down.
#[derive(Clone, Copy, Debug)]
pub struct Gauge<const LABELS: usize> {
    about: About,
}

/// Tells a distribution.
#[derive(Clone, Copy, Debug)]
pub struct Histogram<const LABELS: usize> {
    about: About,
}

impl<const LABELS: usize> Counter<LABELS> {
    /// Counts `times` more, with the labels' values in the table's order.
    pub fn add(&self, times: u64, labels: [&str; LABELS]) {
        match with_names(&self.about, labels) {
            None => metrics::counter!(self.about.name).increment(times),
            Some(labels) => metrics::counter!(self.about.name, labels).increment(times),
        }
    }
}

impl<const LABELS: usize> Gauge<LABELS> {
    /// Moves to a value, with the labels' values in the table's order.
    pub fn set(&self, value: f64, labels: [&str; LABELS]) {
        self.handle(labels).set(value);
    }

    /// Moves by `change`, which may be negative.
    pub fn add(&self, change: f64, labels: [&str; LABELS]) {
        self.handle(labels).increment(change);
    }

    /// One more, until what is returned is dropped.
    pub fn hold(&self, labels: [&str; LABELS]) -> Held {
        let gauge = self.handle(labels);
        gauge.increment(1);
        Held(gauge)
    }

    fn handle(&self, labels: [&str; LABELS]) -> metrics::Gauge {
        match with_names(&self.about, labels) {
            None => metrics::gauge!(self.about.name),
            Some(labels) => metrics::gauge!(self.about.name, labels),
        }
    }
}

/// One of the things that a gauge counts; when it is dropped there is one less.
#[must_use = "the thing is counted only as long as this lives"]
pub struct Held(metrics::Gauge);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Held")
    }
}

impl<const LABELS: usize> Histogram<LABELS> {
    /// Records a value, with the labels' values in the table's order.
    pub fn record(&self, value: f64, labels: [&str; LABELS]) {
        match with_names(&self.about, labels) {
            None => metrics::histogram!(self.about.name).record(value),
            Some(labels) => metrics::histogram!(self.about.name, labels).record(value),
        }
    }

    /// Records a length of time, of which the unit is the second.
    pub fn record_time(&self, time: Duration, labels: [&str; LABELS]) {
        self.record(time.as_secs_f64(), labels);
    }
}

/// The labels with their names; nothing when there are none, which then costs no memory.
fn with_names<const LABELS: usize>(about: &About, values: [&str; LABELS]) -> Option<Vec<Label>> {
    if LABELS == 0 {
        return None;
    }
    let named = about.labels.iter().zip(values);
    let label = |(name, value): (&&'static str, &str)| {
        Label::new(*name, SharedString::from_owned(value.to_owned()))
    };
    Some(named.map(label).collect())
}
