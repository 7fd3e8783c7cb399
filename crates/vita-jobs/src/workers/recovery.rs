//! What is done before anything is claimed: queues and schedules are made known, and leases that died
//! with the process before are taken back.

use std::sync::Arc;
use std::time::Duration;

use vita_db::DbError;

use super::{Context, Leases, Schedule, housekeeper};
use crate::tables::{add_queue, add_schedule, list_leases};

/// Wait between attempts while the database cannot be written.
const WAIT: Duration = Duration::from_secs(2);

/// Does it once.
pub(super) async fn recover(
    context: &Arc<Context>,
    schedules: &[Schedule],
    leases: Leases,
) -> Result<(), DbError> {
    introduce(context, schedules).await?;
    match leases {
        Leases::TakeBack => take_back_leases(context).await,
        Leases::LeaveUntilExpired => Ok(()),
    }
}

/// Does it until it has been done.
pub(super) async fn keep_recovering(
    context: Arc<Context>,
    schedules: Vec<Schedule>,
    leases: Leases,
) {
    while !context.recovered.is_cancelled() {
        tokio::time::sleep(WAIT).await;
        match recover(&context, &schedules, leases).await {
            Ok(()) => context.recovered.cancel(),
            Err(error) => tracing::warn!(%error, "the queues still wait for the database"),
        }
    }
}

/// Writes the queues and schedules that the workers have into the tables.
async fn introduce(context: &Context, schedules: &[Schedule]) -> Result<(), DbError> {
    let args = (
        context.queues.clone(),
        schedules.to_vec(),
        context.clock.now(),
    );
    context
        .db
        .write_locking(args, |tx, (queues, schedules, now)| {
            Box::pin(async move {
                for queue in queues {
                    let slots = queue.concurrency_total.unwrap_or(queue.concurrency);
                    add_queue(tx, queue.name.as_str(), slots as u32, *now).await?;
                }
                for schedule in schedules {
                    add_schedule(tx, schedule.name, *now).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Puts every running job back into its queue: its worker was lost with the process before.
async fn take_back_leases(context: &Arc<Context>) -> Result<(), DbError> {
    loop {
        let leases = context
            .db
            .read((), |tx, ()| Box::pin(list_leases(tx)))
            .await?;
        if leases.is_empty() {
            return Ok(());
        }
        housekeeper::take_back(context, leases).await?;
    }
}
