//! Paused queues: nothing starts, what runs goes on, and everybody knows.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use vita_jobs::{
    JobState, Leases, NewJob, Pace, QueueConfig, QueueName, Schedule, WaitingCursor, Workers,
    WorkersSetup, list_queues, pause_queue, resume_queue,
};
use vita_model::{JobId, Timestamp};

use crate::bed::{Bed, KIND, QUEUE, Scripted, queue};

const OTHER: QueueName = QueueName::new("other");

const COMPLETED: &str = "SELECT COUNT(*) FROM jobs WHERE queue = 'test' AND state = 'completed'";

async fn pause(bed: &Bed) {
    let paused = bed.write(bed.clock.now(), |tx, now| {
        Box::pin(pause_queue(tx, QUEUE.as_str(), *now))
    });
    assert!(paused.await);
}

async fn resume(bed: &Bed) {
    let resumed = bed.write(bed.clock.now(), |tx, now| {
        Box::pin(resume_queue(tx, QUEUE.as_str(), *now))
    });
    assert!(resumed.await);
}

/// Works off the queue that is paused, and another.
fn setup(bed: &Bed, concurrency: usize, handler: Arc<Scripted>) -> WorkersSetup {
    let queues = vec![queue(concurrency), QueueConfig::new(OTHER, 1)];
    bed.setup(queues, vec![handler])
}

async fn start(bed: &Bed, concurrency: usize, handler: Arc<Scripted>) -> Workers {
    let setup = setup(bed, concurrency, handler);
    Workers::start(setup).await.unwrap()
}

/// Lets a job through the other queue: whoever works off the paused one had their chance, too.
async fn give_them_time(bed: &Bed) {
    let mut new = bed.new_job();
    new.queue = OTHER;
    let id = bed.add(new).await;
    bed.until_state(&id, JobState::Completed).await;
}

#[tokio::test]
async fn a_paused_queue_starts_nothing_and_what_runs_goes_on() {
    let bed = Bed::new();
    let (release, released) = tokio::sync::watch::channel(false);
    let handler = Scripted::new(move |_| {
        let mut released = released.clone();
        Box::pin(async move {
            let _ = released.wait_for(|is| *is).await;
            Ok(json!(null))
        })
    });
    let _workers = start(&bed, 1, handler).await;
    let running = bed.add(bed.new_job()).await;
    bed.until_state(&running, JobState::Running).await;
    let waiting = bed.add(bed.new_job()).await;
    pause(&bed).await;
    // Twice is once.
    pause(&bed).await;
    release.send_replace(true);
    bed.until_state(&running, JobState::Completed).await;
    give_them_time(&bed).await;
    assert_eq!(bed.job(&waiting).await.state, JobState::Queued);
    resume(&bed).await;
    bed.until_state(&waiting, JobState::Completed).await;
}

#[tokio::test]
async fn resuming_wakes_the_workers_at_once() {
    let bed = Bed::new();
    let mut setup = setup(&bed, 1, Scripted::completing());
    // So that nothing but the announcement can wake them.
    setup.pace = Pace {
        poll: Duration::from_hours(1),
        ..setup.pace
    };
    let _workers = Workers::start(setup).await.unwrap();
    pause(&bed).await;
    let waiting = bed.add(bed.new_job()).await;
    give_them_time(&bed).await;
    assert_eq!(bed.job(&waiting).await.state, JobState::Queued);
    resume(&bed).await;
    bed.until_state(&waiting, JobState::Completed).await;
}

#[tokio::test]
async fn a_pause_holds_for_every_process_and_after_a_restart() {
    let bed = Bed::new();
    let first = start(&bed, 1, Scripted::completing()).await;
    pause(&bed).await;
    let mut beside = setup(&bed, 1, Scripted::completing());
    beside.leases = Leases::LeaveUntilExpired;
    let second = Workers::start(beside).await.unwrap();
    let waiting = bed.add_all((0..4).map(|_| bed.new_job()).collect()).await;
    give_them_time(&bed).await;
    first.drain(Duration::from_secs(5)).await;
    second.drain(Duration::from_secs(5)).await;
    // Those who start later make their queues known, and that changes nothing.
    let _workers = start(&bed, 1, Scripted::completing()).await;
    give_them_time(&bed).await;
    for id in &waiting {
        assert_eq!(bed.job(id).await.state, JobState::Queued);
    }
    resume(&bed).await;
    bed.until_count(COMPLETED, 4).await;
}

