//! What the virtual users of a process share: settings, names that were looked up, TLS, pace.

use std::sync::Arc;

use http::HeaderValue;
use vita_model::{Clock, Entropy};

use crate::config::ClientConfig;
use crate::error::ConfigError;
use crate::pacer::Pacer;
use crate::resolver::Resolver;
use crate::tls::TlsConfigs;

/// What the clients of a process share.
pub struct Network {
    pub(crate) config: ClientConfig,
    pub(crate) resolver: Resolver,
    pub(crate) tls: TlsConfigs,
    pub(crate) pacer: Option<Pacer>,
    pub(crate) user_agent: Option<HeaderValue>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Network {
    /// Makes what `config` asks for. The clock ends cookies; the entropy draws addresses and
    /// nonces.
    ///
    /// # Errors
    ///
    /// A setting that can't be honoured.
    pub fn new(
        config: ClientConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Arc<Self>, ConfigError> {
        let user_agent = match config.user_agent.as_str() {
            "" => None,
            text => Some(
                HeaderValue::try_from(text).map_err(|_| ConfigError::Malformed {
                    value: text.to_owned(),
                    expected: "a user agent that fits into a header",
                })?,
            ),
        };
        let mut seed = [0; 8];
        entropy.fill(&mut seed);
        Ok(Arc::new(Self {
            resolver: Resolver::new(config.dns, u64::from_le_bytes(seed)),
            tls: TlsConfigs::new(&config.tls)?,
            pacer: config.rps.map(Pacer::new),
            user_agent,
            config,
            clock,
            entropy,
        }))
    }

    /// The settings.
    pub fn config(&self) -> &ClientConfig {
        &self.config
    }
}
