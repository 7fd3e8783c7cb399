//! The async runtime, and what the program tells about itself while it runs.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};
use vita_telemetry::logging::{self, LogFormat as Format, LogGuard};

use crate::config::{LogFormat, LogSettings};

/// Starts the async runtime, with a thread for each core.
pub(crate) fn build() -> anyhow::Result<Runtime> {
    Builder::new_multi_thread()
        .thread_name("vita-async")
        .enable_all()
        .build()
        .context("failed to start the async runtime")
}

/// Sends the log to standard error for as long as the answer is kept.
pub(crate) fn start_log(settings: &LogSettings) -> anyhow::Result<LogGuard> {
    let format = match settings.format {
        LogFormat::Text => Format::Text,
        LogFormat::Auto if std::io::stderr().is_terminal() => Format::Text,
        LogFormat::Auto | LogFormat::Json => Format::Json,
    };
    logging::init(format, &settings.filter).context("`log.filter`")
}

/// The folders in which programs are looked for.
#[expect(
    clippy::disallowed_methods,
    reason = "PATH belongs to the system and is no setting"
)]
pub(crate) fn search_path() -> String {
    std::env::var("PATH").unwrap_or_default()
}
