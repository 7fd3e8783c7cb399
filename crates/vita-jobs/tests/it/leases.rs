//! Leases that run out: the job goes on elsewhere, and whoever had it can write nothing more.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use vita_jobs::{Cancelling, JobError, JobRun, JobState, QueueConfig, Workers};
use vita_model::Progress;

use crate::bed::{Bed, Scripted, queue, quick_pace};

/// More than a lease.
const LEASE_AND_MORE: Duration = Duration::from_secs(31);

async fn try_everything(run: &JobRun) -> Vec<JobError> {
    run.report(Some("late"), Progress::new(99));
    let step = run.save_step("late", json!(1)).await.unwrap_err();
    let write = run.write((), |_, ()| Box::pin(async { Ok::<(), JobError>(()) }));
    vec![step, write.await.unwrap_err()]
}

#[tokio::test]
async fn a_run_that_lost_its_lease_can_write_nothing_more() {
    let (bed, clock) = Bed::with_manual_clock();
    let gate = Arc::new(Semaphore::new(0));
    let errors: Arc<Mutex<Vec<JobError>>> = Arc::default();
    let (held, seen) = (Arc::clone(&gate), Arc::clone(&errors));
    let handler = Scripted::new(move |run| {
        let (held, seen) = (Arc::clone(&held), Arc::clone(&seen));
        Box::pin(async move {
            if run.job().lost_leases == 0 {
                held.acquire().await.unwrap().forget();
                let refused = try_everything(run).await;
                *seen.lock().unwrap() = refused;
                held.close();
                return Ok(json!("stale"));
            }
            Ok(json!("fresh"))
        })
    });
    let _workers = bed.start(queue(2), handler.clone()).await;
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Running).await;
    let _others = bed.start_beside(queue(2), handler).await;
    clock.advance(LEASE_AND_MORE);
    let done = bed.until_state(&id, JobState::Completed).await;
    gate.add_permits(1);
    // Closed by the stale run when it has tried everything.
    while !gate.is_closed() {
        tokio::task::yield_now().await;
    }
    let lost = [JobError::LeaseLost, JobError::LeaseLost];
    assert_eq!(*errors.lock().unwrap(), lost);
    let job = bed.job(&id).await;
    assert_eq!(job.result.as_deref(), Some("\"fresh\""));
    assert_eq!(job.updated_at, done.updated_at);
    assert_eq!(bed.count("SELECT COUNT(*) FROM job_steps").await, 0);
}

#[tokio::test]
async fn lost_leases_are_no_attempts_until_there_are_too_many() {
    let (bed, clock) = Bed::with_manual_clock();
    let config = QueueConfig {
        lost_leases_max: 3,
        ..queue(8)
    };
    let handler = Scripted::hanging();
    let _workers = bed.start(config.clone(), handler.clone()).await;
    let _others = bed.start_beside(config, handler.clone()).await;
    let mut new = bed.new_job();
    new.attempts_max = 1;
    let id = bed.add(new).await;
    for lost in 0..3 {
        let job = bed
            .until(&id, |job| {
                job.state == JobState::Running && job.lost_leases == lost
            })
            .await;
        assert_eq!(job.attempts, 1);
        clock.advance(LEASE_AND_MORE);
    }
    let job = bed.until_state(&id, JobState::Dead).await;
    assert_eq!(job.lost_leases, 3);
    assert_eq!(job.failure.unwrap().code, "WORKERS_LOST");
    let lost = handler
        .hooks()
        .iter()
        .filter(|hook| *hook == "ended lease_lost")
        .count();
    assert_eq!(lost, 2);
}

#[tokio::test]
async fn leases_are_renewed_while_a_job_runs() {
    let (bed, clock) = Bed::with_manual_clock();
    let mut setup = bed.setup(vec![queue(1)], vec![Scripted::hanging()]);
    // Renewed every 20 ms of real time, to 60 ms of the clock that this test moves.
    setup.pace.lease = Duration::from_millis(60);
    let _workers = Workers::start(setup).await.unwrap();
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Running).await;
    let renewed = "SELECT COUNT(*) FROM jobs WHERE lease_until > 1795000000000000 + 600000";
    for _ in 0..20 {
        clock.advance(Duration::from_millis(30));
        let until = format!("{}", bed.clock.now().as_micros());
        wait_for_renewal(&bed, &until).await;
    }
    assert_eq!(bed.count(renewed).await, 1);
    assert_eq!(bed.job(&id).await.lost_leases, 0);
}

/// Waits until the only lease reaches further than half a lease from `now`.
async fn wait_for_renewal(bed: &Bed, now: &str) {
    let now: i64 = now.parse().unwrap();
    loop {
        let until = "SELECT COALESCE(MAX(lease_until), 0) FROM jobs";
        if bed.count(until).await >= now + 60_000 {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_cancellation_that_nobody_announced_is_noticed_with_the_next_renewal() {
    let bed = Bed::new();
    let mut setup = bed.setup(vec![queue(1)], vec![Scripted::hanging()]);
    setup.wake = vita_jobs::WakeUp::new();
    setup.pace.lease = Duration::from_secs(1);
    let _workers = Workers::start(setup).await.unwrap();
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Running).await;
    assert_eq!(bed.cancel(&id).await, Cancelling::Requested);
    bed.until_state(&id, JobState::Cancelled).await;
}

#[tokio::test]
async fn a_cancelled_job_whose_worker_was_lost_is_not_started_again() {
    let bed = Bed::new();
    let first = bed.start(queue(1), Scripted::hanging()).await;
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Running).await;
    drop(first);
    // Given to nobody: the workers are gone.
    assert_eq!(bed.cancel(&id).await, Cancelling::Requested);
    let handler = Scripted::completing();
    let _second = bed.start(queue(1), handler.clone()).await;
    bed.until_state(&id, JobState::Cancelled).await;
    assert_eq!(handler.hooks(), ["ended cancelled"]);
}

#[tokio::test]
async fn a_run_that_does_not_heed_its_cancellation_is_dropped() {
    let bed = Bed::new();
    let dropped = Arc::new(Semaphore::new(0));
    let told = Arc::clone(&dropped);
    let handler = Scripted::new(move |_| {
        let on_drop = CloseOnDrop(Arc::clone(&told));
        Box::pin(async move {
            let _on_drop = on_drop;
            std::future::pending::<Result<Value, JobError>>().await
        })
    });
    let mut setup = bed.setup(vec![queue(1)], vec![handler]);
    setup.pace = vita_jobs::Pace {
        stop_grace: Duration::from_millis(10),
        ..quick_pace()
    };
    let _workers = Workers::start(setup).await.unwrap();
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Running).await;
    bed.cancel(&id).await;
    bed.until_state(&id, JobState::Cancelled).await;
    assert!(dropped.is_closed());
}

struct CloseOnDrop(Arc<Semaphore>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}