#[tokio::test]
async fn claims_and_pauses_at_the_same_time_leave_nothing_that_started_later() {
    let bed = Bed::new();
    let workers = start(&bed, 4, Scripted::completing()).await;
    for _ in 0..20 {
        let ids = bed.add_all((0..8).map(|_| bed.new_job()).collect()).await;
        pause(&bed).await;
        let paused_at = bed.clock.now();
        give_them_time(&bed).await;
        for id in &ids {
            let started = bed.job(id).await.started_at;
            assert!(started.is_none_or(|started| started <= paused_at));
        }
        resume(&bed).await;
    }
    bed.until_count(COMPLETED, 160).await;
    workers.drain(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_schedule_does_not_pile_up_behind_a_pause() {
    let (bed, clock) = Bed::with_manual_clock();
    let mut setup = setup(&bed, 1, Scripted::completing());
    setup.schedules = vec![Schedule {
        name: "every_minute",
        every: Duration::from_mins(1),
        make: |now: Timestamp| NewJob {
            queue: QUEUE,
            kind: KIND,
            owner: None,
            concurrency_key: String::new(),
            priority: 0,
            run_at: now,
            payload: json!({}),
            attempts_max: 1,
        },
    }];
    let _workers = Workers::start(setup).await.unwrap();
    bed.until_count(COMPLETED, 1).await;
    pause(&bed).await;
    for _ in 0..10 {
        clock.advance(Duration::from_mins(1));
        give_them_time(&bed).await;
    }
    resume(&bed).await;
    bed.until_count(COMPLETED, 2).await;
    assert_eq!(
        bed.count("SELECT COUNT(*) FROM jobs WHERE queue = 'test'")
            .await,
        2
    );
}

#[tokio::test]
async fn a_paused_queue_says_so_and_gives_no_estimate() {
    let bed = Bed::new();
    let workers = start(&bed, 3, Scripted::completing()).await;
    workers.drain(Duration::from_secs(5)).await;
    let id = bed.add(bed.new_job()).await;
    let place = async || {
        let args = (id.clone(), bed.clock.now());
        bed.read(args, |tx, (id, now)| {
            Box::pin(vita_jobs::queue_place(tx, id, *now))
        })
        .await
    };
    assert!(place().await.unwrap().estimated_wait.is_some());
    pause(&bed).await;
    let told = place().await.unwrap();
    assert_eq!((told.position, told.estimated_wait), (1, None));
    let queues = bed.read(bed.clock.now(), |tx, now| Box::pin(list_queues(tx, *now)));
    let queues = queues.await;
    let names: Vec<&str> = queues.iter().map(|queue| queue.name.as_str()).collect();
    assert_eq!(names, ["other", "test"]);
    let queue = &queues[1];
    assert_eq!(queue.concurrency, 3);
    assert!(queue.paused_at.is_some() && queue.oldest_due.is_some());
    assert_eq!(
        (queue.queued, queue.running, queue.estimated_wait),
        (1, 0, None)
    );
    let unknown = bed.write(bed.clock.now(), |tx, now| {
        Box::pin(pause_queue(tx, "unknown", *now))
    });
    assert!(!unknown.await);
}

#[tokio::test]
async fn waiting_jobs_are_listed_in_their_order_which_priorities_change() {
    let (bed, _) = Bed::with_manual_clock();
    let mut ids = bed.add_all((0..5).map(|_| bed.new_job()).collect()).await;
    // All are due at the same time.
    ids.sort();
    let last = ids[4].clone();
    let raised = bed.write((last.clone(), bed.clock.now()), |tx, (id, now)| {
        Box::pin(vita_jobs::set_priority(tx, id, 7, *now))
    });
    assert_eq!(raised.await.unwrap().priority, 7);
    ids.rotate_right(1);
    assert_eq!(list_waiting(&bed).await, ids);
    let cancelled = bed.cancel(&last).await;
    assert_eq!(cancelled, vita_jobs::Cancelling::Ended);
    let refused = bed.write((last, bed.clock.now()), |tx, (id, now)| {
        Box::pin(vita_jobs::set_priority(tx, id, 1, *now))
    });
    assert!(refused.await.is_none());
}

/// In pages of two.
async fn list_waiting(bed: &Bed) -> Vec<JobId> {
    let mut seen = Vec::new();
    let mut after: Option<WaitingCursor> = None;
    loop {
        let page = bed.read(after.clone(), |tx, after| {
            Box::pin(vita_jobs::list_waiting(
                tx,
                QUEUE.as_str(),
                after.as_ref(),
                2,
            ))
        });
        let page = page.await;
        let Some(last) = page.last() else {
            return seen;
        };
        after = Some(WaitingCursor {
            priority: last.priority,
            run_at: last.run_at,
            id: last.id.clone(),
        });
        seen.extend(page.into_iter().map(|job| job.id));
    }
}
