use std::sync::{Mutex, PoisonError};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::metric::{About, Kind, TABLE, Unit};

/// Collects the metrics of this process and prints them for Prometheus; cheap to clone.
#[derive(Clone, Debug)]
pub struct Exporter {
    handle: PrometheusHandle,
}

/// Metrics cannot be collected.
#[derive(Debug, thiserror::Error)]
#[error("failed to set up the collection of metrics")]
pub struct InstallError(#[source] metrics_exporter_prometheus::BuildError);

impl Exporter {
    /// Starts the collection for the whole process. Called again it gives the same collection, as
    /// there is only one: several servers in one process, as in tests, share it.
    ///
    /// [`Sampler`](crate::Sampler) has to run beside it: what histograms are given piles up until
    /// it is put away.
    ///
    /// # Errors
    /// [`InstallError`] when another collection was started than this one.
    pub fn install() -> Result<Self, InstallError> {
        static INSTALLED: Mutex<Option<Exporter>> = Mutex::new(None);
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(exporter) = &*installed {
            return Ok(exporter.clone());
        }
        let mut builder = PrometheusBuilder::new();
        for about in TABLE {
            if let Kind::Histogram(bounds) = about.kind {
                let name = Matcher::Full(about.name.to_owned());
                builder = builder
                    .set_buckets_for_metric(name, bounds)
                    .map_err(InstallError)?;
            }
        }
        let handle = builder.install_recorder().map_err(InstallError)?;
        let exporter = Self { handle };
        TABLE.iter().for_each(register);
        *installed = Some(exporter.clone());
        Ok(exporter)
    }

    /// All metrics in Prometheus' text format (0.0.4).
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// The value of the header `Content-Type` for what [`render`](Self::render) gives.
    pub const CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";

    /// Puts away what histograms were given.
    pub(crate) fn keep_up(&self) {
        self.handle.run_upkeep();
    }
}

/// Describes a metric, and lets one without labels start at zero: an alert on what never happened
/// must not say that there is no such metric.
fn register(about: &About) {
    let unit = match about.unit {
        Unit::Seconds => metrics::Unit::Seconds,
        Unit::Bytes => metrics::Unit::Bytes,
        Unit::Of(_) => metrics::Unit::Count,
    };
    let text = about.description.trim();
    let bare = about.labels.is_empty();
    match about.kind {
        Kind::Counter => {
            metrics::describe_counter!(about.name, unit, text);
            if bare {
                metrics::counter!(about.name).increment(0);
            }
        }
        Kind::Gauge => {
            metrics::describe_gauge!(about.name, unit, text);
            if bare {
                metrics::gauge!(about.name).increment(0);
            }
        }
        Kind::Histogram(_) => metrics::describe_histogram!(about.name, unit, text),
    }
}
