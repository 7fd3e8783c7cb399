//! Where every sample goes besides the run's own aggregates: files, and whatever takes remote write.
//!
//! All of it happens on one thread of its own, behind a bounded channel. What doesn't fit is left
//! out, counted and said, so that a slow disk slows no virtual user.

mod csv;
mod json;
mod raw;
mod remote_write;
mod snappy;
mod writer;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) use json::{MetricHeader, SubMetricHeader};
pub(crate) use raw::{RawBuffer, RawSample, RawSender};
pub(crate) use writer::{OutputSetup, OutputThread, Outputs};

/// An output of every sample.
pub enum OutputKind {
    /// A JSON value a line; compressed when the name ends in `.gz`.
    Json(PathBuf),
    /// A line of values each; compressed when the name ends in `.gz`.
    Csv(PathBuf),
    /// Prometheus remote write, version 1.
    RemoteWrite(RemoteWrite),
}

/// What Prometheus remote write is done with.
pub struct RemoteWrite {
    /// Sends what was encoded.
    pub sink: Box<dyn RemoteSink>,
    /// How often it is sent; k6's default is 5 s.
    pub period: Duration,
    /// The statistics of trends to send, e.g. `p(99)`.
    pub trend_stats: Vec<String>,
}

/// Posts an encoded write request. Called on the outputs' thread, which may be blocked.
pub trait RemoteSink: Send {
    /// Posts a body with `Content-Type: application/x-protobuf`, `Content-Encoding: snappy` and
    /// `X-Prometheus-Remote-Write-Version: 0.1.0`. What fails is counted and said, not tried again:
    /// the next request holds newer values of the same series.
    fn post(&mut self, body: Vec<u8>) -> io::Result<()>;
}

/// Why an output can't be.
#[derive(Debug, thiserror::Error)]
#[error("failed to write output `{output}`")]
pub struct OutputError {
    output: String,
    #[source]
    source: io::Error,
}

impl OutputError {
    pub(crate) fn new(output: impl Into<String>, source: io::Error) -> Self {
        Self {
            output: output.into(),
            source,
        }
    }
}
