use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The state of a generation.
///
/// ```text
/// queued ──▶ processing ──▶ completed
///   │  ▲         │ │  └────▶ failed
///   │  └─────────┘ └───────▶ cancelled
///   └──▶ cancelled, failed
/// ```
/// A running generation goes back to `queued` when its worker was lost or an attempt failed and
/// another is due. The three on the right are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GenerationStatus {
    /// Waits for a worker.
    Queued,
    /// A worker makes it.
    Processing,
    /// The clip is there.
    Completed,
    /// It will not be made; the credits came back.
    Failed,
    /// Its owner did not want it any more; the credits came back.
    Cancelled,
}

impl GenerationStatus {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Processing,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing can follow this state.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// Moves to `next`.
    ///
    /// # Errors
    /// [`IllegalTransition`] when the picture above has no such arrow.
    pub fn transition(self, next: Self) -> Result<Self, IllegalTransition> {
        use GenerationStatus::{Cancelled, Completed, Failed, Processing, Queued};
        match (self, next) {
            (Queued, Processing | Cancelled | Failed)
            | (Processing, Queued | Processing | Completed | Failed | Cancelled) => Ok(next),
            (from, to) => Err(IllegalTransition { from, to }),
        }
    }
}

impl fmt::Display for GenerationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for GenerationStatus {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(())
    }
}

/// A generation cannot go from one state to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a generation that is `{from}` cannot become `{to}`")]
pub struct IllegalTransition {
    /// The state it is in.
    pub from: GenerationStatus,
    /// The state that was asked for.
    pub to: GenerationStatus,
}

/// What is being done for a running generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Words become a plan.
    AnalyzingPrompt,
    /// Frames are made; nearly all of the time goes here.
    GeneratingFrames,
    /// Frames become a video file.
    Encoding,
    /// The file goes to where it stays.
    Uploading,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Self; 4] = [
        Self::AnalyzingPrompt,
        Self::GeneratingFrames,
        Self::Encoding,
        Self::Uploading,
    ];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AnalyzingPrompt => "analyzing_prompt",
            Self::GeneratingFrames => "generating_frames",
            Self::Encoding => "encoding",
            Self::Uploading => "uploading",
        }
    }

    /// The part of the whole, in percent, that the stage covers: from, to.
    pub const fn span(self) -> (u8, u8) {
        match self {
            Self::AnalyzingPrompt => (0, 5),
            Self::GeneratingFrames => (5, 85),
            Self::Encoding => (85, 95),
            Self::Uploading => (95, 100),
        }
    }

    /// The progress of the whole when `fraction` (0 to 1) of this stage is done; below 100, as
    /// only a completed generation is at 100.
    pub fn progress(self, fraction: f64) -> Progress {
        let (from, to) = self.span();
        let done = f64::from(to - from) * fraction.clamp(0.0, 1.0);
        Progress::new((from + done as u8).min(99))
    }
}

impl FromStr for Stage {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|stage| stage.as_str() == text)
            .ok_or(())
    }
}

/// How much of the work is done, 0 to 100 percent.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Progress(u8);

impl Progress {
    /// Nothing done.
    pub const ZERO: Self = Self(0);
    /// All done.
    pub const DONE: Self = Self(100);

    /// A progress of `percent`, at most 100.
    pub fn new(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// The percentage, 0 to 100.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Why a generation failed, as a stable word that clients can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FailureCode {
    /// The renderer or the encoder failed.
    RenderFailed,
    /// The model's service refused the prompt.
    Refused,
    /// The model's service failed or could not be reached.
    ProviderFailed,
    /// It took longer than the model's limit.
    TimedOut,
    /// The disk is full.
    StorageFull,
    /// Workers were lost over and over while they made it.
    WorkersLost,
    /// A fault of Vitascope itself.
    Internal,
}

impl FailureCode {
    /// Every code.
    pub const ALL: [Self; 7] = [
        Self::RenderFailed,
        Self::Refused,
        Self::ProviderFailed,
        Self::TimedOut,
        Self::StorageFull,
        Self::WorkersLost,
        Self::Internal,
    ];

    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RenderFailed => "RENDER_FAILED",
            Self::Refused => "REFUSED",
            Self::ProviderFailed => "PROVIDER_FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::StorageFull => "STORAGE_FULL",
            Self::WorkersLost => "WORKERS_LOST",
            Self::Internal => "INTERNAL",
        }
    }

    /// Whether asking again, unchanged, may succeed.
    pub const fn is_retryable(self) -> bool {
        !matches!(self, Self::Refused)
    }
}

impl FromStr for FailureCode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|code| code.as_str() == text)
            .ok_or(())
    }
}

/// Why a generation failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerationFailure {
    /// The stable word.
    pub code: FailureCode,
    /// What happened, for people: a plain sentence without internal names.
    pub message: String,
    /// Whether asking again, unchanged, may succeed.
    pub retryable: bool,
}

impl GenerationFailure {
    /// A failure with the code's own answer to whether a retry may help.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retryable: code.is_retryable(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn final_states_have_no_way_out() {
        for from in GenerationStatus::ALL {
            for to in GenerationStatus::ALL {
                let allowed = from.transition(to).is_ok();
                assert!(!(from.is_final() && allowed), "{from} -> {to}");
            }
        }
        assert!(
            GenerationStatus::Queued
                .transition(GenerationStatus::Completed)
                .is_err()
        );
    }

    #[test]
    fn stages_cover_the_whole_without_a_gap_and_stay_below_one_hundred() {
        let mut reached = 0;
        for stage in Stage::ALL {
            assert_eq!(stage.span().0, reached);
            reached = stage.span().1;
        }
        assert_eq!(reached, 100);
        assert_eq!(Stage::Uploading.progress(1.0).get(), 99);
        assert_eq!(Stage::GeneratingFrames.progress(f64::NAN).get(), 5);
    }
}
