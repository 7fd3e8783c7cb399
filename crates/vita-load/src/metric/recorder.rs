//! Taking samples on a worker's thread: no lock, and no allocation for a sample.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::builtin::{self, HTTP_METRICS};
use super::groups::{CheckCount, CheckId};
use super::hub::MetricHub;
use super::registry::MetricId;
use super::route::{SinkId, SinkKey};
use super::sink::Sink;
use super::tags::{TagCache, TagSet, TagSetId, cut_name};
use super::trend::Precision;
use crate::output::{RawBuffer, RawSample};

/// Routes that a worker remembers; it forgets all when there are more.
const ROUTES_MAX: usize = 200_000;

/// Checks that a worker finds by their names without asking the others.
const CACHED_CHECKS_MAX: usize = 20_000;

/// The phases of a request, and whether its response was the expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HttpSample {
    /// Waiting for a connection.
    pub blocked: Duration,
    /// Connecting.
    pub connecting: Duration,
    /// The handshake of TLS.
    pub tls_handshaking: Duration,
    /// Sending the request.
    pub sending: Duration,
    /// From the request's end to the response's first byte.
    pub waiting: Duration,
    /// Receiving the response.
    pub receiving: Duration,
    /// Whether it failed; `None` when nobody judges, and then `http_req_failed` has no sample.
    pub failed: Option<bool>,
}

impl HttpSample {
    /// The request's duration: sending, waiting and receiving.
    pub fn duration(&self) -> Duration {
        self.sending + self.waiting + self.receiving
    }

    /// In the order of [`HTTP_METRICS`].
    fn values(&self) -> [f64; HTTP_METRICS.len()] {
        [
            1.0,
            millis(self.duration()),
            millis(self.blocked),
            millis(self.connecting),
            millis(self.tls_handshaking),
            millis(self.sending),
            millis(self.waiting),
            millis(self.receiving),
            f64::from(u8::from(self.failed == Some(true))),
        ]
    }
}

/// A duration as the value of a metric of times.
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
}

/// Takes samples. Cheap to clone; stays on its worker's thread. Clones share the metadata.
#[derive(Clone)]
pub struct Recorder {
    worker: Rc<RefCell<WorkerMetrics>>,
    metadata: Rc<RefCell<Option<Arc<TagSet>>>>,
}

/// The samples of a worker since it last handed them to the store.
struct WorkerMetrics {
    hub: Arc<MetricHub>,
    sinks: Vec<Option<Sink>>,
    /// The metric of those sinks that are a metric's own, for the time series.
    metrics: Vec<Option<MetricId>>,
    precisions: Vec<Precision>,
    routes: Routes,
    http_routes: IdMap<Rc<HttpRoute>>,
    tags: TagCache,
    check_ids: HashMap<Box<str>, HashMap<Box<str>, CheckId>>,
    checks: Vec<(CheckId, CheckCount)>,
    check_positions: IdMap<usize>,
    raw: Option<RawBuffer>,
}

type IdMap<V> = HashMap<u64, V, BuildHasherDefault<IdHasher>>;
type Routes = IdMap<Rc<[SinkId]>>;
/// The sinks of each metric of a request.
type HttpRoute = [Box<[SinkId]>];

