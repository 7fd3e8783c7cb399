//! The end of an attempt: decided by pure functions, then written.

use std::time::Duration;

use serde_json::Value;
use vita_db::{DbError, Sql, Tx, params};
use vita_model::{Progress, Timestamp};

use super::Fence;
use crate::job::{job_columns, read_job};
use crate::{Backoff, Job, JobEnd, JobError, JobFailure, JobState, QueueConfig, QueueName};

/// What a worker, or the reaper, knows of an attempt that is over.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    /// The run returned, or was made to.
    Returned(Result<Value, JobError>),
    /// The worker is shutting down and did not finish.
    HandedBack,
    /// The worker was lost.
    LeaseLost,
}

/// What the queue says about attempts that failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndPolicy {
    pub(crate) backoff: Backoff,
    pub(crate) lost_leases_max: u32,
}

impl Default for EndPolicy {
    fn default() -> Self {
        Self::from(&QueueConfig::new(QueueName::new("default"), 1))
    }
}

impl From<&QueueConfig> for EndPolicy {
    fn from(config: &QueueConfig) -> Self {
        Self {
            backoff: config.backoff,
            lost_leases_max: config.lost_leases_max,
        }
    }
}

/// How an attempt ended, and the job as it is now.
pub(crate) struct Ended {
    pub(crate) job: Job,
    pub(crate) end: JobEnd,
    /// How long the attempt took, when it completed the job.
    pub(crate) took: Option<Duration>,
}

macro_rules! find_leased {
    ($lock:literal) => {
        concat!(
            "SELECT ",
            job_columns!(),
            " FROM jobs WHERE id = $1 AND lease_token = $2",
            $lock
        )
    };
}

const FIND_LEASED: Sql = Sql::each(find_leased!(""), find_leased!(" FOR UPDATE"));

const END_ATTEMPT: &str = "
    UPDATE jobs SET
        state = $3,
        run_at = $4,
        progress = $5,
        stage = $6,
        attempts = $7,
        lost_leases = $8,
        lease_token = NULL,
        lease_until = NULL,
        result = $9,
        error_code = $10,
        error_message = $11,
        updated_at = $12,
        ended_at = $13
    WHERE id = $1 AND lease_token = $2";

const END_HISTORY: &str = "
    UPDATE job_attempts SET
        ended_at = $2,
        outcome = $3,
        error_code = $4,
        error_message = $5
    WHERE lease_token = $1
    RETURNING started_at";

/// The newest of some eight runs weighs as much as all before: quick to follow a change, slow to
/// follow one odd run.
const AVERAGE_RUN_TIME: &str = "
    UPDATE queue_rates SET
        mean_micros = CASE WHEN mean_micros = 0 THEN $2 ELSE mean_micros + ($2 - mean_micros) / 8 END,
        updated_at = $3
    WHERE queue = $1";

/// Writes down how an attempt ended, under its lease. None when the lease is no longer held: then
/// nothing was written.
pub(crate) async fn end_attempt(
    tx: &mut Tx,
    fence: &Fence,
    verdict: &Verdict,
    policy: &EndPolicy,
    now: Timestamp,
    random: u64,
) -> Result<Option<Ended>, DbError> {
    let values = params![fence.id, fence.token];
    let held = tx.query_opt(FIND_LEASED, values, read_job);
    let Some(mut job) = held.await? else {
        return Ok(None);
    };
    let end = decide_end(&job, verdict, policy, now, random);
    if matches!(verdict, Verdict::LeaseLost) {
        job.lost_leases = job.lost_leases.saturating_add(1);
    }
    apply_end(&mut job, &end, now);
    if end == JobEnd::LeaseLost {
        let delay = policy
            .backoff
            .delay_after_lost_lease(job.lost_leases, random);
        // Without a wait it keeps its place in the queue.
        job.run_at = if delay.is_zero() {
            job.run_at
        } else {
            now.plus(delay)
        };
    }
    write_end(tx, fence, &job).await?;
    let code = end.failure().map(|failure| failure.code.as_ref());
    let message = end.failure().map(|failure| failure.message.as_str());
    let values = params![fence.token, now, *end.outcome(), code, message];
    let begun = tx.query_opt(END_HISTORY, values, |row| row.get::<Timestamp>(0));
    let begun = begun.await?.filter(|_| matches!(end, JobEnd::Completed(_)));
    let took = begun.map(|begun| now.since(begun));
    Ok(Some(Ended { job, end, took }))
}

