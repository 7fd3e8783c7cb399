//! Has the end of an attempt written, with the handler's hook in the same transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use vita_db::{DbError, Tx};
use vita_model::{JobId, Timestamp};
use vita_telemetry::metric;

use super::{ActiveRun, Context, claimer};
use crate::tables::{
    Claim, EndPolicy, Ended, Fence, Verdict, announce_job, average_run_time, claim_one,
    end_attempt, lookup_job,
};
use crate::{Backoff, Job, JobEnd, JobError, JobHandler, QueueConfig};

/// Waits between attempts to write an end while the database is in trouble.
const WAITS: Backoff = Backoff {
    base: Duration::from_millis(100),
    cap: Duration::from_secs(5),
};

/// Most jobs that are handed back at once; the writer groups their commits.
const HANDED_BACK_AT_ONCE: usize = 64;

/// What an end's transaction needs.
#[derive(Clone)]
pub(super) struct EndArgs {
    pub(super) fence: Fence,
    pub(super) verdict: Verdict,
    pub(super) policy: EndPolicy,
    /// Whose hook is called; none for kinds that are no longer known.
    pub(super) handler: Option<Arc<dyn JobHandler>>,
    pub(super) now: Timestamp,
    pub(super) random: u64,
}

/// Writes one end. None when the lease is no longer held.
pub(super) async fn write_end(
    context: &Context,
    args: EndArgs,
) -> Result<Option<(Job, JobEnd)>, DbError> {
    let written = context
        .db
        .write(args, |tx, args| Box::pin(end_with_hook(tx, args)));
    let Some(ended) = written.await? else {
        return Ok(None);
    };
    if let Some(took) = ended.took {
        count_run_time(context, &ended.job, took).await;
    }
    Ok(Some((ended.job, ended.end)))
}

/// Only estimates live on it, so a failure is told and no more.
async fn count_run_time(context: &Context, job: &Job, took: Duration) {
    let args = (job.queue.clone(), took, job.updated_at);
    let counted = context.db.write_locking(args, |tx, (queue, took, now)| {
        Box::pin(average_run_time(tx, queue, *took, *now))
    });
    let counted: Result<(), DbError> = counted.await;
    if let Err(error) = counted {
        tracing::debug!(job.id = %job.id, %error, "failed to count how long a job took");
    }
}

async fn end_with_hook(tx: &mut Tx, args: &EndArgs) -> Result<Option<Ended>, DbError> {
    let ended = end_attempt(
        tx,
        &args.fence,
        &args.verdict,
        &args.policy,
        args.now,
        args.random,
    );
    let Some(ended) = ended.await? else {
        return Ok(None);
    };
    if let Some(handler) = &args.handler {
        handler.ended(tx, &ended.job, &ended.end, args.now).await?;
    }
    announce_job(tx, &ended.job);
    Ok(Some(ended))
}

/// Writes how a run ended, however long the database is in trouble: finished work is not thrown
/// away. A hook that refuses the end makes it a failure of the attempt.
pub(super) async fn record_end(
    context: &Context,
    config: &QueueConfig,
    handler: &Arc<dyn JobHandler>,
    active: &ActiveRun,
    mut verdict: Verdict,
) {
    let id = &active.fence().id;
    let mut failures = 0;
    let mut has_been_refused = false;
    loop {
        let args = EndArgs {
            fence: active.fence().clone(),
            verdict: verdict.clone(),
            policy: EndPolicy::from(config),
            handler: Some(Arc::clone(handler)),
            now: context.clock.now(),
            random: context.random(),
        };
        match write_end(context, args).await {
            Ok(Some((job, end))) => return note_end(context, &job, &end),
            Ok(None) => {
                tracing::warn!(job.id = %id, "lost the lease on a job before its end was written");
                return;
            }
            // Written under the lease, it does no harm to write it once more.
            Err(error) if error.is_transient() || error == DbError::OutcomeUnknown => {
                failures += 1;
                tracing::warn!(job.id = %id, %error, "failed to write a job's end; trying again");
                let wait = WAITS.ceiling(failures).min(context.pace.lease);
                tokio::time::sleep(wait).await;
            }
            Err(error) if has_been_refused => {
                tracing::error!(job.id = %id, %error, "failed to write a job's end; its lease runs out");
                return;
            }
            Err(error) => {
                tracing::error!(job.id = %id, %error, "a job's end was refused; the attempt failed");
                has_been_refused = true;
                verdict = refused(&error);
            }
        }
    }
}

