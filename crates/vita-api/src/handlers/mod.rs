//! Handlers, in files that mirror the addresses: extractors, one call, and its answer as wire types.

pub(crate) mod admin;
pub(crate) mod auth;
pub(crate) mod credits;
pub(crate) mod dashboard;
pub(crate) mod docs;
pub(crate) mod generations;
pub(crate) mod health;
pub(crate) mod images;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod live;
pub(crate) mod me;
pub(crate) mod media;
pub(crate) mod metrics;
pub(crate) mod models;
pub(crate) mod notifications;
pub(crate) mod projects;
pub(crate) mod scenes;
pub(crate) mod service;
pub(crate) mod templates;
pub(crate) mod video;
pub(crate) mod vitals;
