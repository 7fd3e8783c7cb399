//! The configuration: `config/default.toml`, a file, the environment and flags, laid over each
//! other, read into types, with all mistakes told at once.
//!
//! - [`Sources`] says where settings come from, [`load`] reads them.
//! - [`Config`] is what the rest of the program gets; nothing else reads the environment.
//! - [`Layers`] keeps who said what, for `vitascope config show`.

mod byte_count;
mod database;
mod duration;
mod environment;
mod guard;
mod images;
mod layers;
mod problem;
mod reader;
mod settings;
mod show;
mod sources;
mod suggestion;

pub(crate) use database::{DatabasePlace, SecretUrl};
pub(crate) use settings::{Config, LogFormat, LogSettings, Mode, SecretSettings};
pub(crate) use show::show_settings;
pub(crate) use sources::{Loaded, Sources, load};
