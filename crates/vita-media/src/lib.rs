//! Reads and makes media: probe, plan (pure), run; and the animatic renderer. Works on paths.
//!
//! - [`run::Runner`] runs [`run::ToolPlan`]s: the only place of the whole project that starts
//!   processes.
//! - [`animatic::AnimaticPlan`] reads a scene from the words of a prompt, [`animatic::Animatic`]
//!   draws its frames.
//! - [`clip::make_animatic`] makes a clip of them; [`film`] joins clips; [`storyboard`] lays them
//!   out on a sheet; [`probe`] says what a file is.
//! - [`image`] reads the pictures that people upload.
//!
//! It knows no database, no queue and no blob keys: files come and go as paths.

pub mod animatic;
pub mod clip;
mod error;
pub mod film;
pub mod image;
pub mod probe;
pub mod run;
pub mod storyboard;
mod text;

pub use error::{MediaError, MediaErrorKind};
