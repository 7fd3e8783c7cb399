use super::builtin;
use super::groups::{CheckCount, CheckId};
use super::registry::MetricId;
use super::route::SinkId;
use super::sink::Sink;
use super::trend::{Precision, Trend};

/// The samples of all workers, taken together.
#[derive(Debug, Default)]
pub(crate) struct Store {
    sinks: Vec<Option<Sink>>,
    checks: Vec<CheckCount>,
    window: Window,
}

/// What came since the window was last taken: a slot of the time series.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) requests: Trend,
    pub(crate) failed_requests: u64,
    pub(crate) iteration_times: Trend,
    pub(crate) iterations: u64,
    pub(crate) dropped_iterations: u64,
    pub(crate) failed_checks: u64,
    pub(crate) bytes_sent: f64,
    pub(crate) bytes_received: f64,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            requests: Trend::new(Precision::SLOT),
            failed_requests: 0,
            iteration_times: Trend::new(Precision::SLOT),
            iterations: 0,
            dropped_iterations: 0,
            failed_checks: 0,
            bytes_sent: 0.0,
            bytes_received: 0.0,
        }
    }
}

impl Window {
    /// Adds another's counts and leaves it empty.
    pub(crate) fn take_from(&mut self, other: &mut Self) {
        self.requests.take_from(&mut other.requests);
        self.iteration_times.take_from(&mut other.iteration_times);
        self.failed_requests += std::mem::take(&mut other.failed_requests);
        self.iterations += std::mem::take(&mut other.iterations);
        self.dropped_iterations += std::mem::take(&mut other.dropped_iterations);
        self.failed_checks += std::mem::take(&mut other.failed_checks);
        self.bytes_sent += std::mem::take(&mut other.bytes_sent);
        self.bytes_received += std::mem::take(&mut other.bytes_received);
    }

    /// Adds what a worker has of a metric.
    fn add(&mut self, metric: MetricId, sink: &Sink) {
        match (metric, sink) {
            (builtin::HTTP_REQ_DURATION, Sink::Trend(trend)) => self.requests.add_all(trend),
            (builtin::ITERATION_DURATION, Sink::Trend(trend)) => {
                self.iteration_times.add_all(trend);
            }
            (builtin::HTTP_REQ_FAILED, Sink::Rate { trues, .. }) => self.failed_requests += trues,
            (builtin::CHECKS, Sink::Rate { trues, total }) => self.failed_checks += total - trues,
            (builtin::ITERATIONS, Sink::Counter { sum, .. }) => self.iterations += *sum as u64,
            (builtin::DROPPED_ITERATIONS, Sink::Counter { sum, .. }) => {
                self.dropped_iterations += *sum as u64;
            }
            (builtin::DATA_SENT, Sink::Counter { sum, .. }) => self.bytes_sent += sum,
            (builtin::DATA_RECEIVED, Sink::Counter { sum, .. }) => self.bytes_received += sum,
            _ => {}
        }
    }
}

impl Store {
    /// Takes a worker's samples of a sink; `of_metric` when it is a metric's own.
    pub(crate) fn take(
        &mut self,
        id: SinkId,
        of_metric: Option<MetricId>,
        sink: &mut Sink,
        precision: Precision,
    ) {
        if sink.is_empty() {
            return;
        }
        if let Some(metric) = of_metric {
            self.window.add(metric, sink);
        }
        let index = id.0 as usize;
        if self.sinks.len() <= index {
            self.sinks.resize_with(index + 1, || None);
        }
        let own = self.sinks[index].get_or_insert_with(|| empty_like(sink, precision));
        own.take_from(sink);
    }

    pub(crate) fn take_checks(&mut self, counts: &mut [(CheckId, CheckCount)]) {
        for (id, count) in counts {
            let index = id.0 as usize;
            if self.checks.len() <= index {
                self.checks.resize(index + 1, CheckCount::default());
            }
            let count = std::mem::take(count);
            self.checks[index].passes += count.passes;
            self.checks[index].fails += count.fails;
        }
    }

    pub(crate) fn get(&self, id: SinkId) -> Option<&Sink> {
        self.sinks.get(id.0 as usize)?.as_ref()
    }

    pub(crate) fn checks(&self) -> &[CheckCount] {
        &self.checks
    }

    /// What came since this was last called.
    pub(crate) fn take_window(&mut self) -> Window {
        std::mem::take(&mut self.window)
    }
}

fn empty_like(sink: &Sink, precision: Precision) -> Sink {
    match sink {
        Sink::Counter { .. } => Sink::Counter { sum: 0.0, count: 0 },
        Sink::Gauge(_) => Sink::Gauge(None),
        Sink::Rate { .. } => Sink::Rate { trues: 0, total: 0 },
        Sink::Trend(_) => Sink::Trend(Trend::new(precision)),
    }
}
