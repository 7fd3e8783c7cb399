use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use vita_db::{Db, DbError, Tx};
use vita_model::{Clock, Progress};

use crate::tables::{assert_lease, lookup_step, save_step};
use crate::workers::ActiveRun;
use crate::{Job, JobError, LeaseLost};

/// One attempt at a job, as its handler sees it. All that it writes is fenced by the attempt's lease.
pub struct JobRun {
    job: Job,
    db: Db,
    clock: Arc<dyn Clock>,
    active: Arc<ActiveRun>,
}

impl JobRun {
    pub(crate) fn new(job: Job, db: Db, clock: Arc<dyn Clock>, active: Arc<ActiveRun>) -> Self {
        Self {
            job,
            db,
            clock,
            active,
        }
    }

    /// The job, as it was when this attempt began.
    pub const fn job(&self) -> &Job {
        &self.job
    }

    /// The payload as the type that the kind of job has.
    ///
    /// # Errors
    /// [`JobError::Fail`] when it is none: no attempt can change that.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        let read = self.job.payload();
        read.map_err(|error| JobError::fail("BAD_PAYLOAD", error.to_string()))
    }

    /// Ends when the run should stop: it was cancelled, lost its lease, took too long, or the worker
    /// shuts down.
    pub fn cancelled(&self) -> &CancellationToken {
        self.active.stopping()
    }

    /// Says how far the run is. Cheap: it is written a little later, the last of several reports
    /// only, at most so often as the workers' pace allows; a change of stage is written sooner.
    pub fn report(&self, stage: Option<&'static str>, progress: Progress) {
        self.active.report(stage, progress);
    }

    /// Does a step of the job, unless it was finished before: then gives what it resulted in.
    ///
    /// A step whose result is lost with its worker is done again, so what it does must bear that; a
    /// step that writes into the database is better done within [`JobRun::write`], together with
    /// [`save_step`].
    ///
    /// # Errors
    /// What `work` answers; [`JobError::LeaseLost`]; [`JobError::Retry`] when the result cannot be
    /// written or read.
    pub async fn step<T, F, W>(&self, name: &'static str, work: F) -> Result<T, JobError>
    where
        T: Serialize + DeserializeOwned,
        F: FnOnce() -> W,
        W: Future<Output = Result<T, JobError>>,
    {
        if let Some(known) = self.lookup_step(name).await? {
            return serde_json::from_value(known).map_err(|error| unreadable(name, &error));
        }
        let result = work().await?;
        let value = serde_json::to_value(&result).map_err(|error| unreadable(name, &error))?;
        self.save_step(name, value).await?;
        Ok(result)
    }

    /// What a step resulted in, if it was finished; also the last checkpoint of a longer one.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn lookup_step(&self, name: &'static str) -> Result<Option<Value>, DbError> {
        let args = (self.job.id.clone(), name);
        self.db
            .read(args, |tx, (id, name)| Box::pin(lookup_step(tx, id, name)))
            .await
    }

    /// Writes what a step resulted in, over what it resulted in before.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`]; [`JobError::Retry`] when it cannot be written.
    pub async fn save_step(&self, name: &'static str, result: Value) -> Result<(), JobError> {
        let args = (self.job.id.clone(), name, result, self.clock.now());
        self.write(args, |tx, (id, name, result, now)| {
            Box::pin(async move {
                save_step(tx, id, name, result, *now).await?;
                Ok(())
            })
        })
        .await
    }

    /// Runs `work` in a transaction that holds only under this run's lease.
    ///
    /// # Errors
    /// What `work` answers; [`LeaseLost`] when another may have the job by now; [`DbError`].
    ///
    /// Cancel safety: as [`Db::write`].
    pub async fn write<A, T, E, F>(&self, args: A, work: F) -> Result<T, E>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + From<LeaseLost> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let fenced = (self.active.fence().clone(), args, work);
        self.db
            .write(fenced, |tx, (fence, args, work)| {
                Box::pin(async move {
                    assert_lease::<E>(tx, fence).await?;
                    work(tx, args).await
                })
            })
            .await
    }

    /// The database, for reading.
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// The clock by which the workers live.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }
}

fn unreadable(name: &str, error: &serde_json::Error) -> JobError {
    let message = format!("the result of step `{name}` cannot be kept: {error}");
    JobError::retry("STEP_UNREADABLE", message)
}
