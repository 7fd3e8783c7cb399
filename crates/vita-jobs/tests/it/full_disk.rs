//! A disk that is full, played by a limit on the pages of the file: nothing is lost, and the queue goes on
//! when there is room.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use vita_db::{DbError, params};
use vita_jobs::JobState;

use crate::bed::{Bed, Scripted, queue};

/// Pages that the tests may add to the empty database.
const PAGES_TO_SPARE: u32 = 60;

/// Characters that fill a dozen pages.
const LONG_PAYLOAD_CHARS: usize = 50_000;

async fn nearly_full() -> Bed {
    let bed = Bed::on_sqlite();
    let pages = bed.count("SELECT page_count FROM pragma_page_count").await;
    bed.reopened_within(Some(u32::try_from(pages).unwrap() + PAGES_TO_SPARE))
}

/// Adds jobs that nobody does until not even a small one fits.
async fn fill(bed: &Bed) {
    for chars in [LONG_PAYLOAD_CHARS, 1_000] {
        loop {
            let mut new = bed.new_job();
            (new.kind, new.payload) = ("filler", Value::from("x".repeat(chars)));
            let args = (bed.new_id(), new, bed.clock.now());
            let added = bed.db.write(args, |tx, (id, new, now)| {
                Box::pin(vita_jobs::enqueue(tx, id, new, *now))
            });
            match added.await {
                Ok(()) => {}
                Err(error) => {
                    assert_eq!(error, DbError::StorageFull);
                    break;
                }
            }
        }
    }
}

async fn make_room(bed: &Bed) {
    let deleted = bed.write((), |tx, ()| {
        Box::pin(tx.execute("DELETE FROM jobs WHERE kind = 'filler'", params![]))
    });
    assert!(deleted.await > 0);
}

#[tokio::test]
async fn work_that_finished_while_the_disk_was_full_is_written_when_there_is_room() {
    let bed = nearly_full().await;
    let gate = Arc::new(Semaphore::new(0));
    let (held, returned) = (Arc::clone(&gate), Arc::new(Semaphore::new(0)));
    let told = Arc::clone(&returned);
    let handler = Scripted::new(move |_| {
        let (held, told) = (Arc::clone(&held), Arc::clone(&told));
        Box::pin(async move {
            held.acquire().await.unwrap().forget();
            told.add_permits(1);
            // Too long to fit into the row's page.
            Ok(json!("y".repeat(20_000)))
        })
    });
    let _workers = bed.start(queue(2), handler.clone()).await;
    let id = bed.add(bed.new_job()).await;
    bed.until_state(&id, JobState::Running).await;
    fill(&bed).await;
    gate.add_permits(1);
    returned.acquire().await.unwrap().forget();
    assert_eq!(bed.job(&id).await.state, JobState::Running);
    make_room(&bed).await;
    let job = bed.until_state(&id, JobState::Completed).await;
    assert_eq!((job.attempts, job.lost_leases), (1, 0));
}

#[tokio::test]
async fn workers_that_start_on_a_full_disk_begin_when_there_is_room() {
    let bed = nearly_full().await;
    let id = bed.add(bed.new_job()).await;
    fill(&bed).await;
    let _workers = bed.start(queue(2), Scripted::completing()).await;
    make_room(&bed).await;
    bed.until_state(&id, JobState::Completed).await;
}
