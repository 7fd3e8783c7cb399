//! The words of Vitascope as types: ids, states and their legal transitions, clip specifications,
//! credits, validated text and the clock.
//!
//! Pure: no tokio, no files, no network. The two impure values that a program cannot do without,
//! the time and randomness, enter through [`Clock`] and [`Entropy`], so that every other function
//! here and above is a function of its arguments.

mod clip;
mod clock;
mod credits;
mod entropy;
mod generation;
mod id;
mod picture;
mod role;
mod scope;
mod text;

pub use clip::{AspectRatio, ClipSpec, DurationSeconds, FRAMES_PER_SECOND, FrameSize, Resolution};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use credits::{Credits, LedgerKind};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use generation::{
    FailureCode, GenerationFailure, GenerationStatus, IllegalTransition, Progress, Stage,
};
pub use id::{
    ApiKeyId, AuditEntryId, FamilyId, GenerationId, Id, IdKind, ImageId, InvalidId, JobId,
    LedgerEntryId, NotificationId, ProjectId, SceneId, UserId,
};
pub use picture::{ImageFormat, ThumbnailStatus};
pub use role::Role;
pub use scope::{Scope, Scopes};
pub use text::{Description, Email, InvalidText, Name, Password, Prompt, Title};