/// Spreads small numbers; its keys are ids that nobody outside can choose.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        // Fibonacci hashing: 2^64 divided by the golden ratio (D. Knuth, TAOCP 3, §6.4).
        let mixed = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl Recorder {
    pub(crate) fn new(hub: Arc<MetricHub>) -> Self {
        let raw = hub.raw.clone().map(RawBuffer::new);
        Self {
            worker: Rc::new(RefCell::new(WorkerMetrics {
                hub,
                sinks: Vec::new(),
                metrics: Vec::new(),
                precisions: Vec::new(),
                routes: Routes::default(),
                http_routes: HashMap::default(),
                tags: TagCache::default(),
                check_ids: HashMap::new(),
                checks: Vec::new(),
                check_positions: HashMap::default(),
                raw,
            })),
            metadata: Rc::default(),
        }
    }

    /// A recorder on the same worker with metadata of its own: a virtual user's.
    pub(crate) fn for_seat(&self) -> Self {
        Self {
            worker: self.worker.clone(),
            metadata: Rc::default(),
        }
    }

    /// The tag set of these pairs, in any order; of a key twice, the later value holds. Worth
    /// remembering by what the pairs were made of.
    pub fn tags(&self, pairs: &[(&str, &str)]) -> TagSetId {
        let worker = &mut *self.worker.borrow_mut();
        worker
            .tags
            .lookup_or_intern(&worker.hub.tags, pairs.iter().copied())
    }

    /// The tag set of `base` with these pairs added or replaced.
    pub fn tags_with(&self, base: TagSetId, pairs: &[(&str, &str)]) -> TagSetId {
        let base = self.tag_set(base);
        let replaced = |key: &str| pairs.iter().any(|(new, _)| *new == key);
        let worker = &mut *self.worker.borrow_mut();
        let kept = base.iter().filter(|(key, _)| !replaced(key));
        worker
            .tags
            .lookup_or_intern(&worker.hub.tags, kept.chain(pairs.iter().copied()))
    }

    /// The tags of a set. Without an output of every sample, only the keys that somebody reads.
    pub fn tag_set(&self, id: TagSetId) -> Arc<TagSet> {
        self.worker.borrow().hub.tags.get(id)
    }

    /// Whether every sample is written somewhere, so that all tags and metadata matter.
    pub fn keeps_all_tags(&self) -> bool {
        self.worker.borrow().raw.is_some()
    }

    /// What goes with each further sample of this virtual user into outputs, but makes no series.
    pub fn set_metadata(&self, pairs: &[(&str, &str)]) {
        let set = (!pairs.is_empty()).then(|| Arc::new(TagSet::from_pairs(pairs.iter().copied())));
        *self.metadata.borrow_mut() = set;
    }

    /// Adds a sample. A value that is not finite is refused: returns false.
    pub fn add(&self, metric: MetricId, value: f64, tags: TagSetId) -> bool {
        if !value.is_finite() {
            return false;
        }
        let worker = &mut *self.worker.borrow_mut();
        worker.add(metric, value, tags);
        if worker.raw.is_some() {
            self.add_raw(worker, Instant::now(), &[(metric, value)], tags);
        }
        true
    }

    /// Adds the samples of a request.
    pub fn add_http(&self, sample: &HttpSample, tags: TagSetId) {
        let worker = &mut *self.worker.borrow_mut();
        let values = sample.values();
        let judged = if sample.failed.is_some() {
            values.len()
        } else {
            values.len() - 1
        };
        let routes = worker.http_route(tags);
        for (route, value) in routes.iter().zip(values).take(judged) {
            for sink in route {
                worker.add_to_sink(*sink, value);
            }
        }
        if worker.raw.is_some() {
            let mut samples = [(builtin::HTTP_REQS, 0.0); HTTP_METRICS.len()];
            for (slot, pair) in samples.iter_mut().zip(HTTP_METRICS.into_iter().zip(values)) {
                *slot = pair;
            }
            self.add_raw(worker, Instant::now(), &samples[..judged], tags);
        }
    }

    /// Makes a group known, so that it is in the tree even without a check.
    pub fn enter_group(&self, path: &str) {
        let path = cut_name(path);
        let worker = &mut *self.worker.borrow_mut();
        if !worker.check_ids.contains_key(path) {
            worker.hub.groups.enter(path);
            worker.forget_checks_beyond_limit();
            worker.check_ids.insert(path.into(), HashMap::new());
        }
    }

    /// The check of that name in the group of that path (`::outer::inner`; empty at the root).
    pub fn check_id(&self, group: &str, name: &str) -> CheckId {
        let (group, name) = (cut_name(group), cut_name(name));
        let worker = &mut *self.worker.borrow_mut();
        if let Some(id) = worker
            .check_ids
            .get(group)
            .and_then(|names| names.get(name))
        {
            return *id;
        }
        let id = worker.hub.groups.check(group, name);
        worker.forget_checks_beyond_limit();
        worker
            .check_ids
            .entry(group.into())
            .or_default()
            .insert(name.into(), id);
        id
    }

    /// Adds a check's outcome, to its count and to the metric `checks`.
    pub fn add_check(&self, check: CheckId, passed: bool, tags: TagSetId) {
        self.add(builtin::CHECKS, f64::from(u8::from(passed)), tags);
        let worker = &mut *self.worker.borrow_mut();
        let next = worker.checks.len();
        let at = *worker
            .check_positions
            .entry(u64::from(check.0))
            .or_insert(next);
        if at == next {
            worker.checks.push((check, CheckCount::default()));
        }
        let count = &mut worker.checks[at].1;
        if passed {
            count.passes += 1;
        } else {
            count.fails += 1;
        }
    }

    /// Hands what came since the last time to the store and the outputs.
    pub(crate) fn flush(&self) {
        self.worker.borrow_mut().flush();
    }

    fn add_raw(
        &self,
        worker: &mut WorkerMetrics,
        time: Instant,
        samples: &[(MetricId, f64)],
        tags: TagSetId,
    ) {
        let Some(raw) = &mut worker.raw else { return };
        let metadata = self.metadata.borrow();
        for (metric, value) in samples {
            let metadata = metadata.clone();
            raw.push(RawSample {
                metric: *metric,
                value: *value,
                tags,
                time,
                metadata,
            });
        }
    }
}

