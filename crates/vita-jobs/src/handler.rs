use std::time::Duration;

use futures_util::future::{BoxFuture, ready};
use serde_json::Value;
use vita_db::{DbError, Tx};
use vita_model::{Progress, Timestamp};

use crate::{Job, JobFailure, JobRun};

/// Does the work of one kind of job.
///
/// The hooks run within the transaction that changes the job: what they write is kept exactly if
/// the job's change is, and they may await nothing but their own statements. Each gets the job as
/// the transaction leaves it. A hook that fails undoes the change; the attempt then counts as failed.
pub trait JobHandler: Send + Sync + 'static {
    /// The kind of job that this does.
    fn kind(&self) -> &'static str;

    /// Does the work. Watches [`JobRun::cancelled`] and returns soon after, having stopped what it
    /// started; what it answers then does not matter. A run that does not return within the grace
    /// time is dropped, so everything it started must end with its future.
    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Value, JobError>>;

    /// The job was claimed and is about to run.
    fn started<'a>(
        &'a self,
        _tx: &'a mut Tx,
        _job: &'a Job,
        _now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(ready(Ok(())))
    }

    /// The job's progress or stage is being written.
    fn progressed<'a>(
        &'a self,
        _tx: &'a mut Tx,
        _job: &'a Job,
        _stage: Option<&'a str>,
        _progress: Progress,
        _now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(ready(Ok(())))
    }

    /// The attempt ended. The job is `queued` again after [`JobEnd::Retrying`],
    /// [`JobEnd::LeaseLost`] and [`JobEnd::HandedBack`], and has ended otherwise.
    ///
    /// Not called for what happens without a worker: a waiting job that is cancelled, a dead one
    /// that is queued again. Whoever calls those functions does the rest in the same transaction.
    fn ended<'a>(
        &'a self,
        _tx: &'a mut Tx,
        _job: &'a Job,
        _end: &'a JobEnd,
        _now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(ready(Ok(())))
    }
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub enum JobEnd {
    /// Done, with this result.
    Completed(Value),
    /// Failed; the next attempt is due at `run_at`.
    Retrying {
        /// Why.
        failure: JobFailure,
        /// When.
        run_at: Timestamp,
    },
    /// The worker was lost; the job is back in its queue.
    LeaseLost,
    /// Failed for good.
    Failed(JobFailure),
    /// Failed for the last time that was allowed: a dead letter.
    Dead(JobFailure),
    /// Cancelled, or there was nothing left to do it for.
    Cancelled,
    /// The worker is shutting down; the job is back in its queue.
    HandedBack,
}

impl JobEnd {
    /// The word in the attempts' history.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Completed(_) => "completed",
            Self::Retrying { .. } => "retried",
            Self::LeaseLost => "lease_lost",
            Self::Failed(_) => "failed",
            Self::Dead(_) => "dead",
            Self::Cancelled => "cancelled",
            Self::HandedBack => "handed_back",
        }
    }

    /// Why the attempt failed, if it did.
    pub const fn failure(&self) -> Option<&JobFailure> {
        match self {
            Self::Retrying { failure, .. } | Self::Failed(failure) | Self::Dead(failure) => {
                Some(failure)
            }
            _ => None,
        }
    }
}

/// Why a run ended without a result; it carries the decision what becomes of the job.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// Another attempt may succeed.
    #[error("{failure}")]
    Retry {
        /// What happened.
        failure: JobFailure,
        /// Not before this has passed; none leaves it to the queue's backoff.
        after: Option<Duration>,
    },
    /// Another attempt would fail, too.
    #[error("{0}")]
    Fail(JobFailure),
    /// What the job was about is gone; the job ends as cancelled.
    #[error("there is nothing left to do: {0}")]
    Discard(String),
    /// The run noticed that it was cancelled and stopped.
    #[error("the job was cancelled")]
    Cancelled,
    /// Another worker has the job by now; nothing of this run may be kept.
    #[error("the lease on the job was lost")]
    LeaseLost,
}

impl JobError {
    /// An error after which another attempt may succeed.
    pub fn retry(code: &'static str, message: impl AsRef<str>) -> Self {
        Self::Retry {
            failure: JobFailure::new(code, message),
            after: None,
        }
    }

    /// An error that another attempt would meet, too.
    pub fn fail(code: &'static str, message: impl AsRef<str>) -> Self {
        Self::Fail(JobFailure::new(code, message))
    }
}

impl From<DbError> for JobError {
    fn from(error: DbError) -> Self {
        let after = match &error {
            DbError::Saturated { retry_after } | DbError::Unavailable { retry_after } => {
                Some(*retry_after)
            }
            _ => None,
        };
        let code = match &error {
            DbError::StorageFull => "STORAGE_FULL",
            _ => "DATABASE",
        };
        Self::Retry {
            failure: JobFailure::new(code, error.to_string()),
            after,
        }
    }
}

impl From<LeaseLost> for JobError {
    fn from(_: LeaseLost) -> Self {
        Self::LeaseLost
    }
}

/// The lease was taken back, so whoever held it can write nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lease on the job was lost")]
pub struct LeaseLost;
