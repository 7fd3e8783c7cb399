//! Takes back leases that ran out, and writes jobs that are due by a schedule.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{TryStreamExt, stream};
use vita_db::DbError;
use vita_model::Timestamp;
use vita_telemetry::metric;

use super::record::{EndArgs, log_end, write_end};
use super::{Context, Schedule};
use crate::QueueName;
use crate::tables::{
    Leased, QueueDepth, Verdict, enqueue, is_paused, list_expired_leases, measure_queue,
    take_due_time,
};

/// Most leases that are taken back at once; the writer groups their commits.
const TAKEN_BACK_AT_ONCE: usize = 64;

/// How often the queues are measured for the metrics.
const MEASURED_EVERY: Duration = Duration::from_secs(5);

/// Least time between two looks, however short the poll is set.
const LOOK_MIN: Duration = Duration::from_millis(5);

/// Keeps house for ever.
pub(super) async fn keep_house(context: Arc<Context>, schedules: Vec<Schedule>) {
    let mut ticks = tokio::time::interval(context.pace.poll.max(LOOK_MIN));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    context.recovered.cancelled().await;
    let mut measured = None;
    loop {
        ticks.tick().await;
        if let Err(error) = take_back_expired(&context).await {
            tracing::warn!(%error, "failed to take back leases that ran out");
        }
        measured = measure_if_due(&context, measured).await;
        for schedule in &schedules {
            if let Err(error) = follow_schedule(&context, *schedule).await {
                let name = schedule.name;
                tracing::warn!(%error, schedule = name, "failed to write a scheduled job");
            }
        }
    }
}

/// Measures the queues for the metrics, unless that was done a short time ago.
async fn measure_if_due(context: &Context, measured: Option<Instant>) -> Option<Instant> {
    if measured.is_some_and(|at| at.elapsed() < MEASURED_EVERY) {
        return measured;
    }
    let names: Vec<QueueName> = context.queues.iter().map(|config| config.name).collect();
    let now = context.clock.now();
    let depths = context.db.read((names, now), |tx, (names, now)| {
        Box::pin(async move {
            let mut depths: Vec<(QueueName, QueueDepth)> = Vec::new();
            for name in names {
                depths.push((*name, measure_queue(tx, name.as_str(), *now).await?));
            }
            Ok::<_, DbError>(depths)
        })
    });
    match depths.await {
        Ok(depths) => depths
            .iter()
            .for_each(|(name, depth)| show_depth(*name, *depth, now)),
        Err(error) => tracing::warn!(%error, "failed to measure the queues"),
    }
    Some(Instant::now())
}

fn show_depth(name: QueueName, depth: QueueDepth, now: Timestamp) {
    let age = depth
        .oldest
        .map_or(Duration::ZERO, |oldest| now.since(oldest));
    metric::JOBS_QUEUED.set(f64::from(depth.due), [name.as_str()]);
    metric::JOBS_OLDEST_AGE.set(age.as_secs_f64(), [name.as_str()]);
    metric::JOBS_DEAD.set(f64::from(depth.dead), [name.as_str()]);
    metric::JOBS_PAUSED.set(f64::from(u8::from(depth.is_paused)), [name.as_str()]);
}

async fn take_back_expired(context: &Arc<Context>) -> Result<(), DbError> {
    let args = (context.kinds.clone(), context.clock.now());
    let expired = context.db.read(args, |tx, (kinds, now)| {
        Box::pin(list_expired_leases(tx, kinds, *now))
    });
    let mut expired = expired.await?;
    // Our own runs live: their renewal is late because the machine slept, or the database was busy.
    let runs = context.wake.runs();
    expired.retain(|lease| !runs.iter().any(|run| *run.fence() == lease.fence));
    take_back(context, expired).await
}

/// Ends the attempts of workers that were lost.
pub(super) async fn take_back(context: &Arc<Context>, leases: Vec<Leased>) -> Result<(), DbError> {
    stream::iter(leases.into_iter().map(Ok))
        .try_for_each_concurrent(TAKEN_BACK_AT_ONCE, |lease| take_back_one(context, lease))
        .await
}

async fn take_back_one(context: &Context, lease: Leased) -> Result<(), DbError> {
    let mut args = EndArgs {
        fence: lease.fence,
        verdict: Verdict::LeaseLost,
        policy: context.policy(&lease.queue),
        handler: context.handler(&lease.kind),
        now: context.clock.now(),
        random: context.random(),
    };
    let written = match write_end(context, args.clone()).await {
        Err(error) if !error.is_transient() && args.handler.is_some() => {
            let id = &args.fence.id;
            tracing::error!(job.id = %id, %error, "a hook refused that a lease was lost; left it out");
            args.handler = None;
            write_end(context, args).await?
        }
        written => written?,
    };
    if let Some((job, end)) = written {
        metric::JOBS_LOST_LEASES.add(1, [job.queue.as_str()]);
        log_end(&job, &end);
    }
    Ok(())
}

async fn follow_schedule(context: &Context, schedule: Schedule) -> Result<(), DbError> {
    let now = context.clock.now();
    let args = (schedule, context.new_job_id(), now);
    let written = context.db.write_locking(args, |tx, (schedule, id, now)| {
        Box::pin(async move {
            let job = (schedule.make)(*now);
            // While its queue is paused they would only pile up; it is due once when that is over.
            if !is_paused(tx, job.queue.as_str()).await?
                && take_due_time(tx, schedule.name, schedule.every, *now).await?
            {
                enqueue(tx, id, &job, *now).await?;
            }
            Ok(())
        })
    });
    written.await
}
