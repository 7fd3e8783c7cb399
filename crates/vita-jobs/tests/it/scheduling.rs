//! Jobs that come back by themselves, and the times between them.

use std::time::Duration;

use serde_json::json;
use vita_jobs::{JobState, NewJob, Schedule, Workers};
use vita_model::Timestamp;

use crate::bed::{Bed, KIND, QUEUE, Scripted, queue};

const COMPLETED: &str = "SELECT COUNT(*) FROM jobs WHERE state = 'completed'";

fn make(now: Timestamp) -> NewJob {
    NewJob {
        queue: QUEUE,
        kind: KIND,
        owner: None,
        concurrency_key: String::new(),
        priority: 0,
        run_at: now,
        payload: json!({}),
        attempts_max: 1,
    }
}

#[tokio::test]
async fn a_schedule_writes_one_job_for_each_time_whoever_looks() {
    let (bed, clock) = Bed::with_manual_clock();
    let handler = Scripted::completing();
    let mut sets = Vec::new();
    for _ in 0..3 {
        let mut setup = bed.setup(vec![queue(1)], vec![handler.clone()]);
        setup.schedules = vec![Schedule {
            name: "every_minute",
            every: Duration::from_mins(1),
            make,
        }];
        sets.push(Workers::start(setup).await.unwrap());
    }
    bed.until_count(COMPLETED, 1).await;
    clock.advance(Duration::from_mins(1));
    bed.until_count(COMPLETED, 2).await;
    // What was missed meanwhile is made up for once.
    clock.advance(Duration::from_mins(10));
    bed.until_count(COMPLETED, 3).await;
    clock.advance(Duration::from_mins(1));
    bed.until_count(COMPLETED, 4).await;
    assert_eq!(bed.count("SELECT COUNT(*) FROM jobs").await, 4);
}

#[tokio::test]
async fn a_delayed_job_starts_when_it_is_due_and_not_before() {
    let (bed, clock) = Bed::with_manual_clock();
    let _workers = bed.start(queue(1), Scripted::completing()).await;
    let mut new = bed.new_job();
    new.run_at = bed.clock.now().plus(Duration::from_mins(5));
    let delayed = bed.add(new).await;
    let prompt = bed.add(bed.new_job()).await;
    bed.until_state(&prompt, JobState::Completed).await;
    assert_eq!(bed.job(&delayed).await.state, JobState::Queued);
    clock.advance(Duration::from_mins(5));
    let job = bed.until_state(&delayed, JobState::Completed).await;
    assert!(job.started_at.unwrap() >= job.run_at);
}
