//! Small scripts, evaluated in a plain context with the modules at hand.

mod bed;
mod crypto;
mod csv;
mod data;
mod encoding;
mod files;
mod html;
mod jslib;
mod json;
mod streams;
mod text_coding;
mod types;
mod webcrypto;