impl WorkerMetrics {
    fn add(&mut self, metric: MetricId, value: f64, tags: TagSetId) {
        let key = u64::from(metric.0) << 32 | u64::from(tags.0);
        let route = match self.routes.get(&key) {
            Some(route) => route.clone(),
            None => self.make_route(key, metric, tags),
        };
        for sink in &*route {
            self.add_to_sink(*sink, value);
        }
    }

    fn add_to_sink(&mut self, id: SinkId, value: f64) {
        // A route is made together with its sinks.
        if let Some(Some(sink)) = self.sinks.get_mut(id.0 as usize) {
            sink.add(value, || self.hub.next_gauge_order());
        }
    }

    fn make_route(&mut self, key: u64, metric: MetricId, tags: TagSetId) -> Rc<[SinkId]> {
        if self.routes.len() >= ROUTES_MAX {
            self.routes.clear();
        }
        let route: Rc<[SinkId]> = self.resolve(metric, tags).into();
        self.routes.insert(key, route.clone());
        route
    }

    fn http_route(&mut self, tags: TagSetId) -> Rc<HttpRoute> {
        let key = u64::from(tags.0);
        if let Some(route) = self.http_routes.get(&key) {
            return route.clone();
        }
        let route: Rc<HttpRoute> = HTTP_METRICS
            .into_iter()
            .map(|metric| self.resolve(metric, tags).into_boxed_slice())
            .collect();
        self.http_routes.insert(key, route.clone());
        route
    }

    fn resolve(&mut self, metric: MetricId, tags: TagSetId) -> Vec<SinkId> {
        let set = self.hub.tags.get(tags);
        let kind = self.hub.registry.info(metric).kind;
        let ids = self.hub.routes.resolve(metric, &set);
        for id in &ids {
            let index = id.0 as usize;
            if self.sinks.len() <= index {
                self.sinks.resize_with(index + 1, || None);
                self.metrics.resize(index + 1, None);
                self.precisions.resize(index + 1, Precision::METRIC);
            }
            if self.sinks[index].is_none() {
                let key = self.hub.routes.key(*id);
                let precision = key.precision();
                self.metrics[index] = matches!(key, SinkKey::Metric(_)).then_some(metric);
                self.precisions[index] = precision;
                // Between two flushes a worker keeps few exact values of each.
                self.sinks[index] = Some(Sink::new(kind, precision));
            }
        }
        ids
    }

    fn forget_checks_beyond_limit(&mut self) {
        let known: usize = self.check_ids.values().map(|names| names.len() + 1).sum();
        if known >= CACHED_CHECKS_MAX {
            self.check_ids.clear();
        }
    }

