//! What only PostgreSQL can do to us: others who write at the same time, and connections that die.

mod bench;
mod conflicts;
