//! Processes that are killed with SIGKILL while they work a queue off, one after the other on the same folder.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use vita_db::{DbError, Tx, params};
use vita_jobs::{Job, JobEnd, JobError, JobHandler, JobRun};
use vita_model::Timestamp;

use crate::bed::{Bed, KIND, queue, share_database};
use vita_fixtures::{ChildTest, folder_of_child};

const JOBS: usize = 150;
const SLOTS: usize = 8;

/// What the child prints before the number of jobs that it has seen end.
const ENDED: &str = "ended: ";

/// After how many ended jobs each child is killed; the one after these is left to finish.
const KILLED_AFTER: [usize; 8] = [0, 1, 2, 5, 8, 13, 21, 34];

/// Two steps, and an end that may be written only once: the second time would violate a key.
struct Once;

impl JobHandler for Once {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> {
        Box::pin(async move {
            let one = run.step("one", || async { Ok(1) }).await?;
            tokio::time::sleep(Duration::from_millis(2)).await;
            let two = run.step("two", || async { Ok(one + 1) }).await?;
            Ok(json!(two))
        })
    }

    fn ended<'a>(
        &'a self,
        tx: &'a mut Tx,
        job: &'a Job,
        end: &'a JobEnd,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        Box::pin(async move {
            if matches!(end, JobEnd::Completed(_)) {
                let add = "INSERT INTO schedules (name, next_run_at) VALUES ($1, $2)";
                tx.execute(add, params![job.id, now]).await?;
            }
            Ok(())
        })
    }
}

const COMPLETED: &str = "SELECT COUNT(*) FROM jobs WHERE state = 'completed'";

/// What the children do: nothing when the test is run by itself.
#[tokio::test]
async fn a_child_works_until_it_is_killed() {
    let Some(folder) = folder_of_child() else {
        return;
    };
    let bed = Bed::in_folder(&folder);
    let _workers = bed.start(queue(SLOTS), Arc::new(Once)).await;
    let mut known = bed.count(COMPLETED).await;
    // The test harness has begun a line with the test's name.
    println!("\n{ENDED}0");
    let mut ended = 0;
    while known < JOBS as i64 {
        bed.until_number(COMPLETED, |count| count > known).await;
        known = bed.count(COMPLETED).await;
        ended += 1;
        println!("{ENDED}{ended}");
    }
    println!("{ENDED}all");
}

#[test]
fn whenever_the_process_is_killed_every_job_ends_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let _place = share_database(folder.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let bed = Bed::in_folder(folder.path());
        bed.add_all((0..JOBS).map(|_| bed.new_job()).collect())
            .await;
    });
    let name = "killed::a_child_works_until_it_is_killed";
    for after in KILLED_AFTER {
        let mut child = ChildTest::start(name, folder.path());
        let wanted = after.to_string();
        while child.next_after(ENDED).is_some_and(|told| told != wanted) {}
        child.kill();
    }
    let mut last = ChildTest::start(name, folder.path());
    while last.next_after(ENDED).expect("the last child finishes") != "all" {}
    drop(last);

    runtime.block_on(async {
        let bed = Bed::in_folder(folder.path());
        let jobs = JOBS as i64;
        assert_eq!(bed.count(COMPLETED).await, jobs);
        assert_eq!(bed.count("SELECT COUNT(*) FROM schedules").await, jobs);
        assert_eq!(bed.count("SELECT COUNT(*) FROM job_steps").await, 2 * jobs);
        let once = "SELECT COUNT(*) FROM jobs WHERE attempts = 1 AND result = '2'";
        assert_eq!(bed.count(once).await, jobs);
        let lost = bed
            .count("SELECT CAST(SUM(lost_leases) AS BIGINT) FROM jobs")
            .await;
        assert!(lost > 0, "no child was killed at work");
        let attempts = "SELECT COUNT(*) FROM job_attempts WHERE outcome = 'lease_lost'";
        assert_eq!(bed.count(attempts).await, lost);
        let all = "SELECT COUNT(*) FROM job_attempts";
        assert_eq!(bed.count(all).await, jobs + lost);
    });
}
