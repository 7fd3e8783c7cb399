//! What a run's workers share of their metrics: tables of names, and the store they merge into.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::groups::{Group, GroupTable};
use super::registry::{MetricId, MetricRegistry};
use super::route::{RouteTable, SinkKey, SubMetric};
use super::store::Store;
use super::tags::TagTable;
use super::values::MetricValues;
use crate::output::RawSender;

/// What the recorders of a run are to tell apart, and where samples go.
pub(crate) struct HubSetup {
    pub(crate) registry: Arc<MetricRegistry>,
    pub(crate) subs: Vec<SubMetric>,
    /// Every metric for each scenario and group.
    pub(crate) breaks_down: bool,
    /// Where every sample goes, when an output wants them.
    pub(crate) raw: Option<RawSender>,
}

/// The metrics of a run.
pub(crate) struct MetricHub {
    pub(crate) registry: Arc<MetricRegistry>,
    pub(crate) tags: TagTable,
    pub(crate) groups: GroupTable,
    pub(crate) routes: RouteTable,
    pub(crate) raw: Option<RawSender>,
    store: Mutex<Store>,
    gauge_order: AtomicU64,
}

impl MetricHub {
    pub(crate) fn new(setup: HubSetup) -> Self {
        let selected: Vec<&str> = setup
            .subs
            .iter()
            .flat_map(|sub| sub.selector.iter().map(|(key, _)| key.as_str()))
            .collect();
        Self {
            tags: TagTable::new(setup.raw.is_some(), selected),
            registry: setup.registry,
            groups: GroupTable::new(),
            routes: RouteTable::new(setup.subs, setup.breaks_down),
            raw: setup.raw,
            store: Mutex::default(),
            gauge_order: AtomicU64::new(0),
        }
    }

    pub(crate) fn next_gauge_order(&self) -> u64 {
        self.gauge_order.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn check_tree(&self) -> Group {
        let counts = self.store().checks().to_vec();
        self.groups.tree(&counts)
    }

    /// The values of a sink; `None` when it has no samples.
    pub(crate) fn values(&self, key: &SinkKey, elapsed: Duration) -> Option<MetricValues> {
        let id = self.routes.lookup(key)?;
        self.store()
            .get(id)
            .map(|sink| MetricValues::of(sink, elapsed))
    }

    /// The values of a sink of `metric`, with or without samples.
    pub(crate) fn values_or_none_yet(
        &self,
        key: &SinkKey,
        metric: MetricId,
        elapsed: Duration,
    ) -> MetricValues {
        let none_yet = || MetricValues::none_yet(self.registry.info(metric).kind);
        self.values(key, elapsed).unwrap_or_else(none_yet)
    }
}
