//! Models that make clips.
//!
//! * [`VideoModel`] is one model: its [`ModelCard`] says what it can do and what that costs, and
//!   it makes a clip for a [`ClipRequest`] while it reports to a [`ModelRun`].
//! * [`Catalogue`] holds the models of this installation and resolves the name that a request
//!   carries.
//! * [`Simulated`] is a model that passes through every stage and takes time, but no processor:
//!   for tests and load tests.
//!
//! This crate does not know jobs, files' final places, or money beyond the price: who runs a model
//! turns [`ModelError`] into a retry or a failure, keeps the checkpoints and adopts the files.

mod card;
mod catalogue;
mod error;
mod model;
mod simulated;

pub use card::{ModelCard, ModelKind, REFERENCE_IMAGES_MAX, UnsupportedSpec, WorkClass};
pub use catalogue::{
    Catalogue, CatalogueError, Fallback, MODEL_NAME_CHARS_MAX, Resolved, UnknownModel,
};
pub use error::{ModelError, ModelErrorKind};
pub use model::{ClipRequest, MadeClip, ModelRun, VideoModel};
pub use simulated::{SIMULATED_CLIP, SIMULATED_POSTER, SIMULATED_TIME, Simulated};
