use std::time::Duration;

use crate::{AddressBlock, RateLimitsConfig};

/// Most bytes of a JSON body: the longest legal one, an order of 200 scenes, has a fiftieth of it.
pub const JSON_BYTES_MAX: usize = 1024 * 1024;

/// How the interface behaves.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// Origins of other sites whose pages may use the interface, such as `https://example.com`.
    /// None by default: the web app comes from here.
    pub cors_origins: Vec<String>,
    /// Where people reach the installation, such as `https://clips.example.com`; besides the
    /// request's own `Host`, pages from there may open sockets.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<AddressBlock>,
    /// Longest time that a request's body may take to arrive. Too low: uploads over bad lines
    /// fail; too high: slow clients hold memory.
    pub body_timeout: Duration,
    /// Most open live connections, WebSockets and event streams together.
    pub live_connections_max: usize,
    /// How much one account or one address may ask for.
    pub rate_limits: RateLimitsConfig,
    /// Whether clients may read the metrics from elsewhere than this machine.
    pub metrics_open_everywhere: bool,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            public_url: None,
            trusted_proxies: Vec::new(),
            body_timeout: Duration::from_secs(30),
            live_connections_max: 20_000,
            rate_limits: RateLimitsConfig::default(),
            metrics_open_everywhere: false,
        }
    }
}
