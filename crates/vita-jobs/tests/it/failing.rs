//! Attempts that fail: another one, none, or the dead letters.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::ready;
use serde_json::Value;
use vita_db::DbError;
use vita_jobs::{Backoff, JobError, JobState, QueueConfig, Workers};

use crate::bed::{Bed, Scripted, queue};

#[tokio::test]
async fn a_job_that_keeps_failing_becomes_a_dead_letter_that_can_be_queued_again() {
    let bed = Bed::new();
    let is_mended = Arc::new(AtomicBool::new(false));
    let mended = Arc::clone(&is_mended);
    let handler = Scripted::new(move |_| {
        Box::pin(ready(if mended.load(Ordering::SeqCst) {
            Ok(Value::Null)
        } else {
            Err(JobError::retry("BROKEN", "it is \0 broken"))
        }))
    });
    let _workers = bed.start(queue(1), handler.clone()).await;
    let id = bed.add(bed.new_job()).await;
    let dead = bed.until_state(&id, JobState::Dead).await;
    assert_eq!((dead.attempts, dead.attempts_max), (3, 3));
    let failure = dead.failure.unwrap();
    assert_eq!(
        (&*failure.code, &*failure.message),
        ("BROKEN", "it is  broken")
    );
    let attempts = bed.attempts(&id).await;
    let outcomes: Vec<_> = attempts
        .iter()
        .map(|a| a.outcome.as_deref().unwrap())
        .collect();
    assert_eq!(outcomes, ["dead", "retried", "retried"]);
    assert_eq!(bed.heard(&id).last().unwrap()["error"]["code"], "BROKEN");

    is_mended.store(true, Ordering::SeqCst);
    let args = (id.clone(), bed.clock.now());
    let requeue = bed.write(args, |tx, (id, now)| {
        Box::pin(vita_jobs::requeue(tx, id, *now))
    });
    assert_eq!(requeue.await.unwrap().state, JobState::Queued);
    let job = bed.until_state(&id, JobState::Completed).await;
    assert_eq!((job.attempts, job.failure), (1, None));
    let args = (id.clone(), bed.clock.now());
    let again = bed.write(args, |tx, (id, now)| {
        Box::pin(vita_jobs::requeue(tx, id, *now))
    });
    assert!(again.await.is_none(), "only a dead job is queued again");
}

#[tokio::test]
async fn another_attempt_waits_for_its_time() {
    let (bed, clock) = Bed::with_manual_clock();
    let handler = Scripted::new(|run| {
        let is_first = run.job().attempts == 1;
        Box::pin(ready(if is_first {
            Err(JobError::Retry {
                failure: vita_jobs::JobFailure::new("BUSY", "come back later"),
                after: Some(Duration::from_secs(20)),
            })
        } else {
            Ok(Value::Null)
        }))
    });
    let slow = QueueConfig {
        backoff: Backoff {
            base: Duration::from_secs(30),
            cap: Duration::from_secs(30),
        },
        ..queue(1)
    };
    let _workers = bed.start(slow, handler.clone()).await;
    let begun = clock_now(&bed);
    let id = bed.add(bed.new_job()).await;
    let job = bed
        .until(&id, |job| {
            job.state == JobState::Queued && job.attempts == 1
        })
        .await;
    let wait = job.run_at.since(begun);
    assert!(wait >= Duration::from_secs(20), "{wait:?}");
    assert!(wait <= Duration::from_secs(30), "{wait:?}");
    assert_eq!(job.summary().error, None, "it may still succeed");
    clock.advance(Duration::from_secs(30));
    bed.until_state(&id, JobState::Completed).await;
    assert_eq!(handler.hooks()[1], "ended retried");
}

fn clock_now(bed: &Bed) -> vita_model::Timestamp {
    bed.clock.now()
}

