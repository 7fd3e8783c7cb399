//! Small scripts, evaluated in a plain context with the modules at hand.

mod bed;
mod crypto;
mod data;
mod encoding;
mod html;
mod types;
