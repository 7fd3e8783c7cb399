//! Exports: a project as one film, or as a storyboard sheet. Each is a job; what it made is kept as
//! long as the job is.

mod export;
mod film;
mod job;
mod storyboard;

pub use export::{ExportFormat, ExportIn, StartedExport};

pub(crate) use export::give_up_exports;
pub(crate) use job::{MAKE_EXPORT, MakeExport, give_up_files};
