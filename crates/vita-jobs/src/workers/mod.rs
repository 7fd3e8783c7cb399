//! The tasks that work queues off: a claimer for each queue, a task for each run, and for all of
//! them one that renews leases, one that writes progress, and one that keeps house.

mod active;
mod claimer;
mod flusher;
mod heartbeat;
mod housekeeper;
mod record;
mod recovery;
mod runner;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vita_db::{Db, DbError};
use vita_model::{Clock, Entropy, JobId, Timestamp};

pub use self::active::WakeUp;
pub(crate) use self::active::{ActiveRun, StopReason};
use crate::tables::EndPolicy;
use crate::{JobHandler, NewJob, Pace, QueueConfig};

/// Part of the time for a drain in which runs may still finish.
const FINISHING_PART: f64 = 0.7;

/// Part of the time for a drain in which runs may stop by themselves; the rest is for those that do
/// not.
const STOPPING_PART: f64 = 0.2;

/// Least time for writing that jobs were handed back.
const HANDING_BACK_MIN: Duration = Duration::from_secs(1);

/// What becomes, at the start, of leases that are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leases {
    /// Taken back, as this is the only process: whoever held them is dead.
    TakeBack,
    /// Left until they run out, as other processes may hold them.
    LeaveUntilExpired,
}

/// A job that is written anew each time that a span has passed.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Names it in the database.
    pub name: &'static str,
    /// The span.
    pub every: Duration,
    /// Makes the job that is written at a moment.
    pub make: fn(Timestamp) -> NewJob,
}

/// What workers need.
pub struct WorkersSetup {
    /// Where the queues are.
    pub db: Db,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes lease tokens, jitter and ids of scheduled jobs.
    pub entropy: Arc<dyn Entropy>,
    /// The queues that are worked off.
    pub queues: Vec<QueueConfig>,
    /// What does the work; only their kinds of jobs are claimed.
    pub handlers: Vec<Arc<dyn JobHandler>>,
    /// Jobs that come back by themselves.
    pub schedules: Vec<Schedule>,
    /// Hears of new jobs and cancellations.
    pub wake: WakeUp,
    /// The times by which workers live.
    pub pace: Pace,
    /// What becomes of leases that are held at the start.
    pub leases: Leases,
}

/// How a drain went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DrainReport {
    /// Runs that ended within the time, one way or another.
    pub ended: u64,
    /// Runs that were stopped and whose jobs were handed back.
    pub handed_back: u64,
    /// Runs that could not be handed back; their leases run out.
    pub abandoned: u64,
}

/// Works queues off until it is drained. Dropped, its runs stop where they are; their jobs are taken
/// up again when their leases have run out.
pub struct Workers {
    context: Arc<Context>,
    tasks: Vec<JoinHandle<()>>,
    claimers: Vec<JoinHandle<()>>,
}

/// Who does which kind of job.
type Handlers = HashMap<&'static str, Arc<dyn JobHandler>>;

/// What the tasks of one set of workers share.
struct Context {
    db: Db,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    queues: Vec<QueueConfig>,
    handlers: Arc<Handlers>,
    kinds: String,
    wake: WakeUp,
    pace: Pace,
    /// Ends when leases of the past were taken back, so that jobs can be claimed.
    recovered: CancellationToken,
    /// Ends when no more jobs are to be claimed.
    draining: CancellationToken,
    /// Ends when everything is to stop where it is.
    dropped: CancellationToken,
    runs: TaskTracker,
    ended: AtomicU64,
    handed_back: AtomicU64,
}

impl Context {
    fn handler(&self, kind: &str) -> Option<Arc<dyn JobHandler>> {
        self.handlers.get(kind).cloned()
    }

