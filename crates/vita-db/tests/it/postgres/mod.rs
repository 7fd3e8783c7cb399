//! What only PostgreSQL can do to us: others who write at the same time, connections that die, and
//! a server that goes away.

mod bench;
mod conflicts;
mod limits;
mod losses;
mod neighbours;
mod outages;
mod transport;

pub(crate) use bench::PgBench;
