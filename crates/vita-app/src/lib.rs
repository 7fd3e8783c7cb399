//! Use cases: a folder for each capability, with its commands, its queries and the bodies of its
//! jobs. The rules of the product live here; the transaction is owned here.
//!
//! * [`App`] holds what every use case needs; its methods are the use cases.
//! * [`Caller`] says who asks. Only a verified credential makes one, and without one there is no
//!   owner to ask the store for.
//! * [`AppError`] says what went wrong in terms that a client can act on.
//!
//! This crate must not know HTTP: no status codes, no headers, no routes other than the addresses
//! of media that it signs.

mod accounts;
mod app;
mod audit;
mod billing;
mod caller;
mod command;
mod dashboard;
mod error;
mod exports;
mod generations;
mod housekeeping;
mod images;
mod jobs;
mod notifications;
mod projects;
mod queue_admin;
pub mod queues;
mod templates;

pub use accounts::{
    AccountsConfig, ApiKeyIn, CreatedKey, CreatedTicket, Device, HashCounts, LoginIn,
    LoginLimitsConfig, ManagedUser, PasswordChange, PasswordConfig, Profile, ProfilePatch,
    ProvisionedKey, RegisterIn, SignedIn, UserChange, Verified, network_of,
};
pub use app::{App, AppConfig, AppParts, GenerationLimits, Mode};
pub use caller::{Caller, Idempotency, KeyGrant, PageIn};
pub use dashboard::Dashboard;
pub use error::{AppError, FieldError};
pub use exports::{ExportFormat, ExportIn, StartedExport};
pub use generations::{
    Accepted, CreatedVideo, EstimatedWait, GenerateIn, GenerationStatusView, LOCAL_MODEL,
    LocalModel, VideoIn,
};
pub use images::{ImageUpload, ImagesConfig, ReferenceImageView, ThumbnailWhen, UploadedImage};
pub use jobs::JobsConfig;
pub use projects::{ProjectIn, ProjectOverview, ProjectPatch, SceneIn, ScenePatch};
pub use queue_admin::JobDetail;
pub use templates::{Template, TemplateScene};
