//! Looking at jobs: one, an owner's, the dead, the place in the queue; and forgetting them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::ready;
use serde_json::Value;
use vita_jobs::{JobCursor, JobError, JobState, QueuePlace, Retention};
use vita_model::{Clock, JobId, ManualClock, Timestamp};

use crate::bed::{Bed, Scripted, owner, queue};

async fn place(bed: &Bed, id: &JobId) -> Option<QueuePlace> {
    let args = (id.clone(), bed.clock.now());
    let read = bed.read(args, |tx, (id, now)| {
        Box::pin(vita_jobs::queue_place(tx, id, *now))
    });
    read.await
}

/// Takes ten seconds, by the clock that it moves.
fn taking_ten_seconds(clock: &Arc<ManualClock>) -> Arc<Scripted> {
    let clock = Arc::clone(clock);
    Scripted::new(move |_| {
        clock.advance(Duration::from_secs(10));
        Box::pin(ready(Ok(Value::Null)))
    })
}

#[tokio::test]
async fn the_place_and_the_wait_follow_the_order_and_the_measured_time() {
    let (bed, clock) = Bed::with_manual_clock();
    let workers = bed.start(queue(2), taking_ten_seconds(&clock)).await;
    let first = bed.add(bed.new_job()).await;
    bed.until_state(&first, JobState::Completed).await;
    workers.drain(Duration::from_secs(5)).await;

    let ids = bed.add_all((0..6).map(|_| bed.new_job()).collect()).await;
    let mut urgent = bed.new_job();
    urgent.priority = 10;
    let urgent = bed.add(urgent).await;
    let mut delayed = bed.new_job();
    delayed.run_at = bed.clock.now().plus(Duration::from_mins(10));
    let delayed = bed.add(delayed).await;
    let told = |place: QueuePlace| (place.position, place.estimated_wait.unwrap().as_secs());
    assert_eq!(place(&bed, &urgent).await.map(told), Some((1, 0)));
    // In the order of their ids, as all are due at the same time.
    let mut sorted = ids.clone();
    sorted.sort();
    let mut places = Vec::new();
    for id in &sorted {
        places.extend(place(&bed, id).await.map(told));
    }
    assert_eq!(places, [(2, 0), (3, 5), (4, 10), (5, 15), (6, 20), (7, 25)]);
    assert_eq!(place(&bed, &delayed).await.map(told), Some((8, 600)));
    assert_eq!(place(&bed, &first).await, None);
    assert_eq!(place(&bed, &bed.new_id()).await, None);
}

#[tokio::test]
async fn owners_see_their_own_jobs_page_by_page() {
    let bed = Bed::new();
    let (anna, ben) = (owner("usr_anna"), owner("usr_ben"));
    let mut mine = Vec::new();
    for _ in 0..5 {
        let mut new = bed.new_job();
        new.owner = Some(anna.clone());
        mine.push(bed.add(new).await);
        bed.add(bed.new_job()).await;
    }
    mine.reverse();
    let mut seen: Vec<JobId> = Vec::new();
    let mut after: Option<JobCursor> = None;
    loop {
        let args = (anna.clone(), after.clone());
        let page = bed.read(args, |tx, (owner, after)| {
            Box::pin(vita_jobs::list_for_owner(tx, owner, after.as_ref(), 2))
        });
        let page = page.await;
        let Some(last) = page.last() else { break };
        after = Some(JobCursor {
            at: last.created_at,
            id: last.id.clone(),
        });
        seen.extend(page.into_iter().map(|job| job.id));
    }
    assert_eq!(seen, mine);
    for (who, is_found) in [(anna, true), (ben, false)] {
        let found = bed.read((who, mine[0].clone()), |tx, (owner, id)| {
            Box::pin(vita_jobs::find_by_id_and_owner(tx, owner, id))
        });
        let found = found.await;
        assert_eq!(found.is_some(), is_found);
    }
}

#[tokio::test]
async fn ended_jobs_are_forgotten_in_batches_and_dead_letters_later() {
    let (bed, clock) = Bed::with_manual_clock();
    let handler = Scripted::new(|run| {
        Box::pin(async move {
            run.step("only", || async { Ok(1) }).await?;
            if run.payload::<Value>()?.is_number() {
                return Err(JobError::retry("BROKEN", "for good"));
            }
            Ok(Value::Null)
        })
    });
    let workers = bed.start(queue(8), handler).await;
    let mut dead = bed.new_job();
    dead.payload = Value::from(1);
    dead.attempts_max = 1;
    let dead = bed.add(dead).await;
    bed.add_all((0..7).map(|_| bed.new_job()).collect()).await;
    bed.until_state(&dead, JobState::Dead).await;
    bed.until_count("SELECT COUNT(*) FROM jobs WHERE state = 'completed'", 7)
        .await;
    workers.drain(Duration::from_secs(5)).await;
    clock.advance(Duration::from_hours(1));
    bed.add(bed.new_job()).await;

    let now = clock.now();
    let long_ago = now.minus(Duration::from_hours(2));
    let deleted = [
        forget(&bed, now, long_ago).await,
        forget(&bed, now, long_ago).await,
    ];
    assert_eq!(deleted, [5, 2]);
    assert_eq!(bed.count("SELECT COUNT(*) FROM jobs").await, 2);
    assert_eq!(bed.count("SELECT COUNT(*) FROM job_attempts").await, 1);
    assert_eq!(bed.count("SELECT COUNT(*) FROM job_steps").await, 1);
    assert_eq!(list_dead(&bed).await, [dead]);
    assert_eq!(forget(&bed, now, now).await, 1);
    assert_eq!(list_dead(&bed).await, []);
    assert_eq!(bed.count("SELECT COUNT(*) FROM jobs").await, 1);
}

async fn forget(bed: &Bed, ended_before: Timestamp, dead_before: Timestamp) -> u64 {
    let retention = Retention {
        ended_before,
        dead_before,
        batch: 5,
    };
    bed.write(retention, |tx, retention| {
        Box::pin(vita_jobs::retain(tx, retention))
    })
    .await
}

async fn list_dead(bed: &Bed) -> Vec<JobId> {
    let dead = bed.read((), |tx, ()| {
        Box::pin(vita_jobs::list_ended(tx, "test", JobState::Dead, None, 10))
    });
    dead.await.into_iter().map(|job| job.id).collect()
}
