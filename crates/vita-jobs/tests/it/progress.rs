//! Progress: cheap to report, written seldom.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Semaphore;
use vita_jobs::JobState;
use vita_model::Progress;

use crate::bed::{Bed, Scripted, queue};

#[tokio::test]
async fn many_reports_are_few_writes_and_the_last_one_counts() {
    let bed = Bed::new();
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let handler = Scripted::new(move |run| {
        let held = Arc::clone(&held);
        Box::pin(async move {
            for percent in 1..=90 {
                run.report(Some("drawing"), Progress::new(percent));
            }
            held.acquire().await.unwrap().forget();
            for percent in 1..=90 {
                run.report(Some("encoding"), Progress::new(percent));
            }
            held.acquire().await.unwrap().forget();
            Ok(Value::Null)
        })
    });
    let _workers = bed.start(queue(1), handler.clone()).await;
    let id = bed.add(bed.new_job()).await;
    for stage in ["drawing", "encoding"] {
        let job = bed
            .until(&id, |job| job.stage.as_deref() == Some(stage))
            .await;
        assert_eq!(job.progress.get(), 90);
        gate.add_permits(1);
    }
    bed.until_state(&id, JobState::Completed).await;
    let hooks = handler.hooks();
    assert_eq!(
        hooks,
        [
            "started",
            "progressed 90",
            "progressed 90",
            "ended completed"
        ]
    );
    let heard = bed.heard(&id);
    let said: Vec<_> = heard
        .iter()
        .map(|body| body["progress"].as_u64().unwrap())
        .collect();
    assert_eq!(said, [0, 90, 90, 100]);
}

#[tokio::test]
async fn reports_of_many_runs_share_their_writes() {
    let bed = Bed::new();
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let handler = Scripted::new(move |run| {
        let held = Arc::clone(&held);
        Box::pin(async move {
            run.report(None, Progress::new(50));
            held.acquire().await.unwrap().forget();
            Ok(Value::Null)
        })
    });
    let _workers = bed.start(queue(64), handler.clone()).await;
    bed.add_all((0..64).map(|_| bed.new_job()).collect()).await;
    bed.until_count("SELECT COUNT(*) FROM jobs WHERE progress = 50", 64)
        .await;
    gate.add_permits(64);
    bed.until_count("SELECT COUNT(*) FROM jobs WHERE state = 'completed'", 64)
        .await;
    let progressed = handler
        .hooks()
        .iter()
        .filter(|hook| *hook == "progressed 50")
        .count();
    assert_eq!(progressed, 64);
}

#[tokio::test]
async fn a_report_that_a_hook_refuses_keeps_back_no_other() {
    let bed = Bed::new();
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let handler = Scripted::new(move |run| {
        let held = Arc::clone(&held);
        Box::pin(async move {
            let percent = run.payload::<u8>()?;
            run.report(None, Progress::new(percent));
            held.acquire().await.unwrap().forget();
            Ok(Value::Null)
        })
    });
    handler.refuse("progressed 13");
    let _workers = bed.start(queue(3), handler).await;
    let new = [12, 13, 14].map(|percent| {
        let mut new = bed.new_job();
        new.payload = Value::from(percent);
        new
    });
    let ids = bed.add_all(new.into()).await;
    bed.until(&ids[0], |job| job.progress.get() == 12).await;
    bed.until(&ids[2], |job| job.progress.get() == 14).await;
    assert_eq!(bed.job(&ids[1]).await.progress, Progress::ZERO);
    gate.add_permits(3);
    bed.until_state(&ids[1], JobState::Completed).await;
}
