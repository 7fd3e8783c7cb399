//! What the installation does for itself: removing files that nothing needs any more, and records
//! that are past their retention. All of it in batches, so that nothing else waits long.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use vita_blob::{BlobOwner, BlobPrefix};
use vita_db::{DbError, Tx};
use vita_jobs::{JobError, JobHandler, JobRun, NewJob, Retention};
use vita_model::{JobId, Timestamp};
use vita_store::{audit, doomed_blobs, idempotency, logins, notifications, tickets};

use crate::JobsConfig;
use crate::app::Inner;
use crate::command::OUTCOME_KEPT_FOR;
use crate::generations::from_blob;
use crate::images::clear_unreceived;
use crate::queues::HOUSEKEEPING;

/// The kind of job that removes files.
const REMOVE_BLOBS: &str = "remove_blobs";

/// The kind of job that deletes what is past its retention.
pub(crate) const APPLY_RETENTION: &str = "apply_retention";

/// How many rows one transaction deletes: a few milliseconds of the writer's time.
const BATCH: u32 = 500;

/// Most attempts of housekeeping; what still fails then is in the dead letters for somebody to see.
const ATTEMPTS_MAX: u32 = 10;

/// How long notifications are kept.
const NOTIFICATIONS_KEPT_FOR: Duration = Duration::from_hours(90 * 24);

pub(crate) fn housekeeping_job(kind: &'static str, now: Timestamp) -> NewJob {
    NewJob {
        queue: HOUSEKEEPING,
        kind,
        owner: None,
        concurrency_key: String::new(),
        priority: 0,
        run_at: now,
        payload: json!({}),
        attempts_max: ATTEMPTS_MAX,
    }
}

/// Has the files that were given up in this transaction removed after it.
pub(crate) async fn enqueue_blob_removal(
    tx: &mut Tx,
    app: &Inner,
    now: Timestamp,
) -> Result<(), DbError> {
    let id: JobId = app.new_id(now);
    vita_jobs::enqueue(tx, &id, &housekeeping_job(REMOVE_BLOBS, now), now).await
}

/// Removes the files that were given up.
pub(crate) struct RemoveBlobs(pub(crate) Arc<Inner>);

impl JobHandler for RemoveBlobs {
    fn kind(&self) -> &'static str {
        REMOVE_BLOBS
    }

    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> {
        Box::pin(self.remove_all(run))
    }
}

impl RemoveBlobs {
    async fn remove_all(&self, run: &JobRun) -> Result<Value, JobError> {
        let mut removed = 0_u64;
        loop {
            let doomed: Vec<String> = self
                .0
                .db
                .read((), |tx, ()| {
                    Box::pin(doomed_blobs::list_doomed(tx, i64::from(BATCH)))
                })
                .await
                .map_err(JobError::from)?;
            if doomed.is_empty() {
                return Ok(json!({ "removed": removed }));
            }
            for prefix in &doomed {
                self.remove_files(prefix).await?;
            }
            removed += doomed.len() as u64;
            run.write(doomed, |tx, doomed| Box::pin(forget(tx, doomed)))
                .await?;
        }
    }

    async fn remove_files(&self, prefix: &str) -> Result<(), JobError> {
        let Ok(prefix) = BlobPrefix::parse(prefix) else {
            tracing::error!(prefix, "a prefix to remove is none that this store knows");
            return Ok(());
        };
        self.0
            .blobs
            .delete_prefix(&prefix)
            .await
            .map_err(from_blob)?;
        Ok(())
    }
}

/// Notes that the files under the prefixes are gone.
async fn forget(tx: &mut Tx, prefixes: &[String]) -> Result<(), JobError> {
    for prefix in prefixes {
        doomed_blobs::delete_doomed(tx, prefix).await?;
    }
    Ok(())
}

/// Deletes what is past its retention.
pub(crate) struct ApplyRetention {
    pub(crate) app: Arc<Inner>,
    pub(crate) config: JobsConfig,
}

impl JobHandler for ApplyRetention {
    fn kind(&self) -> &'static str {
        APPLY_RETENTION
    }

    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> {
        Box::pin(self.apply(run))
    }
}

impl ApplyRetention {
    async fn apply(&self, run: &JobRun) -> Result<Value, JobError> {
        let now = self.app.now();
        let mut deleted = 0_u64;
        loop {
            let jobs = Retention {
                ended_before: now.minus(self.config.kept_for),
                dead_before: now.minus(self.config.dead_kept_for),
                batch: BATCH,
            };
            let batch = run
                .write(
                    (Arc::clone(&self.app), now, jobs),
                    |tx, (app, now, jobs)| Box::pin(delete_batch(tx, app, *now, jobs)),
                )
                .await?;
            deleted += batch;
            if batch == 0 || run.cancelled().is_cancelled() {
                break;
            }
        }
        deleted += self.clear_uploads(run, now).await?;
        let exports = self.remove_old_exports(now).await?;
        Ok(json!({ "deleted": deleted, "exports": exports }))
    }

    /// Uploads whose process died, or whose client went, before their end.
    async fn clear_uploads(&self, run: &JobRun, now: Timestamp) -> Result<u64, JobError> {
        let mut cleared = 0;
        loop {
            let args = (Arc::clone(&self.app), now);
            let batch = run
                .write(args, |tx, (app, now)| Box::pin(clear_batch(tx, app, *now)))
                .await?;
            cleared += batch;
            if batch == 0 || run.cancelled().is_cancelled() {
                return Ok(cleared);
            }
        }
    }

    /// What an export made is kept as long as its job. Told by the age of the files, as the jobs
    /// are gone.
    async fn remove_old_exports(&self, now: Timestamp) -> Result<u64, JobError> {
        let before = now.minus(self.config.kept_for);
        let blobs = &self.app.blobs;
        let mut removed = 0_u64;
        let mut after = None;
        loop {
            let page = blobs.list_prefixes(after.as_ref(), BATCH as usize).await;
            let page = page.map_err(from_blob)?;
            for entry in page.entries {
                let is_export = matches!(entry.prefix.owner(), BlobOwner::Export(_));
                if is_export && entry.modified < before {
                    blobs
                        .delete_prefix(&entry.prefix)
                        .await
                        .map_err(from_blob)?;
                    removed += 1;
                }
            }
            after = page.next_after;
            if after.is_none() {
                return Ok(removed);
            }
        }
    }
}

async fn clear_batch(tx: &mut Tx, app: &Inner, now: Timestamp) -> Result<u64, JobError> {
    Ok(clear_unreceived(tx, app, now, BATCH).await?)
}

async fn delete_batch(
    tx: &mut Tx,
    app: &Inner,
    now: Timestamp,
    jobs: &Retention,
) -> Result<u64, JobError> {
    let batch = i64::from(BATCH);
    let accounts = &app.accounts;
    let outcomes_before = now.minus(OUTCOME_KEPT_FOR);
    let outcomes = idempotency::delete_outcomes_before(tx, outcomes_before, batch).await?;
    let notes_before = now.minus(NOTIFICATIONS_KEPT_FOR);
    let notes = notifications::delete_notifications_before(tx, notes_before, batch).await?;
    let logins = logins::delete_logins_expired_before(tx, now, batch).await?
        + logins::forget_ended_before(tx, now.minus(accounts.access_token_life), batch).await?
        + tickets::delete_expired_before(tx, now, batch).await?
        + audit::delete_entries_before(tx, now.minus(accounts.audit_kept_for), batch).await?;
    let jobs = vita_jobs::retain(tx, jobs).await?;
    Ok(outcomes + notes + logins + jobs)
}
