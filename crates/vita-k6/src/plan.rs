//! What all virtual users of a test share.

use crate::loader::Library;
use crate::logging::LogSink;
use crate::options::ScriptOptions;
use crate::secrets::Secrets;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use vita_k6_modules::SharedArrays;
use vita_load::MetricRegistry;
use vita_model::{Clock, Entropy};

/// What the JavaScript of one virtual user may hold in memory. Generous: real scripts hold some
/// hundred kilobytes, and one that fills memory in a loop has to end before the machine's is gone.
pub const VU_MEMORY_BYTES_MAX: usize = 512 * 1024 * 1024;

pub(crate) struct Plan {
    pub(crate) library: Arc<Library>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) log: Arc<dyn LogSink>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) shared_arrays: Arc<SharedArrays>,
    pub(crate) secrets: Secrets,
    pub(crate) registry: Arc<MetricRegistry>,
    pub(crate) memory_bytes_max: usize,
    pub(crate) options: OnceLock<ScriptOptions>,
    pub(crate) setup_data: OnceLock<Option<String>>,
}

impl Plan {
    /// The options; the defaults until they are known, in the init code that tells them.
    pub(crate) fn options(&self) -> &ScriptOptions {
        static DEFAULTS: OnceLock<ScriptOptions> = OnceLock::new();
        self.options
            .get()
            .unwrap_or_else(|| DEFAULTS.get_or_init(ScriptOptions::default))
    }

    /// What `setup` returned, as JSON.
    pub(crate) fn setup_data(&self) -> Option<&str> {
        self.setup_data.get()?.as_deref()
    }
}
