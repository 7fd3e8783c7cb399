//! What the tests speak through: a database in a folder of its own, workers, and handlers that do
//! as they are told.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{BoxFuture, ready};
use serde_json::{Value, json};
use tokio::sync::Notify;
use vita_db::{Announcement, AnnouncementSink, Db, DbError, PostgresConfig, SqliteConfig, Tx};
use vita_fixtures::postgres::{DatabasePlace, wait_for};
use vita_jobs::{
    Backoff, Cancelling, Job, JobAttempt, JobEnd, JobError, JobHandler, JobRun, JobState, Leases,
    NewJob, Pace, QueueConfig, QueueName, WakeUp, Workers, WorkersSetup,
};
use vita_model::{
    Clock, Entropy, JobId, ManualClock, Progress, SeededEntropy, SystemClock, SystemEntropy,
    Timestamp, UserId,
};

pub(crate) const QUEUE: QueueName = QueueName::new("test");
pub(crate) const KIND: &str = "test_job";

/// Longest that a test waits for something that has to happen.
const PATIENCE: Duration = Duration::from_mins(1);

/// Hands announcements to the workers and to waiting tests.
#[derive(Default)]
pub(crate) struct Sink {
    wakes: Mutex<Vec<WakeUp>>,
    heard: Mutex<Vec<Announcement>>,
    changed: Notify,
}

impl AnnouncementSink for Sink {
    fn announce(&self, announcements: Vec<Announcement>) {
        for wake in self.wakes.lock().unwrap().iter() {
            for said in &announcements {
                wake.hear(said);
            }
        }
        self.heard.lock().unwrap().extend(announcements);
        self.changed.notify_waiters();
    }
}

pub(crate) struct Bed {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sink: Arc<Sink>,
    entropy: Arc<dyn Entropy>,
    place: Place,
}

/// Where a database is.
#[derive(Clone)]
pub(crate) enum Place {
    /// This process's own.
    Own(Arc<DatabasePlace>),
    /// Known to other processes by a folder: it is the file in it, or on the server that is named
    /// there.
    Shared(PathBuf),
}

/// The file in a shared folder that names the server.
const URL_FILE: &str = "url";

impl Place {
    fn new() -> Self {
        Self::Own(Arc::new(new_database()))
    }

    fn file(&self) -> PathBuf {
        match self {
            Self::Own(place) => match &**place {
                DatabasePlace::Folder(folder) => folder.path().join("test.db"),
                DatabasePlace::Server(_) => panic!("a server has no file"),
            },
            Self::Shared(folder) => folder.join("test.db"),
        }
    }

    fn url(&self) -> Option<String> {
        match self {
            Self::Own(place) => match &**place {
                DatabasePlace::Folder(_) => None,
                DatabasePlace::Server(database) => Some(database.url().to_owned()),
            },
            Self::Shared(folder) => std::fs::read_to_string(folder.join(URL_FILE)).ok(),
        }
    }
}

/// A database that other processes find in `folder`; it is there until what is returned is dropped.
pub(crate) fn share_database(folder: &Path) -> DatabasePlace {
    let place = new_database();
    if let DatabasePlace::Server(database) = &place {
        std::fs::write(folder.join(URL_FILE), database.url()).unwrap();
    }
    place
}

fn new_database() -> DatabasePlace {
    DatabasePlace::new(|url| drop(open_postgres(url, Arc::new(()))))
}

fn open_postgres(url: &str, sink: Arc<dyn AnnouncementSink>) -> Db {
    let config = PostgresConfig::new(url);
    wait_for(async move { Db::open_postgres(&config, sink).await }).unwrap()
}

impl Bed {
    pub(crate) fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    /// On SQLite, whatever the others are on.
    pub(crate) fn on_sqlite() -> Self {
        let folder = DatabasePlace::Folder(tempfile::tempdir().unwrap());
        let place = Place::Own(Arc::new(folder));
        Self::open(
            place,
            Arc::new(SystemClock),
            Arc::new(SeededEntropy::new(7)),
            None,
        )
    }

    pub(crate) fn with_manual_clock() -> (Self, Arc<ManualClock>) {
        let start = Timestamp::from_micros(1_795_000_000_000_000);
        let clock = Arc::new(ManualClock::starting_at(start));
        (
            Self::with_clock(Arc::clone(&clock) as Arc<dyn Clock>),
            clock,
        )
    }

