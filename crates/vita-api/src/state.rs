use std::io;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use vita_app::App;
use vita_live::Hub;
use vita_model::{Clock, Entropy};

use crate::ApiConfig;
use crate::guard::{Gate, RateLimits};
use crate::layer::RequestIds;
use crate::live::LiveSlots;

/// Writes the metrics of this process in the text format of Prometheus.
pub type MetricsText = Arc<dyn Fn() -> String + Send + Sync>;

/// How much memory this process uses, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryUse {
    /// What the system counts as in use.
    pub rss: u64,
    /// What the allocator has given out.
    pub heap_allocated: u64,
    /// What the allocator holds for that.
    pub heap_resident: u64,
}

/// Looks at the memory of this process; the allocator belongs to the program.
pub type MemoryProbe = Arc<dyn Fn() -> io::Result<MemoryUse> + Send + Sync>;

/// What the interface is made from.
pub struct ApiParts {
    /// The use cases.
    pub app: App,
    /// Passes on what is announced; the database's sink.
    pub hub: Hub,
    /// Writes the metrics of this process.
    pub metrics_text: MetricsText,
    /// Looks at the memory of this process.
    pub memory_use: MemoryProbe,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Cancelled when the process is about to end: live connections are closed, and the process
    /// says that it is not ready.
    pub shutdown: CancellationToken,
    /// The rest.
    pub config: ApiConfig,
}

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ApiState(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) app: App,
    pub(crate) hub: Hub,
    pub(crate) live_slots: Arc<LiveSlots>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) rate_limits: RateLimits,
    pub(crate) metrics_text: MetricsText,
    pub(crate) memory_use: MemoryProbe,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) request_ids: RequestIds,
    pub(crate) config: ApiConfig,
}

impl ApiState {
    pub(crate) fn new(parts: ApiParts) -> Self {
        Self(Arc::new(Inner {
            app: parts.app,
            hub: parts.hub,
            live_slots: LiveSlots::new(
                parts.config.live_connections_max,
                parts.config.live_connections_per_user_max,
            ),
            gate: Gate::new(parts.config.gate),
            rate_limits: RateLimits::new(&parts.config.rate_limits),
            metrics_text: parts.metrics_text,
            memory_use: parts.memory_use,
            clock: parts.clock,
            shutdown: parts.shutdown,
            request_ids: RequestIds::new(parts.entropy.as_ref()),
            config: parts.config,
        }))
    }
}

impl std::ops::Deref for ApiState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