    fn policy(&self, queue: &str) -> EndPolicy {
        let known = self
            .queues
            .iter()
            .find(|config| config.name.as_str() == queue);
        known.map_or_else(EndPolicy::default, EndPolicy::from)
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        self.entropy.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A text that nobody else has: 128 random bits.
    fn nonce(&self) -> String {
        format!("{:016x}{:016x}", self.random(), self.random())
    }

    fn new_job_id(&self) -> JobId {
        JobId::generate(self.clock.now(), self.entropy.as_ref())
    }
}

impl Workers {
    /// Starts working queues off. While the database cannot be written, its disk being full for
    /// example, they wait for it, so that whatever only reads can go on.
    ///
    /// # Errors
    /// [`DbError`] when the queues and schedules cannot be written, or leases not be taken back, for
    /// a reason that will not pass.
    pub async fn start(setup: WorkersSetup) -> Result<Self, DbError> {
        let leases = setup.leases;
        let schedules = setup.schedules.clone();
        let context = Arc::new(Context::new(setup));
        match recovery::recover(&context, &schedules, leases).await {
            Ok(()) => context.recovered.cancel(),
            Err(error) if error.is_transient() => {
                tracing::error!(%error, "the queues wait until the database can be written");
            }
            Err(error) => return Err(error),
        }
        let tasks = vec![
            tokio::spawn(recovery::keep_recovering(
                Arc::clone(&context),
                schedules.clone(),
                leases,
            )),
            tokio::spawn(heartbeat::renew_leases(Arc::clone(&context))),
            tokio::spawn(flusher::write_reports(Arc::clone(&context))),
            tokio::spawn(housekeeper::keep_house(Arc::clone(&context), schedules)),
        ];
        let queues = context.queues.iter();
        let claimers = queues.map(|config| claimer::work_off(Arc::clone(&context), config.clone()));
        let claimers = claimers.map(tokio::spawn).collect();
        Ok(Self {
            context,
            tasks,
            claimers,
        })
    }

    /// How many jobs run at this moment.
    pub fn running(&self) -> usize {
        self.context.wake.runs().len()
    }

    /// Stops claiming, lets what runs finish for most of `limit`, then stops it and hands the jobs
    /// back: they are claimed again, and the attempt does not count. Ends within `limit`, or a
    /// second later when the database is slow.
    pub async fn drain(mut self, limit: Duration) -> DrainReport {
        let begun = Instant::now();
        let context = Arc::clone(&self.context);
        let ended_before = context.ended.load(Ordering::Relaxed);
        context.draining.cancel();
        let finishing = limit.mul_f64(FINISHING_PART);
        let finished = tokio::time::timeout(finishing, async {
            // What was claimed just before is among the runs once its claimer has ended.
            for claimer in self.claimers.drain(..) {
                let _ = claimer.await;
            }
            context.runs.close();
            context.runs.wait().await;
        });
        if finished.await.is_err() {
            for run in context.wake.runs() {
                run.stop(StopReason::Draining);
            }
            context.runs.close();
            let stopping = limit.mul_f64(STOPPING_PART);
            let _ = tokio::time::timeout(stopping, context.runs.wait()).await;
        }
        let writing = limit.saturating_sub(begun.elapsed()).max(HANDING_BACK_MIN);
        let abandoned = record::hand_back_rest(&context, writing).await;
        let handed_back = context.handed_back.load(Ordering::Relaxed);
        let ended = context.ended.load(Ordering::Relaxed) - ended_before;
        let report = DrainReport {
            ended: ended.saturating_sub(handed_back),
            handed_back,
            abandoned,
        };
        let DrainReport { ended, .. } = report;
        tracing::info!(ended, handed_back, abandoned, "drained the workers");
        report
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.context.draining.cancel();
        self.context.dropped.cancel();
        for task in self.tasks.iter().chain(&self.claimers) {
            task.abort();
        }
    }
}

impl Context {
    fn new(setup: WorkersSetup) -> Self {
        let handlers = setup.handlers.into_iter();
        let handlers: Handlers = handlers.map(|handler| (handler.kind(), handler)).collect();
        let kinds: Vec<&str> = handlers.keys().copied().collect();
        Self {
            kinds: crate::tables::json_list(&kinds),
            db: setup.db,
            clock: setup.clock,
            entropy: setup.entropy,
            queues: setup.queues,
            handlers: Arc::new(handlers),
            wake: setup.wake,
            pace: setup.pace,
            recovered: CancellationToken::new(),
            draining: CancellationToken::new(),
            dropped: CancellationToken::new(),
            runs: TaskTracker::new(),
            ended: AtomicU64::new(0),
            handed_back: AtomicU64::new(0),
        }
    }
}
