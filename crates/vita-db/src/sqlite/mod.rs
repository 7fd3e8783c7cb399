//! SQLite: one writer that groups commits, several readers, each on a thread of its own, so that
//! no async thread ever waits for the disk.

mod database;
mod open;
mod queue;
mod reader;
mod session;
mod snapshot;
mod value;
mod writer;

pub(crate) use database::SqliteDatabase;
use open::{FolderLock, open_writer};
use queue::{Ticket, WorkQueue};
use reader::{ReadTask, spawn_readers};
pub(crate) use session::Session;
pub use snapshot::SqliteFile;
pub(crate) use value::read_value;
use writer::{Commits, WriteTask, spawn_writer};
