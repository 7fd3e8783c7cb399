//! The log of the process.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::log_lines::{DropNotice, LogLines, LogThread};

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for what gathers logs.
    Json,
}

impl LogFormat {
    fn drop_notice(self) -> DropNotice {
        match self {
            Self::Text => |lines| format!("{lines} lines of the log were dropped\n"),
            Self::Json => |lines| {
                let message = "lines of the log were dropped";
                format!("{{\"level\":\"WARN\",\"message\":\"{message}\",\"lines\":{lines}}}\n")
            },
        }
    }
}

/// The log cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter cannot be read.
    #[error("failed to read the log filter `{filter}`; write for example `info,vita_db=debug`")]
    Filter {
        /// What was given.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// No thread for writing.
    #[error("failed to start the log's thread")]
    Thread(#[source] io::Error),
    /// There is a log already; a process has one.
    #[error("the log is set up already")]
    Twice,
}

/// Writes what is left of the log when it is dropped: keep it to the end of `main`.
#[derive(Debug)]
#[must_use = "dropping it ends the log"]
pub struct LogGuard {
    _thread: LogThread,
}

/// Sends the log of the process to standard error. `filter` says how much of it, such as
/// `info,vita_db=debug`.
///
/// A thread does the writing, so that a terminal that stands still, or a full pipe, holds up the
/// log and nothing else; what then does not fit into its queue is dropped and counted.
///
/// # Errors
/// [`LogError`].
pub fn init(format: LogFormat, filter: &str) -> Result<LogGuard, LogError> {
    let filter = EnvFilter::try_new(filter).map_err(|source| LogError::Filter {
        filter: filter.to_owned(),
        source,
    })?;
    let (lines, thread) =
        LogLines::start(io::stderr(), format.drop_notice()).map_err(LogError::Thread)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::NONE)
        .with_writer(lines)
        .with_ansi(format == LogFormat::Text && io::stderr().is_terminal());
    let installed = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(builder.finish()),
        LogFormat::Json => {
            tracing::subscriber::set_global_default(builder.json().flatten_event(true).finish())
        }
    };
    installed.map_err(|_| LogError::Twice)?;
    Ok(LogGuard { _thread: thread })
}
