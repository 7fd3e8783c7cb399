use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use vita_model::{FailureCode, GenerationFailure};

use crate::WorkClass;

/// What kind of end an attempt came to; decides what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModelErrorKind {
    /// The model does not make such a clip: the prompt or a picture breaks its rules.
    Refused,
    /// Something was out of order for the moment.
    Transient,
    /// It would go wrong again in the same way.
    Permanent,
    /// It took longer than the model's limit.
    TimedOut,
    /// Nobody wants the clip any more.
    Cancelled,
    /// There was no room for the files.
    StorageFull,
    /// The attempt was taken from this worker: the process stops, or another worker has it now.
    Interrupted,
}

impl ModelErrorKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Refused,
        Self::Transient,
        Self::Permanent,
        Self::TimedOut,
        Self::Cancelled,
        Self::StorageFull,
        Self::Interrupted,
    ];

    /// The word in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Transient => "transient",
            Self::Permanent => "permanent",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::StorageFull => "storage_full",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether another attempt, a little later, may succeed.
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::Transient | Self::TimedOut | Self::StorageFull)
    }

    /// The code of a generation that ends so; nothing for what is no failure of the generation: a
    /// cancelled one ends as cancelled, an interrupted one goes back into the queue.
    pub const fn failure_code(self, work: WorkClass) -> Option<FailureCode> {
        match (self, work) {
            (Self::Cancelled | Self::Interrupted, _) => None,
            (Self::Refused, _) => Some(FailureCode::Refused),
            (Self::TimedOut, _) => Some(FailureCode::TimedOut),
            (Self::StorageFull, _) => Some(FailureCode::StorageFull),
            (Self::Transient | Self::Permanent, WorkClass::Cpu) => Some(FailureCode::RenderFailed),
            (Self::Transient | Self::Permanent, WorkClass::Remote) => {
                Some(FailureCode::ProviderFailed)
            }
        }
    }
}

/// Why an attempt made no clip.
pub struct ModelError {
    kind: ModelErrorKind,
    message: String,
    retry_after: Option<Duration>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ModelError {
    /// An end of a kind. `message` is for the person who asked for the clip: a plain sentence
    /// without internal names, addresses or secrets; those belong into the source.
    pub fn new(kind: ModelErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
            source: None,
        }
    }

    /// The end of an attempt that nobody wants any more.
    pub fn cancelled() -> Self {
        Self::new(ModelErrorKind::Cancelled, "The generation was cancelled.")
    }

    /// The end of an attempt that this worker has to let go.
    pub fn interrupted() -> Self {
        Self::new(ModelErrorKind::Interrupted, "The attempt was interrupted.")
    }

    /// The end of an attempt at which a file could not be written.
    pub fn from_write(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::new(
                ModelErrorKind::StorageFull,
                "There is no space left to store the clip.",
            ),
            _ => Self::new(ModelErrorKind::Transient, "The clip could not be stored."),
        }
        .with_source(source)
    }

    /// The same with the cause, for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same with the time that a provider asked to be left alone.
    #[must_use]
    pub const fn with_retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    /// What kind of end it was.
    pub const fn kind(&self) -> ModelErrorKind {
        self.kind
    }

    /// What happened, for people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How long to wait at least before the next attempt.
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// How the generation ends when no attempt follows; nothing when it does not end as failed.
    pub fn failure(&self, work: WorkClass) -> Option<GenerationFailure> {
        let code = self.kind.failure_code(work)?;
        Some(GenerationFailure::new(code, self.message.clone()))
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the model ended with `{}`", self.kind.as_str())
    }
}

impl fmt::Debug for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelError")
            .field("kind", &self.kind)
            .field("message", &self.message)
            .field("retry_after", &self.retry_after)
            .field("source", &self.source)
            .finish()
    }
}

impl Error for ModelError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_failure_has_no_code() {
        for kind in ModelErrorKind::ALL {
            let no_failure = matches!(
                kind,
                ModelErrorKind::Cancelled | ModelErrorKind::Interrupted
            );
            for work in [WorkClass::Cpu, WorkClass::Remote] {
                assert_eq!(kind.failure_code(work).is_none(), no_failure, "{kind:?}");
            }
            assert!(!(no_failure && kind.is_retryable()), "{kind:?}");
        }
    }

    #[test]
    fn a_full_disk_is_told_apart_and_keeps_its_cause() {
        // Linux errno 28: ENOSPC.
        let error = ModelError::from_write(io::Error::from_raw_os_error(28));
        assert_eq!(error.kind(), ModelErrorKind::StorageFull);
        assert!(error.source().is_some());
        let failure = error.failure(WorkClass::Cpu).unwrap();
        assert_eq!(failure.code, FailureCode::StorageFull);
        assert!(failure.retryable);
    }
}
