//! The commands, a module each.

mod admin;
mod backup;
mod demo;
mod load;
mod load_fixture;
mod load_plan;
mod migrate;
mod openapi;
mod seed;
mod serve;
mod signals;

pub(crate) use admin::{AdminArgs, create_admin, list_admins, reset_password};
pub(crate) use backup::{BackupArgs, RestoreArgs, back_up, restore};
pub(crate) use load::{LoadArgs, load};
pub(crate) use migrate::migrate;
pub(crate) use openapi::print_openapi;
pub(crate) use seed::{SeedArgs, seed};
pub(crate) use serve::serve;