#[tokio::test]
async fn what_cannot_succeed_fails_at_once_and_what_is_gone_is_cancelled() {
    let bed = Bed::new();
    let handler = Scripted::new(|run| {
        let is_gone = run.job().payload == "1";
        Box::pin(ready(Err(if is_gone {
            JobError::Discard("the project is gone".to_owned())
        } else {
            JobError::fail("REFUSED", "no such prompt")
        })))
    });
    let _workers = bed.start(queue(1), handler).await;
    let refused = bed.add(bed.new_job()).await;
    let mut new = bed.new_job();
    new.payload = Value::from(1);
    let gone = bed.add(new).await;
    let job = bed.until_state(&refused, JobState::Failed).await;
    assert_eq!((job.attempts, &*job.failure.unwrap().code), (1, "REFUSED"));
    let job = bed.until_state(&gone, JobState::Cancelled).await;
    assert_eq!(job.failure, None);
}

#[tokio::test]
async fn a_panic_is_a_failure_of_the_attempt_and_nothing_more() {
    let bed = Bed::new();
    let handler = Scripted::new(|run| {
        assert!(run.job().attempts > 1, "the first attempt goes wrong");
        Box::pin(ready(Ok(Value::Null)))
    });
    let _workers = bed.start(queue(1), handler).await;
    let id = bed.add(bed.new_job()).await;
    let job = bed.until_state(&id, JobState::Completed).await;
    assert_eq!(job.attempts, 2);
    let first = bed.attempts(&id).await.pop().unwrap();
    assert_eq!(first.failure.unwrap().code, "PANICKED");
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_stopped_and_one_that_ignores_it_is_dropped() {
    let bed = Bed::new();
    let handler = Scripted::new(|_| Box::pin(pending()));
    let config = QueueConfig {
        attempt_limit: Duration::from_millis(20),
        ..queue(1)
    };
    let mut setup = bed.setup(vec![config], vec![handler]);
    setup.pace.stop_grace = Duration::from_millis(20);
    let _workers = Workers::start(setup).await.unwrap();
    let id = bed.add(bed.new_job()).await;
    let job = bed.until_state(&id, JobState::Dead).await;
    assert_eq!(job.failure.unwrap().code, "TIMED_OUT");
}

#[tokio::test]
async fn a_job_whose_start_is_refused_does_not_stand_in_the_way() {
    let bed = Bed::new();
    let handler = Scripted::completing();
    handler.refuse("started");
    let refused = bed.add(bed.new_job()).await;
    let _workers = bed.start(queue(4), handler.clone()).await;
    let job = bed.until_state(&refused, JobState::Dead).await;
    assert_eq!(job.failure.unwrap().code, "NOT_STARTED");
    assert_eq!(handler.hooks().last().unwrap(), "ended dead");
    handler.allow_all();
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Completed).await;
}

#[tokio::test]
async fn an_end_that_is_refused_is_a_failure_and_leaves_nothing_of_the_result() {
    let bed = Bed::new();
    let handler = Scripted::completing();
    handler.refuse("ended completed");
    let _workers = bed.start(queue(4), handler.clone()).await;
    let id = bed.add(bed.new_job()).await;
    let job = bed.until_state(&id, JobState::Dead).await;
    assert_eq!(job.failure.unwrap().code, "NOT_RECORDED");
    assert_eq!(job.result, None);
}

#[tokio::test]
async fn too_large_a_payload_or_result_is_refused() {
    let bed = Bed::new();
    let mut new = bed.new_job();
    new.payload = Value::from("x".repeat(70_000));
    let args = (bed.new_id(), new, bed.clock.now());
    let added = bed.db.write(args, |tx, (id, new, now)| {
        Box::pin(vita_jobs::enqueue(tx, id, new, *now))
    });
    assert!(matches!(added.await, Err(DbError::Constraint { .. })));

    let handler = Scripted::new(|_| Box::pin(ready(Ok(Value::from("x".repeat(70_000))))));
    let _workers = bed.start(queue(1), handler).await;
    let id = bed.add(bed.new_job()).await;
    let job = bed.until_state(&id, JobState::Dead).await;
    assert_eq!(job.failure.unwrap().code, "NOT_RECORDED");
}
