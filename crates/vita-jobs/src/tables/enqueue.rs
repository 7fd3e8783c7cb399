use vita_db::{Announcement, DbError, Tx, params};
use vita_model::{JobId, Timestamp};

use crate::job::{job_columns, read_job};
use crate::{Job, JobState, NewJob};

const ADD_JOB: &str = "
    INSERT INTO jobs (
        id, queue, kind, owner_id, concurrency_key, state, priority, run_at, payload, progress,
        attempts, attempts_max, lost_leases, created_at, updated_at
    )
    VALUES ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, 0, 0, $9, 0, $10, $10)";

const CANCEL_WAITING: &str = concat!(
    "UPDATE jobs SET
        state = 'cancelled',
        cancel_requested_at = $2,
        stage = NULL,
        updated_at = $2,
        ended_at = $2
    WHERE id = $1 AND state = 'queued'
    RETURNING ",
    job_columns!()
);

const CANCEL_RUNNING: &str = "
    UPDATE jobs SET cancel_requested_at = COALESCE(cancel_requested_at, $2)
    WHERE id = $1 AND state = 'running'";

const REQUEUE: &str = concat!(
    "UPDATE jobs SET
        state = 'queued',
        run_at = $2,
        progress = 0,
        stage = NULL,
        attempts = 0,
        lost_leases = 0,
        cancel_requested_at = NULL,
        error_code = NULL,
        error_message = NULL,
        updated_at = $2,
        started_at = NULL,
        ended_at = NULL
    WHERE id = $1 AND state IN ('dead', 'failed')
    RETURNING ",
    job_columns!()
);

const SET_PRIORITY: &str = concat!(
    "UPDATE jobs SET
        priority = $2,
        updated_at = $3
    WHERE id = $1 AND state = 'queued'
    RETURNING ",
    job_columns!()
);

/// What a request to cancel a job came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelling {
    /// It waited, and has ended now. No hook was called: what the job is about is the caller's to
    /// change, in the same transaction.
    Ended,
    /// It runs; its run is told to stop, and the hook `ended` will be called. It may still complete,
    /// if it was about to.
    Requested,
    /// It had ended before, or there is no such job.
    AlreadyEnded,
}

/// Writes a job into its queue, in the caller's transaction, and wakes the queue's workers once
/// that has committed.
///
/// # Errors
/// [`DbError::Constraint`] when the payload has more than 65,536 characters as JSON.
pub async fn enqueue(tx: &mut Tx, id: &JobId, new: &NewJob, now: Timestamp) -> Result<(), DbError> {
    let payload = new.payload.to_string();
    let attempts_max = new.attempts_max.max(1);
    let values = params![
        id,
        *new.queue.as_str(),
        *new.kind,
        new.owner,
        new.concurrency_key,
        new.priority,
        new.run_at,
        payload,
        attempts_max,
        now,
    ];
    tx.execute(ADD_JOB, values).await?;
    if new.run_at <= now {
        announce_queue(tx, new.queue.as_str());
    }
    Ok(())
}

/// Asks that a job be cancelled: one that waits ends at once, one that runs is told to stop.
///
/// # Errors
/// [`DbError`].
pub async fn request_cancel(
    tx: &mut Tx,
    id: &JobId,
    now: Timestamp,
) -> Result<Cancelling, DbError> {
    let values = params![id, now];
    let waiting = tx.query_opt(CANCEL_WAITING, values, read_job);
    if let Some(job) = waiting.await? {
        tx.announce(job.announcement());
        return Ok(Cancelling::Ended);
    }
    if tx.execute(CANCEL_RUNNING, values).await? == 0 {
        return Ok(Cancelling::AlreadyEnded);
    }
    tx.announce(Announcement {
        topic: format!("{CANCEL_TOPIC}{id}"),
        body: String::new(),
    });
    Ok(Cancelling::Requested)
}

/// Puts a job that was given up, at once or as a dead letter, back into its queue with all its
/// attempts before it; its finished steps stay finished. None when the job is in another state. No
/// hook is called.
///
/// # Errors
/// [`DbError`].
pub async fn requeue(tx: &mut Tx, id: &JobId, now: Timestamp) -> Result<Option<Job>, DbError> {
    let values = params![id, now];
    let Some(job) = tx.query_opt(REQUEUE, values, read_job).await? else {
        return Ok(None);
    };
    announce_job(tx, &job);
    Ok(Some(job))
}

/// Gives a waiting job another priority. None when the job does not wait.
///
/// # Errors
/// [`DbError`].
pub async fn set_priority(
    tx: &mut Tx,
    id: &JobId,
    priority: i64,
    now: Timestamp,
) -> Result<Option<Job>, DbError> {
    let values = params![id, priority, now];
    let Some(job) = tx.query_opt(SET_PRIORITY, values, read_job).await? else {
        return Ok(None);
    };
    announce_job(tx, &job);
    Ok(Some(job))
}

/// The topic on which a queue is said to have something to do.
pub(crate) const QUEUE_TOPIC: &str = "queue:";
/// The topic on which a running job is told to stop.
pub(crate) const CANCEL_TOPIC: &str = "cancel:";

pub(super) fn announce_queue(tx: &mut Tx, queue: &str) {
    tx.announce(Announcement {
        topic: format!("{QUEUE_TOPIC}{queue}"),
        body: String::new(),
    });
}

/// Says how a job stands now, and wakes its queue when it waits there and is due.
pub(crate) fn announce_job(tx: &mut Tx, job: &Job) {
    tx.announce(job.announcement());
    if job.state == JobState::Queued && job.run_at <= job.updated_at {
        announce_queue(tx, &job.queue);
    }
}
