use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::run::Tool;

/// What went wrong while media were read or made.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The caller cancelled; nothing of the output is left.
    #[error("cancelled")]
    Cancelled,

    /// The tool was killed because it ran longer than it may.
    #[error("`{tool}` took longer than {} s", limit.as_secs())]
    TimedOut {
        /// What ran.
        tool: Tool,
        /// How long it may run.
        limit: Duration,
    },

    /// The disk has no room for the output. Nothing of the output is left.
    #[error("no space left on the disk that holds `{}`", path.display())]
    DiskFull {
        /// The output that did not fit.
        path: PathBuf,
    },

    /// The output grew over the runner's limit.
    #[error("the output `{}` grew over {limit_bytes} bytes", path.display())]
    OutputTooLarge {
        /// The output that grew too large.
        path: PathBuf,
        /// How large it may be.
        limit_bytes: u64,
    },

    /// An input is no media file that may be read. Trying again can't help.
    #[error("`{}` is not media that can be read: {reason}", path.display())]
    InputUnreadable {
        /// The input.
        path: PathBuf,
        /// Why, in the tool's words or ours.
        reason: String,
    },

    /// The tool is not on this machine.
    #[error("`{program}` is not installed: install ffmpeg (on Debian `apt-get install ffmpeg`)")]
    ToolMissing {
        /// The program that was looked for.
        program: String,
    },

    /// The tool ended with an error.
    #[error("`{tool}` failed ({status}): {stderr}")]
    Failed {
        /// What ran.
        tool: Tool,
        /// Exit code or signal in words.
        status: String,
        /// The end of what it wrote to its standard error.
        stderr: String,
    },

    /// What was asked for can't be made: no clips, too many clips, a size of zero.
    #[error("cannot plan this: {reason}")]
    Unplannable {
        /// Why not.
        reason: String,
    },

    /// A file or process operation of our own failed.
    #[error("failed to {operation} `{}`", path.display())]
    Io {
        /// What was tried, as a verb.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },

    /// The renderer stopped without a result, which is a defect of this crate.
    #[error("the renderer stopped unexpectedly")]
    RendererStopped,
}

/// The decision that a [`MediaError`] carries for its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaErrorKind {
    /// Asked for; not a failure.
    Cancelled,
    /// Took too long; may work on a less busy machine.
    TimedOut,
    /// Works when there is room again.
    DiskFull,
    /// The input is at fault: never try again.
    InputUnreadable,
    /// The installation is at fault: works when ffmpeg is installed.
    ToolMissing,
    /// The tool or this crate is at fault.
    Failed,
}

impl MediaError {
    /// What the caller can do about it.
    pub fn kind(&self) -> MediaErrorKind {
        match self {
            Self::Cancelled => MediaErrorKind::Cancelled,
            Self::TimedOut { .. } => MediaErrorKind::TimedOut,
            Self::DiskFull { .. } => MediaErrorKind::DiskFull,
            Self::InputUnreadable { .. } => MediaErrorKind::InputUnreadable,
            Self::ToolMissing { .. } => MediaErrorKind::ToolMissing,
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                MediaErrorKind::DiskFull
            }
            Self::OutputTooLarge { .. }
            | Self::Failed { .. }
            | Self::Unplannable { .. }
            | Self::Io { .. }
            | Self::RendererStopped => MediaErrorKind::Failed,
        }
    }

    /// Makes the error for a failed `operation` (a verb) on `path`.
    pub(crate) fn io(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            operation,
            path,
            source,
        }
    }
}
