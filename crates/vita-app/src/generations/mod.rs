//! Generations: asking for a clip, watching it, calling it off, trying again; and the job that
//! makes it.

mod cancel;
mod generate;
mod job;
mod lifecycle;
mod local;
mod query;
mod reopen;
mod status;
mod video;

pub use generate::{Accepted, GenerateIn};
pub use local::{LOCAL_MODEL, LocalModel};
pub use status::{EstimatedWait, GenerationStatusView};
pub use video::{CreatedVideo, VideoIn};

pub(crate) use cancel::{cancel_of_job, cancel_open};
pub(crate) use job::{MAKE_CLIP, MakeClip, from_blob};
pub(crate) use reopen::reopen_of_job;
