//! Renews the leases of all runs in one statement, and so hears of those that were lost and of
//! cancellations whose announcement did not come.

use std::collections::HashMap;
use std::sync::Arc;

use vita_db::DbError;

use super::{Context, StopReason};
use crate::tables::{Fence, renew_leases as renew};

/// Renewals within the life of a lease: two may fail.
const RENEWALS_PER_LEASE: u32 = 3;

/// Renews leases for ever.
pub(super) async fn renew_leases(context: Arc<Context>) {
    let mut ticks = tokio::time::interval(context.pace.lease / RENEWALS_PER_LEASE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = renew_once(&context).await {
            tracing::warn!(%error, "failed to renew the leases of the running jobs");
        }
    }
}

async fn renew_once(context: &Context) -> Result<(), DbError> {
    let runs = context.wake.runs();
    if runs.is_empty() {
        return Ok(());
    }
    let fences: Vec<Fence> = runs.iter().map(|run| run.fence().clone()).collect();
    let until = context.clock.now().plus(context.pace.lease);
    let renewed = context
        .db
        .write_locking((fences, until), |tx, (fences, until)| {
            Box::pin(renew(tx, fences, *until))
        });
    let renewed = renewed.await?.into_iter();
    let renewed: HashMap<String, bool> = renewed
        .map(|lease| (lease.token, lease.is_cancel_requested))
        .collect();
    for run in runs {
        match renewed.get(&run.fence().token) {
            Some(false) => {}
            Some(true) => run.stop(StopReason::Cancelled),
            // A run whose end was written meanwhile has stopped by itself and does not mind.
            None => run.stop(StopReason::LeaseLost),
        }
    }
    Ok(())
}