    /// Over the database that was shared in `folder`, which stays.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        let place = Place::Shared(folder.to_owned());
        Self::open(place, Arc::new(SystemClock), Arc::new(SystemEntropy), None)
    }

    fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self::open(Place::new(), clock, Arc::new(SeededEntropy::new(7)), None)
    }

    fn open(
        place: Place,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        pages_max: Option<u32>,
    ) -> Self {
        let sink = Arc::new(Sink::default());
        let db = if let Some(url) = place.url() {
            open_postgres(&url, Arc::clone(&sink) as _)
        } else {
            let config = SqliteConfig {
                pages_max,
                ..SqliteConfig::new(place.file())
            };
            Db::open_sqlite(&config, Arc::clone(&sink) as _).unwrap()
        };
        Self {
            db,
            clock,
            sink,
            entropy,
            place,
        }
    }

    /// Closes the database and opens it again, as another start of the process would.
    pub(crate) fn reopened(self) -> Self {
        self.reopened_within(None)
    }

    /// As [`Bed::reopened`], on a disk that has room for so many pages of SQLite.
    pub(crate) fn reopened_within(self, pages_max: Option<u32>) -> Self {
        let (place, clock, entropy) = (self.place, self.clock, self.entropy);
        drop(self.db);
        Self::open(place, clock, entropy, pages_max)
    }

    pub(crate) fn setup(
        &self,
        queues: Vec<QueueConfig>,
        handlers: Vec<Arc<dyn JobHandler>>,
    ) -> WorkersSetup {
        let wake = WakeUp::new();
        self.sink.wakes.lock().unwrap().push(wake.clone());
        WorkersSetup {
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            queues,
            handlers,
            schedules: Vec::new(),
            wake,
            pace: quick_pace(),
            leases: Leases::TakeBack,
        }
    }

    pub(crate) async fn start(&self, config: QueueConfig, handler: Arc<dyn JobHandler>) -> Workers {
        Workers::start(self.setup(vec![config], vec![handler]))
            .await
            .unwrap()
    }

    /// Starts workers as another process beside those that run would.
    pub(crate) async fn start_beside(
        &self,
        config: QueueConfig,
        handler: Arc<dyn JobHandler>,
    ) -> Workers {
        let mut setup = self.setup(vec![config], vec![handler]);
        setup.leases = Leases::LeaveUntilExpired;
        Workers::start(setup).await.unwrap()
    }

    pub(crate) fn new_id(&self) -> JobId {
        JobId::generate(self.clock.now(), self.entropy.as_ref())
    }

    pub(crate) fn new_job(&self) -> NewJob {
        NewJob {
            queue: QUEUE,
            kind: KIND,
            owner: None,
            concurrency_key: String::new(),
            priority: 0,
            run_at: self.clock.now(),
            payload: json!({}),
            attempts_max: 3,
        }
    }

    pub(crate) async fn add(&self, new: NewJob) -> JobId {
        self.add_all(vec![new]).await.remove(0)
    }

    pub(crate) async fn add_all(&self, new: Vec<NewJob>) -> Vec<JobId> {
        let jobs: Vec<(JobId, NewJob)> = new.into_iter().map(|new| (self.new_id(), new)).collect();
        let ids = jobs.iter().map(|(id, _)| id.clone()).collect();
        let args = (jobs, self.clock.now());
        self.write(args, |tx, (jobs, now)| {
            Box::pin(async move {
                for (id, new) in jobs {
                    vita_jobs::enqueue(tx, id, new, *now).await?;
                }
                Ok(())
            })
        })
        .await;
        ids
    }

    pub(crate) async fn write<A, T, F>(&self, args: A, work: F) -> T
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

    pub(crate) async fn read<A, T, F>(&self, args: A, work: F) -> T
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, DbError>>
            + Send
            + Sync
            + 'static,
    {
        self.db.read(args, work).await.unwrap()
    }

    pub(crate) async fn cancel(&self, id: &JobId) -> Cancelling {
        let args = (id.clone(), self.clock.now());
        self.write(args, |tx, (id, now)| {
            Box::pin(vita_jobs::request_cancel(tx, id, *now))
        })
        .await
    }

    pub(crate) async fn job(&self, id: &JobId) -> Job {
        let job = self.read(id.clone(), |tx, id| Box::pin(vita_jobs::lookup_job(tx, id)));
        job.await.expect("the job is there")
    }

    pub(crate) async fn attempts(&self, id: &JobId) -> Vec<JobAttempt> {
        self.read(id.clone(), |tx, id| Box::pin(vita_jobs::attempts(tx, id)))
            .await
    }

    /// The number that a statement answers.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        self.read((), move |tx, ()| {
            Box::pin(async move { tx.query_one(sql, &[], |row| row.get(0)).await })
        })
        .await
    }

    /// Waits until the job is as asked. Every change of a job is announced, so nothing is polled.
    pub(crate) async fn until(&self, id: &JobId, is: impl Fn(&Job) -> bool) -> Job {
        let wait = async {
            loop {
                let changed = self.sink.changed.notified();
                let mut changed = std::pin::pin!(changed);
                changed.as_mut().enable();
                let job = self.job(id).await;
                if is(&job) {
                    return job;
                }
                changed.await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, wait).await;
        assert!(found.is_ok(), "still waiting: {:?}", self.job(id).await);
        found.unwrap()
    }

    pub(crate) async fn until_state(&self, id: &JobId, state: JobState) -> Job {
        self.until(id, |job| job.state == state).await
    }

    /// Waits until the statement answers this number; looked at after each announcement.
    pub(crate) async fn until_count(&self, sql: &'static str, wanted: i64) {
        self.until_number(sql, |count| count == wanted).await;
    }

    /// Waits until what the statement answers is as asked.
    pub(crate) async fn until_number(&self, sql: &'static str, is: impl Fn(i64) -> bool) {
        let wait = async {
            loop {
                let changed = self.sink.changed.notified();
                let mut changed = std::pin::pin!(changed);
                changed.as_mut().enable();
                if is(self.count(sql).await) {
                    return;
                }
                changed.await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, wait).await;
        assert!(found.is_ok(), "still {}", self.count(sql).await);
    }

    /// The bodies of what was announced about a job so far.
    pub(crate) fn heard(&self, id: &JobId) -> Vec<Value> {
        let topic = Job::topic(id);
        let heard = self.sink.heard.lock().unwrap();
        let bodies = heard.iter().filter(|said| said.topic == topic);
        bodies
            .map(|said| serde_json::from_str(&said.body).unwrap())
            .collect()
    }
}

/// Times short enough for tests; the lease is long, so that nothing is lost by chance.
pub(crate) fn quick_pace() -> Pace {
    Pace {
        lease: Duration::from_secs(30),
        poll: Duration::from_millis(10),
        progress: Duration::from_millis(50),
        stop_grace: Duration::from_secs(5),
    }
}

pub(crate) fn queue(concurrency: usize) -> QueueConfig {
    QueueConfig {
        backoff: Backoff {
            base: Duration::from_millis(1),
            cap: Duration::from_millis(4),
        },
        ..QueueConfig::new(QUEUE, concurrency)
    }
}

pub(crate) fn owner(name: &str) -> UserId {
    UserId::from_trusted(name)
}

type Work = Box<dyn for<'a> Fn(&'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> + Send + Sync>;

/// A handler that does what the test says, and remembers its hooks.
pub(crate) struct Scripted {
    work: Work,
    hooks: Mutex<Vec<String>>,
    refuses: Mutex<Vec<&'static str>>,
}

impl Scripted {
    pub(crate) fn new<F>(work: F) -> Arc<Self>
    where
        F: for<'a> Fn(&'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> + Send + Sync + 'static,
    {
        Arc::new(Self {
            work: Box::new(work),
            hooks: Mutex::default(),
            refuses: Mutex::default(),
        })
    }

    /// Completes at once.
    pub(crate) fn completing() -> Arc<Self> {
        Self::new(|_| Box::pin(ready(Ok(Value::Null))))
    }

    /// Runs until it is told to stop.
    pub(crate) fn hanging() -> Arc<Self> {
        Self::new(|run| {
            Box::pin(async move {
                run.cancelled().cancelled().await;
                Err(JobError::Cancelled)
            })
        })
    }

    /// Lets a hook fail from now on: `started`, `ended completed` …
    pub(crate) fn refuse(&self, hook: &'static str) {
        self.refuses.lock().unwrap().push(hook);
    }

    pub(crate) fn allow_all(&self) {
        self.refuses.lock().unwrap().clear();
    }

    pub(crate) fn hooks(&self) -> Vec<String> {
        self.hooks.lock().unwrap().clone()
    }

    fn note(&self, hook: &'static str, detail: &str) -> BoxFuture<'static, Result<(), DbError>> {
        self.hooks.lock().unwrap().push(format!("{hook}{detail}"));
        let refuses = self.refuses.lock().unwrap();
        let refused = refuses
            .iter()
            .any(|refused| format!("{hook}{detail}") == *refused);
        Box::pin(ready(if refused {
            Err(DbError::Driver("refused by the test".to_owned()))
        } else {
            Ok(())
        }))
    }
}

impl JobHandler for Scripted {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run<'a>(&'a self, run: &'a JobRun) -> BoxFuture<'a, Result<Value, JobError>> {
        (self.work)(run)
    }

    fn started<'a>(
        &'a self,
        _: &'a mut Tx,
        _: &'a Job,
        _: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        self.note("started", "")
    }

    fn progressed<'a>(
        &'a self,
        _: &'a mut Tx,
        _: &'a Job,
        _: Option<&'a str>,
        progress: Progress,
        _: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        self.note("progressed", &format!(" {}", progress.get()))
    }

    fn ended<'a>(
        &'a self,
        _: &'a mut Tx,
        _: &'a Job,
        end: &'a JobEnd,
        _: Timestamp,
    ) -> BoxFuture<'a, Result<(), DbError>> {
        self.note("ended", &format!(" {}", end.outcome()))
    }
}
