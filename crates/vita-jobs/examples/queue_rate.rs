//! How many jobs a second the queue enqueues, claims, runs and ends, on SQLite in a temporary
//! folder, or on the PostgreSQL at an address:
//! `cargo run --release -p vita-jobs --example queue_rate -- [jobs] [slots] [postgres://…]`.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, ready};
use serde_json::{Value, json};
use tokio::sync::Notify;
use vita_db::{Announcement, AnnouncementSink, Db, DbError, PostgresConfig, SqliteConfig, Tx};
use vita_jobs::{
    Job, JobEnd, JobError, JobHandler, JobRun, Leases, NewJob, Pace, QueueConfig, QueueName,
    WakeUp, Workers, WorkersSetup,
};
use vita_model::{Clock, JobId, SystemClock, SystemEntropy, Timestamp};

const QUEUE: QueueName = QueueName::new("rate");
const JOBS: u64 = 20_000;
const SLOTS: usize = 64;
const ENQUEUED_AT_ONCE: u64 = 100;

struct Announcer(WakeUp);

impl AnnouncementSink for Announcer {
    fn announce(&self, announcements: Vec<Announcement>) {
        for announcement in &announcements {
            self.0.hear(announcement);
        }
    }
}

/// Does nothing, and counts how often it has done it.
struct Nothing {
    ended: AtomicU64,
    wanted: u64,
    done: Notify,
}

impl JobHandler for Nothing {
    fn kind(&self) -> &'static str {
        "nothing"
    }

    fn run<'a>(&'a self, _run: &'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> {
        Box::pin(ready(Ok(Value::Null)))
    }

    fn ended<'a>(
        &'a self,
        _tx: &'a mut Tx,
        _job: &'a Job,
        _end: &'a JobEnd,
        _now: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        if self.ended.fetch_add(1, Ordering::Relaxed) + 1 == self.wanted {
            self.done.notify_one();
        }
        Box::pin(ready(Ok(())))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let jobs = args.next().map_or(Ok(JOBS), |text| text.parse())?;
    let slots = args.next().map_or(Ok(SLOTS), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let wake = WakeUp::new();
    let sink = Arc::new(Announcer(wake.clone()));
    let db = match args.next() {
        Some(url) => Db::open_postgres(&PostgresConfig::new(url), sink).await?,
        None => Db::open_sqlite(&SqliteConfig::new(folder.path().join("rate.db")), sink)?,
    };

    let begun = Instant::now();
    enqueue_all(&db, jobs).await?;
    report("enqueued, 100 a transaction", jobs, begun.elapsed())?;

    let handler = Arc::new(Nothing {
        ended: AtomicU64::new(0),
        wanted: jobs,
        done: Notify::new(),
    });
    let begun = Instant::now();
    let workers = Workers::start(WorkersSetup {
        db,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        queues: vec![QueueConfig::new(QUEUE, slots)],
        handlers: vec![handler.clone()],
        schedules: Vec::new(),
        wake,
        pace: Pace::default(),
        leases: Leases::TakeBack,
    })
    .await?;
    handler.done.notified().await;
    report("claimed, run and ended", jobs, begun.elapsed())?;
    workers.drain(Duration::from_secs(5)).await;
    Ok(())
}

async fn enqueue_all(db: &Db, jobs: u64) -> Result<(), DbError> {
    let mut left = jobs;
    while left > 0 {
        let now = SystemClock.now();
        let part = left.min(ENQUEUED_AT_ONCE);
        let ids = (0..part).map(|_| JobId::generate(now, &SystemEntropy));
        let ids: Vec<JobId> = ids.collect();
        db.write((ids, now), |tx, (ids, now)| {
            Box::pin(async move {
                for id in ids {
                    vita_jobs::enqueue(tx, id, &new_job(*now), *now).await?;
                }
                Ok::<(), DbError>(())
            })
        })
        .await?;
        left -= part;
    }
    Ok(())
}

fn new_job(now: Timestamp) -> NewJob {
    NewJob {
        queue: QUEUE,
        kind: "nothing",
        owner: None,
        concurrency_key: String::new(),
        priority: 0,
        run_at: now,
        payload: json!({}),
        attempts_max: 3,
    }
}

fn report(what: &str, jobs: u64, took: Duration) -> std::io::Result<()> {
    let rate = jobs as f64 / took.as_secs_f64();
    let took_ms = took.as_millis();
    writeln!(
        std::io::stdout(),
        "{what}: {jobs} in {took_ms} ms, {rate:.0} jobs/s"
    )
}
