//! A job's way from its queue to its end.

use std::time::Duration;

use serde_json::json;
use vita_jobs::{Cancelling, JobState};
use vita_model::Progress;

use crate::bed::{Bed, Scripted, queue};

#[tokio::test]
async fn a_job_runs_and_its_result_is_announced() {
    let bed = Bed::new();
    let handler = Scripted::new(|run| {
        Box::pin(async move {
            run.report(Some("working"), Progress::new(40));
            Ok(json!({"echo": run.payload::<serde_json::Value>()?}))
        })
    });
    let workers = bed.start(queue(2), handler.clone()).await;
    let mut new = bed.new_job();
    new.payload = json!({"n": 1});
    let id = bed.add(new).await;
    let job = bed.until_state(&id, JobState::Completed).await;
    assert_eq!(job.result.as_deref(), Some(r#"{"echo":{"n":1}}"#));
    assert_eq!((job.attempts, job.progress), (1, Progress::DONE));
    let last = bed.heard(&id).pop().unwrap();
    assert_eq!(last["status"], "completed");
    assert_eq!(last["result"], json!({"echo": {"n": 1}}));
    assert_eq!(last["error"], json!(null));
    assert_eq!(handler.hooks().first().unwrap(), "started");
    assert_eq!(handler.hooks().last().unwrap(), "ended completed");
    let report = workers.drain(Duration::from_secs(5)).await;
    assert_eq!((report.handed_back, report.abandoned), (0, 0));
}

#[tokio::test]
async fn cancelling_reaches_jobs_that_wait_and_jobs_that_run() {
    let bed = Bed::new();
    let handler = Scripted::hanging();
    let _workers = bed.start(queue(1), handler.clone()).await;
    let running = bed.add(bed.new_job()).await;
    bed.until_state(&running, JobState::Running).await;
    let waiting = bed.add(bed.new_job()).await;

    assert_eq!(bed.cancel(&waiting).await, Cancelling::Ended);
    assert_eq!(bed.job(&waiting).await.state, JobState::Cancelled);
    assert_eq!(bed.cancel(&running).await, Cancelling::Requested);
    bed.until_state(&running, JobState::Cancelled).await;
    assert_eq!(bed.cancel(&running).await, Cancelling::AlreadyEnded);
    assert_eq!(handler.hooks(), ["started", "ended cancelled"]);
}
