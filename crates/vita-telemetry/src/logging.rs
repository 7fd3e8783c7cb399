//! The log of the process.

use std::io::{self, IsTerminal};

use tracing::Dispatch;
use tracing_subscriber::EnvFilter;

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
    let color = format == LogFormat::Text && io::stderr().is_terminal();
    let dispatch = dispatch(format, filter, lines, color);
    tracing::dispatcher::set_global_default(dispatch).map_err(|_| LogError::Twice)?;
    Ok(LogGuard { _thread: thread })
}

fn dispatch(format: LogFormat, filter: EnvFilter, lines: LogLines, color: bool) -> Dispatch {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(lines)
        .with_ansi(color);
    match format {
        LogFormat::Text => builder.finish().into(),
        LogFormat::Json => builder.json().flatten_event(true).finish().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::mpsc::{SyncSender, sync_channel};

    use super::*;

    struct Collect(SyncSender<Vec<u8>>);

    impl Write for Collect {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            let _ = self.0.try_send(line.to_vec());
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What the log shows of one event that is let through and one that is not.
    fn shown(format: LogFormat) -> String {
        let (collect, lines) = sync_channel(10);
        let (log, thread) = LogLines::start(Collect(collect), format.drop_notice()).unwrap();
        let dispatch = dispatch(format, EnvFilter::new("info"), log, false);
        tracing::dispatcher::with_default(&dispatch, || {
            tracing::info!(duration_ms = 7, "completed generation");
            tracing::debug!("not for the log");
        });
        // Waits until everything is written.
        drop(thread);
        String::from_utf8(lines.try_iter().flatten().collect()).unwrap()
    }

    #[test]
    fn a_line_is_a_sentence_with_fields() {
        let text = shown(LogFormat::Text);
        assert!(
            text.ends_with("completed generation duration_ms=7\n"),
            "{text:?}"
        );
        assert!(
            text.contains(" INFO vita_telemetry::logging::tests: "),
            "{text:?}"
        );
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn json_has_one_object_a_line_with_the_fields_at_its_top() {
        let text = shown(LogFormat::Json);
        assert_eq!(text.lines().count(), 1);
        for part in [
            "{\"timestamp\":\"",
            "\"message\":\"completed generation\"",
            "\"duration_ms\":7",
        ] {
            assert!(text.contains(part), "{text:?}");
        }
    }
}