fn refused(error: &DbError) -> Verdict {
    let message = format!("its end could not be written: {error}");
    Verdict::Returned(Err(JobError::retry("NOT_RECORDED", message)))
}

fn note_end(context: &Context, job: &Job, end: &JobEnd) {
    context.ended.fetch_add(1, Ordering::Relaxed);
    if *end == JobEnd::HandedBack {
        context.handed_back.fetch_add(1, Ordering::Relaxed);
    }
    log_end(job, end);
}

/// Tells the log and the metrics of an end that was written.
pub(super) fn log_end(job: &Job, end: &JobEnd) {
    let outcome = end.outcome();
    metric::JOBS_FINISHED.add(1, [job.kind.as_str(), outcome]);
    let (id, kind, attempts) = (&job.id, &job.kind, job.attempts);
    match end.failure() {
        None => tracing::info!(job.id = %id, job.kind = kind, outcome, "ended an attempt"),
        Some(failure) => tracing::warn!(
            job.id = %id,
            job.kind = kind,
            outcome,
            attempts,
            code = %failure.code,
            "an attempt failed"
        ),
    }
}

/// Drops the runs that are left and hands their jobs back, within `limit`. Gives how many could not
/// be handed back: their leases run out.
pub(super) async fn hand_back_rest(context: &Arc<Context>, limit: Duration) -> u64 {
    let left = context.wake.runs();
    context.dropped.cancel();
    let count = left.len() as u64;
    let handed_back = AtomicU64::new(0);
    let work = stream::iter(left).for_each_concurrent(HANDED_BACK_AT_ONCE, |run| {
        let (context, handed_back) = (Arc::clone(context), &handed_back);
        async move {
            match hand_back(&context, &run).await {
                Ok(()) => {
                    handed_back.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => {
                    let id = &run.fence().id;
                    tracing::warn!(job.id = %id, %error, "failed to hand a job back");
                }
            }
        }
    });
    let _ = tokio::time::timeout(limit, work).await;
    count - handed_back.load(Ordering::Relaxed)
}

async fn hand_back(context: &Context, run: &ActiveRun) -> Result<(), DbError> {
    let args = EndArgs {
        fence: run.fence().clone(),
        verdict: Verdict::HandedBack,
        policy: EndPolicy::default(),
        handler: Some(Arc::clone(run.handler())),
        now: context.clock.now(),
        random: context.random(),
    };
    if let Some((job, end)) = write_end(context, args).await? {
        note_end(context, &job, &end);
    }
    Ok(())
}

/// Counts an attempt at a job whose hook `started` failed, so that it does not stand in front of the
/// queue for ever.
pub(super) async fn fail_unstartable(
    context: &Context,
    config: &QueueConfig,
    id: &JobId,
    error: &DbError,
) {
    let claim = claimer::new_claim(context, config, 1);
    let message = format!("it could not be started: {error}");
    let mut end = EndArgs {
        fence: claim.fence(id),
        verdict: Verdict::Returned(Err(JobError::retry("NOT_STARTED", message))),
        policy: EndPolicy::from(config),
        handler: None,
        now: claim.now,
        random: context.random(),
    };
    for handler in [find_handler(context, id).await, None] {
        end.handler = handler;
        match claim_and_end(context, claim.clone(), end.clone()).await {
            Ok(Some((job, end))) => return log_end(&job, &end),
            Ok(None) => return,
            Err(error) => {
                tracing::error!(job.id = %id, %error, "failed to put a job aside that cannot be started");
            }
        }
    }
}

async fn find_handler(context: &Context, id: &JobId) -> Option<Arc<dyn JobHandler>> {
    let job = context
        .db
        .read(id.clone(), |tx, id| Box::pin(lookup_job(tx, id)));
    let job: Result<Option<Job>, DbError> = job.await;
    context.handler(&job.ok()??.kind)
}

async fn claim_and_end(
    context: &Context,
    claim: Claim,
    end: EndArgs,
) -> Result<Option<(Job, JobEnd)>, DbError> {
    let ended = context.db.write((claim, end), |tx, (claim, end)| {
        Box::pin(async move {
            if claim_one(tx, claim, &end.fence.id).await?.is_none() {
                return Ok(None);
            }
            let ended = end_with_hook(tx, end).await?;
            Ok(ended.map(|ended| (ended.job, ended.end)))
        })
    });
    ended.await
}
