//! SQLite: one writer that groups commits, several readers, each on a thread of its own, so that
//! no async thread ever waits for the disk.

mod lane;
mod open;
mod queue;
mod reader;
mod session;
mod writer;

pub(crate) use lane::Lane;
pub(crate) use open::{FolderLock, open_writer};
pub(crate) use queue::{Ticket, WorkQueue};
pub(crate) use reader::{ReadTask, spawn_readers};
pub(crate) use session::Session;
pub(crate) use writer::{Commits, WriteTask, spawn_writer};
