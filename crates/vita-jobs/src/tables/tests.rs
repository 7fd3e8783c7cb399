//! Claims and ends as the tables see them, without workers: limits and order.

mod history;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use vita_db::{AnnouncementSink, Db, DbError, PostgresConfig, SqliteConfig, Tx};
use vita_fixtures::postgres::{DatabasePlace, wait_for};
use vita_model::{JobId, Timestamp};
use vita_telemetry::RequestScope;

use super::*;
use crate::{Backoff, Job, JobError, JobState, NewJob, QueueConfig, QueueName, Rate};

const QUEUE: QueueName = QueueName::new("test");
const LEASE: Duration = Duration::from_secs(30);

struct Bed {
    db: Db,
    now: Timestamp,
    config: QueueConfig,
    jobs: Vec<JobId>,
    claims: u64,
    _place: DatabasePlace,
}

/// An empty database: SQLite, or PostgreSQL when the tests were started for it.
fn new_database() -> DatabasePlace {
    DatabasePlace::new(|url| drop(open_postgres(url, Arc::new(()))))
}

fn open_database(place: &DatabasePlace, sink: Arc<dyn AnnouncementSink>) -> Db {
    match place {
        DatabasePlace::Folder(folder) => {
            let config = SqliteConfig::new(folder.path().join("test.db"));
            Db::open_sqlite(&config, sink).unwrap()
        }
        DatabasePlace::Server(database) => open_postgres(database.url(), sink),
    }
}

fn open_postgres(url: &str, sink: Arc<dyn AnnouncementSink>) -> Db {
    let config = PostgresConfig::new(url);
    wait_for(async move { Db::open_postgres(&config, sink).await }).unwrap()
}

impl Bed {
    fn new(config: QueueConfig) -> Self {
        let place = new_database();
        let db = open_database(&place, Arc::new(()));
        Self {
            db,
            now: Timestamp::from_micros(1_795_000_000_000_000),
            config,
            jobs: Vec::new(),
            claims: 0,
            _place: place,
        }
    }

    async fn write<A, T, F>(&self, args: A, work: F) -> T
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, DbError>>
            + Send
            + Sync
            + 'static,
    {
        self.db.write(args, work).await.unwrap()
    }

    fn new_job(&self, key: &str) -> NewJob {
        NewJob {
            queue: QUEUE,
            kind: "known",
            owner: None,
            concurrency_key: key.to_owned(),
            priority: 0,
            run_at: self.now,
            payload: json!({}),
            attempts_max: 3,
        }
    }

    async fn add(&mut self, new: NewJob) -> JobId {
        let id = JobId::from_trusted(format!("job_{:04}", self.jobs.len()));
        self.jobs.push(id.clone());
        let args = (id.clone(), new, self.now);
        self.write(args, |tx, (id, new, now)| {
            Box::pin(enqueue(tx, id, new, *now))
        })
        .await;
        id
    }

    fn pick(&self, number: usize) -> Option<JobId> {
        let place = number.checked_rem(self.jobs.len())?;
        self.jobs.get(place).cloned()
    }

    async fn claim(&mut self, slots: usize) -> Vec<Job> {
        self.claims += 1;
        let args = Claim {
            config: self.config.clone(),
            kinds: json_list(&["known"]),
            slots,
            nonce: format!("claim_{}", self.claims),
            lease: LEASE,
            now: self.now,
        };
        let claimed = self
            .db
            .write_locking(args, |tx, args| Box::pin(claim(tx, args)));
        claimed.await.unwrap()
    }

    async fn end(&self, fence: &Fence, verdict: Verdict, random: u64) -> Option<JobState> {
        let policy = EndPolicy::from(&self.config);
        let args = (fence.clone(), verdict, policy, self.now);
        let ended = self.write(args, move |tx, (fence, verdict, policy, now)| {
            Box::pin(end_attempt(tx, fence, verdict, policy, *now, random))
        });
        ended.await.map(|ended| ended.job.state)
    }

    async fn job(&self, id: &JobId) -> Job {
        let job = self.write(id.clone(), |tx, id| Box::pin(lookup_job(tx, id)));
        job.await.unwrap()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        self.write((), move |tx, ()| {
            Box::pin(async move { tx.query_one(sql, &[], |row| row.get(0)).await })
        })
        .await
    }
}

fn config() -> QueueConfig {
    QueueConfig {
        backoff: Backoff {
            base: Duration::from_secs(10),
            cap: Duration::from_mins(1),
        },
        lost_leases_max: 4,
        ..QueueConfig::new(QUEUE, 8)
    }
}

fn fence(job: &Job) -> Fence {
    Fence {
        id: job.id.clone(),
        token: job.lease_token.clone().unwrap(),
    }
}

fn ids(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| job.id.as_str()).collect()
}

#[tokio::test]
async fn jobs_are_claimed_by_priority_then_by_when_they_were_due() {
    let mut bed = Bed::new(config());
    let earlier = bed.now.minus(Duration::from_secs(1));
    let later = bed.now.plus(Duration::from_secs(1));
    for (priority, run_at) in [
        (0, bed.now),
        (0, earlier),
        (5, bed.now),
        (9, later),
        (-1, earlier),
    ] {
        let mut new = bed.new_job("");
        (new.priority, new.run_at) = (priority, run_at);
        bed.add(new).await;
    }
    let mut unknown = bed.new_job("");
    (unknown.kind, unknown.priority) = ("unknown", 100);
    bed.add(unknown).await;
    assert_eq!(ids(&bed.claim(2).await), ["job_0002", "job_0001"]);
    assert_eq!(ids(&bed.claim(9).await), ["job_0000", "job_0004"]);
    bed.now = later;
    assert_eq!(ids(&bed.claim(9).await), ["job_0003"]);
}

