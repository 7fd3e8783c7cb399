//! Shutting down: finish or hand back.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Semaphore;
use vita_jobs::{DrainReport, JobState, Workers};

use crate::bed::{Bed, Scripted, queue};

#[tokio::test]
async fn a_drain_lets_jobs_finish_and_claims_no_more() {
    let bed = Bed::new();
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let handler = Scripted::new(move |_| {
        let held = Arc::clone(&held);
        Box::pin(async move {
            held.acquire().await.unwrap().forget();
            Ok(Value::Null)
        })
    });
    let workers = bed.start(queue(2), handler).await;
    let ids = bed.add_all((0..4).map(|_| bed.new_job()).collect()).await;
    bed.until_state(&ids[1], JobState::Running).await;
    let drain = tokio::spawn(workers.drain(Duration::from_secs(40)));
    tokio::task::yield_now().await;
    gate.add_permits(4);
    let report = drain.await.unwrap();
    let wanted = DrainReport {
        ended: 2,
        ..DrainReport::default()
    };
    assert_eq!(report, wanted);
    assert_eq!(bed.job(&ids[0]).await.state, JobState::Completed);
    assert_eq!(bed.job(&ids[2]).await.state, JobState::Queued);
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_handed_back_and_costs_no_attempt() {
    let bed = Bed::new();
    let handler = Scripted::hanging();
    let workers = bed.start(queue(2), handler.clone()).await;
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Running).await;
    let report = workers.drain(Duration::from_millis(200)).await;
    assert_eq!((report.handed_back, report.abandoned), (1, 0));
    let job = bed.job(&id).await;
    assert_eq!(job.state, JobState::Queued);
    assert_eq!((job.attempts, job.lost_leases), (0, 0));
    assert_eq!(handler.hooks(), ["started", "ended handed_back"]);

    let _next = bed.start(queue(2), Scripted::completing()).await;
    let job = bed.until_state(&id, JobState::Completed).await;
    assert_eq!(job.attempts, 1);
}

#[tokio::test]
async fn a_drain_ends_in_time_also_when_a_run_does_not_stop() {
    let bed = Bed::new();
    let handler = Scripted::new(|_| Box::pin(pending()));
    let mut setup = bed.setup(vec![queue(1)], vec![handler]);
    setup.pace.stop_grace = Duration::from_hours(1);
    let workers = Workers::start(setup).await.unwrap();
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Running).await;
    let report = workers.drain(Duration::from_millis(300)).await;
    assert_eq!((report.handed_back, report.abandoned), (1, 0));
    assert_eq!(bed.job(&id).await.state, JobState::Queued);
}
