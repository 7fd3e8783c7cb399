use std::time::Duration;

use crate::{AddressBlock, GateConfig, RateLimitsConfig};

/// How the interface behaves.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// Origins of other sites whose pages may use the interface, such as `https://example.com`.
    /// None by default: the web app comes from here.
    pub cors_origins: Vec<String>,
    /// Where people reach the installation, such as `https://clips.example.com`; besides the
    /// request's own `Host`, pages from there may open sockets.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host` are believed.
    pub trusted_proxies: Vec<AddressBlock>,
    /// Most bytes of a JSON body. The longest legal one, an order of 200 scenes, has a fiftieth of
    /// a MiB.
    pub json_bytes_max: usize,
    /// Longest time that a request's body may take to arrive. Too low: uploads over bad lines
    /// fail; too high: slow clients hold memory.
    pub body_timeout: Duration,
    /// Longest time that the file of an upload may take to arrive; within it, nothing may come for
    /// at most the time of any body. Too low: large pictures over bad lines fail.
    pub upload_timeout: Duration,
    /// Most open live connections, WebSockets and event streams together.
    pub live_connections_max: usize,
    /// Most open live connections of one account; none for no limit.
    pub live_connections_per_user_max: Option<usize>,
    /// Most messages that one socket may send within a minute; none for no limit.
    pub socket_messages_per_minute: Option<u32>,
    /// How many requests are served at once.
    pub gate: GateConfig,
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
            json_bytes_max: 1024 * 1024,
            body_timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_mins(5),
            live_connections_max: 20_000,
            live_connections_per_user_max: None,
            socket_messages_per_minute: None,
            gate: GateConfig::default(),
            rate_limits: RateLimitsConfig::default(),
            metrics_open_everywhere: false,
        }
    }
}