#[tokio::test]
async fn one_keys_crowd_does_not_hide_those_behind_it() {
    let mut bed = Bed::new(QueueConfig {
        per_key_concurrency: Some(2),
        ..config()
    });
    for _ in 0..300 {
        bed.add(bed.new_job("crowd")).await;
    }
    bed.add(bed.new_job("lonely")).await;
    for _ in 0..3 {
        bed.add(bed.new_job("")).await;
    }
    let wanted = [
        "job_0000", "job_0001", "job_0300", "job_0301", "job_0302", "job_0303",
    ];
    let claimed = bed.claim(8).await;
    assert_eq!(ids(&claimed), wanted);
    assert_eq!(ids(&bed.claim(8).await), [""; 0]);
    bed.end(&fence(&claimed[0]), Verdict::Returned(Ok(Value::Null)), 0)
        .await;
    assert_eq!(ids(&bed.claim(8).await), ["job_0002"]);
}

#[tokio::test]
async fn the_total_holds_whoever_claims() {
    let mut bed = Bed::new(QueueConfig {
        concurrency_total: Some(3),
        ..config()
    });
    for _ in 0..5 {
        bed.add(bed.new_job("")).await;
    }
    assert_eq!(bed.claim(2).await.len(), 2);
    assert_eq!(bed.claim(2).await.len(), 1);
    assert_eq!(bed.claim(2).await.len(), 0);
}

#[tokio::test]
async fn rates_hold_up_new_jobs_but_not_another_attempt() {
    let mut bed = Bed::new(QueueConfig {
        rate: Some(Rate {
            count: 3,
            per: Duration::from_mins(1),
        }),
        per_key_rate: Some(Rate {
            count: 2,
            per: Duration::from_hours(1),
        }),
        ..config()
    });
    for key in ["a", "a", "a", "b", "b"] {
        bed.add(bed.new_job(key)).await;
    }
    let claimed = bed.claim(8).await;
    assert_eq!(ids(&claimed), ["job_0000", "job_0001", "job_0003"]);
    let retry = Verdict::Returned(Err(JobError::retry("AGAIN", "")));
    bed.end(&fence(&claimed[0]), retry, 0).await;
    assert_eq!(ids(&bed.claim(8).await), ["job_0000"]);
    bed.now = bed.now.plus(Duration::from_secs(59));
    assert_eq!(ids(&bed.claim(8).await), [""; 0]);
    bed.now = bed.now.plus(Duration::from_secs(1));
    assert_eq!(
        ids(&bed.claim(8).await),
        ["job_0004"],
        "a's hour is not over"
    );
    bed.now = bed.now.plus(Duration::from_hours(1));
    assert_eq!(ids(&bed.claim(8).await), ["job_0002"]);
}

#[tokio::test]
async fn one_statement_renews_all_leases() {
    let mut bed = Bed::new(config());
    for _ in 0..64 {
        bed.add(bed.new_job("")).await;
    }
    let mut fences: Vec<Fence> = bed.claim(64).await.iter().map(fence).collect();
    fences[0].token = "stale".to_owned();
    let until = bed.now.plus(LEASE * 2);
    let scope = RequestScope::new();
    let renewed = bed.write((fences, until), |tx, (fences, until)| {
        Box::pin(renew_leases(tx, fences, *until))
    });
    let renewed = Arc::clone(&scope).enter(renewed).await;
    assert_eq!((renewed.len(), scope.statement_count()), (63, 1));
    let expired = bed.write((bed.now.plus(LEASE * 3 / 2), ()), |tx, (now, ())| {
        Box::pin(async move { list_expired_leases(tx, &json_list(&["known"]), *now).await })
    });
    let expired: Vec<JobId> = expired
        .await
        .into_iter()
        .map(|lease| lease.fence.id)
        .collect();
    assert_eq!(expired, [bed.jobs[0].clone()]);
}

#[tokio::test]
async fn many_jobs_are_cancelled_at_once_and_a_keys_jobs_are_found() {
    let mut bed = Bed::new(config());
    for key in ["a", "a", "b", "a", "a"] {
        bed.add(bed.new_job(key)).await;
    }
    let mut later = bed.new_job("a");
    later.run_at = bed.now.plus(LEASE);
    bed.add(later).await;
    let claimed = bed.claim(3).await;
    bed.end(&fence(&claimed[0]), Verdict::Returned(Ok(Value::Null)), 0)
        .await;
    let of_key = bed.write((), |tx, ()| Box::pin(list_ids_of_key(tx, QUEUE, "a")));
    let mut of_key = of_key.await;
    of_key.sort();
    let wanted = [0, 1, 3, 4, 5].map(|place: usize| bed.jobs[place].clone());
    assert_eq!(of_key, wanted);
    bed.write((of_key, bed.now), |tx, (ids, now)| {
        Box::pin(request_cancel_all(tx, ids, *now))
    })
    .await;
    let mut states = Vec::new();
    for id in &bed.jobs {
        let job = bed.job(id).await;
        states.push((job.state.as_str(), job.cancel_requested_at.is_some()));
    }
    let (ended, waited) = (("completed", false), ("cancelled", true));
    let (asked, other) = (("running", true), ("running", false));
    assert_eq!(states, [ended, asked, other, waited, waited, waited]);
}
