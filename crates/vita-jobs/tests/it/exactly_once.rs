//! Whoever claims, however many at once: a job runs once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use vita_jobs::{JobError, JobState, Leases, Workers};

use crate::bed::{Bed, Scripted, queue};

const COMPLETED: &str = "SELECT COUNT(*) FROM jobs WHERE state = 'completed'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sets_of_workers_run_thousands_of_jobs_once_each() {
    let bed = Bed::new();
    let runs: Arc<Mutex<HashMap<String, u32>>> = Arc::default();
    let counted = Arc::clone(&runs);
    let handler = Scripted::new(move |run| {
        let counted = Arc::clone(&counted);
        Box::pin(async move {
            let id = run.job().id.to_string();
            *counted.lock().unwrap().entry(id).or_default() += 1;
            tokio::task::yield_now().await;
            Ok(Value::Null)
        })
    });
    let mut sets = Vec::new();
    for _ in 0..2 {
        let mut setup = bed.setup(vec![queue(8)], vec![handler.clone()]);
        setup.leases = Leases::LeaveUntilExpired;
        sets.push(Workers::start(setup).await.unwrap());
    }
    for _ in 0..30 {
        bed.add_all((0..100).map(|_| bed.new_job()).collect()).await;
    }
    bed.until_count(COMPLETED, 3_000).await;
    let runs: Vec<u32> = runs.lock().unwrap().values().copied().collect();
    assert_eq!(runs, [1; 3_000]);
    let attempts = "SELECT COUNT(*) FROM job_attempts WHERE outcome = 'completed'";
    assert_eq!(bed.count(attempts).await, 3_000);
    for workers in sets {
        workers.drain(Duration::from_secs(5)).await;
    }
}

/// Runs the first part on a runtime that is then torn down, which drops every task where it stands:
/// the nearest thing to a kill within one process.
fn until_killed<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let value = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(10));
    value
}

#[test]
fn jobs_of_a_killed_process_are_finished_by_the_next_one() {
    let bed = Bed::new();
    let (bed, ids, workers) = until_killed(async {
        let workers = bed.start(queue(8), Scripted::hanging()).await;
        let ids = bed.add_all((0..20).map(|_| bed.new_job()).collect()).await;
        bed.until_count("SELECT COUNT(*) FROM jobs WHERE state = 'running'", 8)
            .await;
        (bed, ids, workers)
    });
    // Dropped after their runtime, so that they could not even stop their runs.
    drop(workers);
    let bed = bed.reopened();
    until_killed(async {
        let handler = Scripted::completing();
        let _workers = bed.start(queue(8), handler.clone()).await;
        bed.until_count(COMPLETED, 20).await;
        let lost = "SELECT COUNT(*) FROM jobs WHERE lost_leases = 1 AND attempts = 1";
        assert_eq!(bed.count(lost).await, 8);
        assert_eq!(bed.attempts(&ids[0]).await.len(), 2);
        let hooks = handler.hooks();
        let count = |hook: &str| hooks.iter().filter(|noted| *noted == hook).count();
        assert_eq!(
            (count("ended lease_lost"), count("ended completed")),
            (8, 20)
        );
    });
}

#[tokio::test]
async fn dropped_workers_leave_their_jobs_to_others() {
    let bed = Bed::new();
    let first = bed.start(queue(1), Scripted::hanging()).await;
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Running).await;
    drop(first);
    let _second = bed.start(queue(1), Scripted::completing()).await;
    let job = bed.until_state(&id, JobState::Completed).await;
    assert_eq!((job.attempts, job.lost_leases), (1, 1));
}

#[tokio::test]
async fn finished_steps_are_not_done_again() {
    let bed = Bed::new();
    let done: Arc<Mutex<Vec<&'static str>>> = Arc::default();
    let noted = Arc::clone(&done);
    let handler = Scripted::new(move |run| {
        let noted = Arc::clone(&noted);
        Box::pin(async move {
            let note = |step| {
                noted.lock().unwrap().push(step);
                Ok::<_, JobError>(step.len())
            };
            let first = run.step("first", || async { note("first") }).await?;
            let second = run.step("second", || async { note("second") }).await?;
            if run.job().attempts < 3 {
                return Err(JobError::retry("NOT_YET", "third step failed"));
            }
            Ok(Value::from(first + second))
        })
    });
    let _workers = bed.start(queue(1), handler).await;
    let id = bed.add(bed.new_job()).await;
    let job = bed.until_state(&id, JobState::Completed).await;
    assert_eq!(job.result.as_deref(), Some("11"));
    assert_eq!(*done.lock().unwrap(), ["first", "second"]);
}
