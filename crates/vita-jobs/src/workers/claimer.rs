//! Claims one queue's jobs whenever slots are free and something may be due.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use vita_db::DbError;
use vita_model::JobId;

use super::record::fail_unstartable;
use super::{Context, Handlers, runner};
use crate::tables::{Claim, announce_job, claim, is_anything_due};
use crate::{Job, QueueConfig};

/// Wait after a claim that failed: long enough not to press a database that is in trouble.
const WAIT_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// A claim that failed, and the job whose hook refused it, if that was why.
#[derive(Debug)]
struct ClaimError {
    refused_by: Option<JobId>,
    source: DbError,
}

impl From<DbError> for ClaimError {
    fn from(source: DbError) -> Self {
        Self {
            refused_by: None,
            source,
        }
    }
}

struct ClaimArgs {
    claim: Claim,
    handlers: Arc<Handlers>,
}

/// Works a queue off until the workers drain.
pub(super) async fn work_off(context: Arc<Context>, config: QueueConfig) {
    let woken = context.wake.queue(config.name.as_str());
    let freed = Arc::new(Notify::new());
    let slots = Arc::new(tokio::sync::Semaphore::new(config.concurrency));
    let mut should_look_first = false;
    tokio::select! {
        () = context.recovered.cancelled() => {}
        () = context.draining.cancelled() => {}
    }
    while !context.draining.is_cancelled() {
        let free = slots.available_permits();
        let claimed = if free == 0 {
            Vec::new()
        } else {
            claim_due(&context, &config, free, should_look_first).await
        };
        let is_all_taken = free > 0 && claimed.len() == free;
        for job in claimed {
            let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
                break;
            };
            let run = runner::run_job(Arc::clone(&context), config.clone(), job);
            let (freed, dropped) = (Arc::clone(&freed), context.dropped.clone());
            context.runs.spawn(async move {
                // Dropped with the workers, the run stops where it is.
                dropped.run_until_cancelled(run).await;
                drop(slot);
                freed.notify_one();
            });
        }
        if is_all_taken {
            // Nothing can be claimed before a slot is free.
            wait_for(&context, &freed).await;
            should_look_first = false;
            continue;
        }
        tokio::select! {
            () = woken.notified() => should_look_first = false,
            () = freed.notified() => should_look_first = true,
            () = tokio::time::sleep(context.pace.poll) => should_look_first = true,
            () = context.draining.cancelled() => {}
        }
    }
}

async fn wait_for(context: &Context, freed: &Notify) {
    tokio::select! {
        () = freed.notified() => {}
        () = context.draining.cancelled() => {}
    }
}

/// Claims what is due, up to `free` jobs. A failure is logged and waited out.
async fn claim_due(
    context: &Arc<Context>,
    config: &QueueConfig,
    free: usize,
    should_look_first: bool,
) -> Vec<Job> {
    match try_claim(context, config, free, should_look_first).await {
        Ok(jobs) => jobs,
        Err(error) => {
            let queue = config.name.as_str();
            tracing::warn!(queue, error = %error.source, "failed to claim jobs");
            let refused = error.refused_by.filter(|_| !error.source.is_transient());
            if let Some(id) = refused {
                fail_unstartable(context, config, &id, &error.source).await;
            }
            tokio::time::sleep(WAIT_AFTER_FAILURE.min(context.pace.poll)).await;
            Vec::new()
        }
    }
}

async fn try_claim(
    context: &Arc<Context>,
    config: &QueueConfig,
    free: usize,
    should_look_first: bool,
) -> Result<Vec<Job>, ClaimError> {
    let now = context.clock.now();
    if should_look_first {
        let args = (config.name, now);
        let due = context.db.read(args, |tx, (queue, now)| {
            Box::pin(is_anything_due(tx, queue.as_str(), *now))
        });
        if !due.await? {
            return Ok(Vec::new());
        }
    }
    let args = ClaimArgs {
        claim: new_claim(context, config, free),
        handlers: Arc::clone(&context.handlers),
    };
    let claimed = context.db.write_locking(args, |tx, args| {
        Box::pin(async move {
            let jobs = claim(tx, &args.claim).await?;
            for job in &jobs {
                if let Some(handler) = args.handlers.get(job.kind.as_str()) {
                    let started = handler.started(tx, job, args.claim.now).await;
                    started.map_err(|source| ClaimError {
                        refused_by: Some(job.id.clone()),
                        source,
                    })?;
                }
                announce_job(tx, job);
            }
            Ok(jobs)
        })
    });
    claimed.await
}

pub(super) fn new_claim(context: &Context, config: &QueueConfig, slots: usize) -> Claim {
    Claim {
        config: config.clone(),
        kinds: context.kinds.clone(),
        slots,
        nonce: context.nonce(),
        lease: context.pace.lease,
        now: context.clock.now(),
    }
}
