use vita_blob::BlobPrefix;
use vita_db::Tx;
use vita_jobs::Job;
use vita_store::doomed_blobs;

use crate::AppError;
use crate::command::Command;
use crate::exports::MAKE_EXPORT;
use crate::generations::{self, MAKE_CLIP};

/// Makes what a job is about wait for it again, or says why it cannot. A kind of job that is not
/// named here leaves nothing behind that another run of it would meet.
pub(super) async fn reopen<A>(
    tx: &mut Tx,
    command: &Command<A>,
    job: &Job,
) -> Result<(), AppError> {
    match job.kind.as_str() {
        MAKE_CLIP => generations::reopen_of_job(tx, command, job).await,
        MAKE_EXPORT => check_files_gone(tx, job).await,
        _ => Ok(()),
    }
}

/// The files of an export that was given up are removed by a job. Made anew before that has run,
/// they would be removed as well.
async fn check_files_gone(tx: &mut Tx, job: &Job) -> Result<(), AppError> {
    let prefix = BlobPrefix::export(&job.id).to_string();
    if doomed_blobs::is_doomed(tx, &prefix).await? {
        let message = "what its last attempt left is still to be removed by the queue \
             `housekeeping`; try again when that has run";
        return Err(AppError::Conflict(message.to_owned()));
    }
    Ok(())
}
