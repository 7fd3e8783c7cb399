use std::path::{Path, PathBuf};

use vita_jobs::{JobError, JobRun};
use vita_model::UserId;

use super::export::Payload;
use crate::app::Inner;

pub(super) async fn make(
    _app: &Inner,
    _run: &JobRun,
    _owner: &UserId,
    _payload: &Payload,
    _folder: &Path,
) -> Result<PathBuf, JobError> {
    Err(JobError::fail("RENDER_FAILED", "not yet"))
}
