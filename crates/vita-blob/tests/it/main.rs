//! The stores from outside: one suite for every back end, and what only the disk has.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod disk;
mod kill;
mod suite;