/// Lets a completed attempt count for the estimates of its queue. In a transaction of its own: all
/// attempts of a queue write the same row, and none shall wait for another's end, or have it run
/// again.
pub(crate) async fn average_run_time(
    tx: &mut Tx,
    queue: &str,
    took: Duration,
    now: Timestamp,
) -> Result<(), DbError> {
    let micros = i64::try_from(took.as_micros()).unwrap_or(i64::MAX);
    // Zero means that nothing is known yet.
    tx.execute(AVERAGE_RUN_TIME, params![*queue, micros.max(1), now])
        .await
        .map(|_| ())
}

async fn write_end(tx: &mut Tx, fence: &Fence, job: &Job) -> Result<(), DbError> {
    let code = job.failure.as_ref().map(|failure| failure.code.as_ref());
    let message = job.failure.as_ref().map(|failure| failure.message.as_str());
    let values = params![
        fence.id,
        fence.token,
        *job.state.as_str(),
        job.run_at,
        job.progress,
        job.stage,
        job.attempts,
        job.lost_leases,
        job.result,
        code,
        message,
        job.updated_at,
        job.ended_at,
    ];
    tx.execute(END_ATTEMPT, values).await.map(|_| ())
}

/// What becomes of the job.
fn decide_end(
    job: &Job,
    verdict: &Verdict,
    policy: &EndPolicy,
    now: Timestamp,
    random: u64,
) -> JobEnd {
    let returned = match verdict {
        Verdict::Returned(Ok(result)) => return JobEnd::Completed(result.clone()),
        // Stopped on request, its child processes killed: whatever it says, it was cancelled.
        _ if job.cancel_requested_at.is_some() => return JobEnd::Cancelled,
        Verdict::Returned(Err(error)) => error,
        Verdict::HandedBack => return JobEnd::HandedBack,
        Verdict::LeaseLost => return decide_lost(job, policy),
    };
    match returned {
        JobError::Retry { failure, .. } if job.attempts >= job.attempts_max => {
            JobEnd::Dead(failure.clone())
        }
        JobError::Retry { failure, after } => {
            let delay = policy.backoff.delay(job.attempts, random);
            JobEnd::Retrying {
                failure: failure.clone(),
                run_at: now.plus(delay.max(after.unwrap_or_default())),
            }
        }
        JobError::Fail(failure) => JobEnd::Failed(failure.clone()),
        JobError::Discard(_) | JobError::Cancelled => JobEnd::Cancelled,
        JobError::LeaseLost => decide_lost(job, policy),
    }
}

fn decide_lost(job: &Job, policy: &EndPolicy) -> JobEnd {
    let lost = job.lost_leases.saturating_add(1);
    if lost < policy.lost_leases_max {
        return JobEnd::LeaseLost;
    }
    let message =
        format!("its worker was lost {lost} times while it ran; it may be what ends them");
    JobEnd::Dead(JobFailure::new("WORKERS_LOST", message))
}

/// Changes the job as the end says.
fn apply_end(job: &mut Job, end: &JobEnd, now: Timestamp) {
    job.updated_at = now;
    job.lease_token = None;
    job.state = match end {
        JobEnd::Retrying { .. } | JobEnd::LeaseLost | JobEnd::HandedBack => JobState::Queued,
        JobEnd::Completed(_) => JobState::Completed,
        JobEnd::Failed(_) => JobState::Failed,
        JobEnd::Dead(_) => JobState::Dead,
        JobEnd::Cancelled => JobState::Cancelled,
    };
    if job.state.is_final() {
        job.ended_at = Some(now);
    } else {
        job.progress = Progress::ZERO;
        job.stage = None;
    }
    match end {
        JobEnd::Completed(result) => {
            job.progress = Progress::DONE;
            job.stage = None;
            job.failure = None;
            job.result = Some(result.to_string());
        }
        JobEnd::Retrying { failure, run_at } => {
            job.run_at = *run_at;
            job.failure = Some(failure.clone());
        }
        JobEnd::Failed(failure) | JobEnd::Dead(failure) => job.failure = Some(failure.clone()),
        // Neither was the job's fault, so neither is one of its attempts.
        JobEnd::LeaseLost | JobEnd::HandedBack => job.attempts = job.attempts.saturating_sub(1),
        JobEnd::Cancelled => {}
    }
}