    fn flush(&mut self) {
        let mut store = self.hub.store();
        let described = self.metrics.iter().zip(&self.precisions);
        for (index, (sink, (metric, precision))) in self.sinks.iter_mut().zip(described).enumerate()
        {
            if let Some(sink) = sink {
                store.take(SinkId(index as u32), *metric, sink, *precision);
            }
        }
        store.take_checks(&mut self.checks);
        drop(store);
        if let Some(raw) = &mut self.raw {
            raw.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{HubSetup, MetricRegistry, MetricValues};
    use crate::output::RawSender;

    fn hub(raw: Option<RawSender>) -> Arc<MetricHub> {
        let registry = Arc::new(MetricRegistry::new());
        Arc::new(MetricHub::new(HubSetup {
            registry,
            subs: Vec::new(),
            breaks_down: false,
            raw,
        }))
    }

    fn total(hub: &MetricHub, metric: MetricId) -> f64 {
        match hub.values(&SinkKey::Metric(metric), Duration::from_secs(1)) {
            Some(MetricValues::Counter { count, .. }) => count,
            Some(MetricValues::Trend(trend)) => trend.sum(),
            Some(MetricValues::Rate { passes, .. }) => passes as f64,
            Some(MetricValues::Gauge { value, .. }) => value,
            None => 0.0,
        }
    }

    #[test]
    fn samples_of_all_workers_come_together() {
        let hub = hub(None);
        let workers = [Recorder::new(hub.clone()), Recorder::new(hub.clone())];
        for worker in &workers {
            let tags = worker.tags(&[("name", "a")]);
            let millis = Duration::from_millis;
            worker.add_http(
                &HttpSample {
                    sending: millis(1),
                    waiting: millis(2),
                    receiving: millis(4),
                    blocked: millis(8),
                    failed: Some(true),
                    ..HttpSample::default()
                },
                tags,
            );
            worker.add_http(
                &HttpSample {
                    waiting: millis(5),
                    ..HttpSample::default()
                },
                tags,
            );
            worker.add_check(worker.check_id("::g", "c"), true, tags);
            assert!(!worker.add(builtin::ITERATIONS, f64::NAN, tags));
            worker.flush();
            worker.flush();
        }
        let totals = [
            builtin::HTTP_REQS,
            builtin::HTTP_REQ_DURATION,
            builtin::HTTP_REQ_BLOCKED,
            builtin::HTTP_REQ_FAILED,
            builtin::CHECKS,
            builtin::ITERATIONS,
        ]
        .map(|metric| total(&hub, metric) as u64);
        assert_eq!(totals, [4, 24, 16, 2, 2, 0]);
        assert_eq!(hub.check_tree().groups[0].checks[0].passes, 2);
        let Some(MetricValues::Rate { passes, fails }) = hub.values(
            &SinkKey::Metric(builtin::HTTP_REQ_FAILED),
            Duration::from_secs(1),
        ) else {
            panic!("a rate");
        };
        assert_eq!((passes, fails), (2, 0), "what nobody judges is no sample");
    }

    #[test]
    fn raw_samples_carry_the_metadata_of_their_virtual_user() {
        let (sender, receiver) = RawSender::channel();
        let worker = Recorder::new(hub(Some(sender)));
        let (first, second) = (worker.for_seat(), worker.for_seat());
        first.set_metadata(&[("trace", "1")]);
        let tags = first.tags(&[("anything", "kept")]);
        assert!(first.keeps_all_tags() && first.tag_set(tags).get("anything") == Some("kept"));
        first.add(builtin::ITERATIONS, 1.0, tags);
        second.add(builtin::ITERATIONS, 2.0, tags);
        worker.flush();
        let batch = receiver.try_recv().unwrap();
        let traces: Vec<Option<String>> = batch
            .iter()
            .map(|sample| sample.metadata.as_ref()?.get("trace").map(str::to_owned))
            .collect();
        assert_eq!(traces, [Some("1".to_owned()), None]);
    }
}
