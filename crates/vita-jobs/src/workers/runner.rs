//! Runs one claimed job: calls its handler, stops it when that is due, and has its end written.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use serde_json::Value;
use vita_telemetry::{RequestScope, metric};

use super::record::record_end;
use super::{ActiveRun, Context, StopReason};
use crate::tables::{Fence, Verdict};
use crate::{Job, JobError, JobHandler, JobRun, QueueConfig};

/// Runs a job that was claimed, until its end is written.
pub(super) async fn run_job(context: Arc<Context>, config: QueueConfig, job: Job) {
    let Some(handler) = context.handler(&job.kind) else {
        tracing::error!(job.id = %job.id, job.kind, "claimed a job that has no handler");
        return;
    };
    let fence = Fence {
        id: job.id.clone(),
        token: job.lease_token.clone().unwrap_or_default(),
    };
    let reported = Arc::clone(context.wake.reported());
    let active = ActiveRun::new(fence, Arc::clone(&handler), reported);
    let registered = context.wake.register(Arc::new(active));
    let active = &registered.run;
    let run = JobRun::new(
        job,
        context.db.clone(),
        Arc::clone(&context.clock),
        Arc::clone(active),
    );
    note_start(&config, &run);
    let begun = Instant::now();
    let _running = metric::JOBS_RUNNING.hold([config.name.as_str()]);
    let returned = supervise(&context, &config, handler.as_ref(), &run, active).await;
    metric::JOB_RUN_SECONDS.record_time(begun.elapsed(), [handler.kind()]);
    if let Some(verdict) = judge(returned, active.stop_reason()) {
        record_end(&context, &config, &handler, active, verdict).await;
    } else {
        let id = &active.fence().id;
        tracing::warn!(job.id = %id, "lost the lease on a job while it ran");
    }
}

fn note_start(config: &QueueConfig, run: &JobRun) {
    let (queue, job) = (config.name.as_str(), run.job());
    metric::JOBS_CLAIMED.add(1, [queue]);
    // A later start did not wait since it was first due.
    if job.attempts == 1 && job.lost_leases == 0 {
        metric::JOB_WAIT_SECONDS.record_time(job.updated_at.since(job.run_at), [queue]);
    }
}

/// Lets the handler work until it returns, panics, or is dropped after it was told to stop.
async fn supervise(
    context: &Context,
    config: &QueueConfig,
    handler: &dyn JobHandler,
    run: &JobRun,
    active: &ActiveRun,
) -> Option<Result<Value, JobError>> {
    let work = async { handler.run(run).await };
    let work = AssertUnwindSafe(RequestScope::new().enter(work)).catch_unwind();
    let mut work = std::pin::pin!(work.map(|ran| ran.unwrap_or_else(|_| Err(panicked()))));
    tokio::select! {
        returned = &mut work => return Some(returned),
        () = active.stopping().cancelled() => {}
        () = tokio::time::sleep(config.attempt_limit) => active.stop(StopReason::TimedOut),
    }
    let grace: Duration = context.pace.stop_grace;
    tokio::time::timeout(grace, work).await.ok()
}

fn panicked() -> JobError {
    JobError::retry("PANICKED", "the job's code panicked")
}

/// What to write about a run: nothing when its lease is lost. `returned` is none when it had to be
/// dropped.
fn judge(returned: Option<Result<Value, JobError>>, reason: Option<StopReason>) -> Option<Verdict> {
    let returned = returned.unwrap_or(Err(JobError::Cancelled));
    let verdict = match (returned, reason) {
        (_, Some(StopReason::LeaseLost)) => return None,
        // It had finished all the same.
        (Ok(result), _) => Verdict::Returned(Ok(result)),
        (Err(_), Some(StopReason::Draining)) => Verdict::HandedBack,
        (Err(_), Some(StopReason::Cancelled)) => Verdict::Returned(Err(JobError::Cancelled)),
        (Err(_), Some(StopReason::TimedOut)) => {
            let message = "the attempt took longer than one may";
            Verdict::Returned(Err(JobError::retry("TIMED_OUT", message)))
        }
        (Err(error), None) => Verdict::Returned(Err(error)),
    };
    Some(verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_was_told_to_stop_is_judged_by_why() {
        let failed = || Some(Err(JobError::fail("X", "child was killed")));
        assert!(judge(failed(), Some(StopReason::LeaseLost)).is_none());
        assert!(judge(Some(Ok(Value::Null)), Some(StopReason::LeaseLost)).is_none());
        assert!(matches!(
            judge(failed(), Some(StopReason::Draining)),
            Some(Verdict::HandedBack)
        ));
        assert!(matches!(
            judge(None, Some(StopReason::Cancelled)),
            Some(Verdict::Returned(Err(JobError::Cancelled)))
        ));
        assert!(matches!(
            judge(None, Some(StopReason::TimedOut)),
            Some(Verdict::Returned(Err(JobError::Retry { .. })))
        ));
        assert!(matches!(
            judge(failed(), None),
            Some(Verdict::Returned(Err(JobError::Fail(_))))
        ));
    }

    #[test]
    fn what_finished_in_time_is_kept_although_it_was_told_to_stop() {
        for reason in [
            StopReason::Cancelled,
            StopReason::Draining,
            StopReason::TimedOut,
        ] {
            let verdict = judge(Some(Ok(Value::Null)), Some(reason));
            assert!(matches!(verdict, Some(Verdict::Returned(Ok(_)))));
        }
    }
}
