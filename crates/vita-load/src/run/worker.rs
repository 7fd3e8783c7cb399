//! A worker: a thread, or a task in tests, on which virtual users live.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinSet, LocalSet, spawn_local};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;

use super::at_work::AtWork;
use super::script::{Script, ScriptError, Seat};
use super::state::RunState;
use super::vu::{ORDERS_MAX, Occupant, VuHandle};
use crate::metric::{MetricHub, Recorder, TagSetId, builtin, millis};

/// Orders waiting for a worker; who sends more waits.
const WORKER_ORDERS_MAX: usize = 64;

/// How often a worker looks how late it is. Also the longest time a lag can hide.
const LAG_PERIOD: Duration = Duration::from_millis(100);

/// How often workers hand their samples on.
pub(crate) const FLUSH_PERIOD: Duration = Duration::from_secs(1);

/// How long a worker waits for its virtual users to be dropped at the end.
const CLOSE_WAIT: Duration = Duration::from_secs(5);

pub(super) type Made = Result<VuHandle, ScriptError>;

pub(super) enum WorkerOrder {
    MakeVu {
        id: u64,
        made: oneshot::Sender<Made>,
    },
    Stage {
        stage: Stage,
        interrupt: CancellationToken,
        done: oneshot::Sender<Result<(), ScriptError>>,
    },
    Close {
        closed: oneshot::Sender<()>,
    },
}

/// What runs once, on one of the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Setup,
    Teardown,
}

impl Stage {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup()",
            Self::Teardown => "teardown()",
        }
    }
}

/// A worker that has not been heard of for longer than the others by this is taken for stuck.
const SILENCE_MILLIS_MAX: u64 = 1_000;

/// The first worker that is not stuck, by when each was last heard of.
fn first_lively(heard_millis: &[u64]) -> usize {
    let newest = heard_millis.iter().copied().max().unwrap_or_default();
    let is_lively = |heard: &u64| newest - heard <= SILENCE_MILLIS_MAX;
    heard_millis.iter().position(is_lively).unwrap_or_default()
}

/// What a worker is made with.
pub(super) struct WorkerSetup<S> {
    pub(super) script: Arc<S>,
    pub(super) hub: Arc<MetricHub>,
    pub(super) state: Arc<RunState>,
    pub(super) min_iteration: Duration,
    /// The moment at whole periods from which all workers flush.
    pub(super) origin: Instant,
}

impl<S> Clone for WorkerSetup<S> {
    fn clone(&self) -> Self {
        Self {
            script: self.script.clone(),
            hub: self.hub.clone(),
            state: self.state.clone(),
            min_iteration: self.min_iteration,
            origin: self.origin,
        }
    }
}

/// All workers, as those who give them orders see them.
pub(super) struct Workers {
    orders: Vec<mpsc::Sender<WorkerOrder>>,
    /// When each was last heard of, in milliseconds after the run's start.
    heard: Vec<Arc<AtomicU64>>,
    next_vu: AtomicU64,
}

/// Where workers run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placement {
    /// Each on a thread of its own.
    Threads(usize),
    /// One, as a task of the present `LocalSet`: for tests, which own the clock.
    Here,
}

impl Workers {
    pub(super) fn start<S: Script>(
        setup: &WorkerSetup<S>,
        placement: Placement,
    ) -> std::io::Result<Self> {
        let (mut orders, mut heard) = (Vec::new(), Vec::new());
        let count = match placement {
            Placement::Threads(count) => count.max(1),
            Placement::Here => 1,
        };
        for index in 0..count {
            let (sender, receiver) = mpsc::channel(WORKER_ORDERS_MAX);
            let setup = setup.clone();
            let own_heard = Arc::new(AtomicU64::new(0));
            heard.push(own_heard.clone());
            match placement {
                Placement::Here => drop(spawn_local(Worker::new(setup, own_heard).serve(receiver))),
                Placement::Threads(_) => {
                    std::thread::Builder::new()
                        .name(format!("load-worker-{index}"))
                        .spawn(move || run_thread(setup, own_heard, receiver))?;
                }
            }
            orders.push(sender);
        }
        Ok(Self {
            orders,
            heard,
            next_vu: AtomicU64::new(1),
        })
    }

    pub(super) fn count(&self) -> usize {
        self.orders.len()
    }

    /// Makes a virtual user with the next number.
    pub(super) async fn make_vu(&self) -> Made {
        let id = self.next_vu.fetch_add(1, Ordering::Relaxed);
        let (made, answer) = oneshot::channel();
        let worker = &self.orders[id as usize % self.orders.len()];
        let gone = || {
            ScriptError(format!(
                "virtual user {id} can't be made: its worker is gone"
            ))
        };
        worker
            .send(WorkerOrder::MakeVu { id, made })
            .await
            .map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    pub(super) async fn run_stage(
        &self,
        stage: Stage,
        interrupt: CancellationToken,
    ) -> Result<(), ScriptError> {
        let (done, answer) = oneshot::channel();
        let gone = || ScriptError(format!("{} can't run: its worker is gone", stage.name()));
        let order = WorkerOrder::Stage {
            stage,
            interrupt,
            done,
        };
        let heard: Vec<u64> = self
            .heard
            .iter()
            .map(|at| at.load(Ordering::Relaxed))
            .collect();
        self.orders[first_lively(&heard)]
            .send(order)
            .await
            .map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Has all workers hand on their samples and end; those that don't within the wait are left.
    pub(super) async fn close(&self, wait: Duration) -> usize {
        let mut answers = Vec::new();
        for worker in &self.orders {
            let (closed, answer) = oneshot::channel();
            // A worker whose script spins doesn't empty its channel.
            drop(worker.try_send(WorkerOrder::Close { closed }));
            answers.push(answer);
        }
        let mut left = 0;
        let deadline = Instant::now() + wait;
        for answer in answers {
            let answered = tokio::time::timeout_at(deadline, answer).await;
            left += usize::from(!matches!(answered, Ok(Ok(()))));
        }
        left
    }
}

fn run_thread<S: Script>(
    setup: WorkerSetup<S>,
    heard: Arc<AtomicU64>,
    orders: mpsc::Receiver<WorkerOrder>,
) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        // Whoever gives orders finds the worker gone, and says so.
        return;
    };
    let local = LocalSet::new();
    let all_ended = local.block_on(&runtime, Worker::new(setup, heard).serve(orders));
    if !all_ended {
        // The stacks of virtual users that were left behind must not be unwound from outside.
        std::mem::forget(local);
        std::mem::forget(runtime);
    }
}

struct Worker<S> {
    setup: WorkerSetup<S>,
    recorder: Recorder,
    at_work: Rc<AtWork>,
    heard: Arc<AtomicU64>,
    closing: CancellationToken,
    vus: JoinSet<()>,
}

impl<S: Script> Worker<S> {
    fn new(setup: WorkerSetup<S>, heard: Arc<AtomicU64>) -> Self {
        let recorder = Recorder::new(setup.hub.clone());
        Self {
            setup,
            recorder,
            at_work: Rc::new(AtWork::new(Instant::now())),
            heard,
            closing: CancellationToken::new(),
            vus: JoinSet::new(),
        }
    }

    /// Follows orders; returns whether all virtual users have ended.
    async fn serve(mut self, mut orders: mpsc::Receiver<WorkerOrder>) -> bool {
        let till = Till {
            recorder: self.recorder.clone(),
            at_work: self.at_work.clone(),
            state: self.setup.state.clone(),
        };
        let beat = Beat {
            till: till.clone(),
            origin: self.setup.origin,
            heard: self.heard.clone(),
            closing: self.closing.clone(),
        };
        let beat = spawn_local(beat.keep());
        let mut closed = None;
        while let Some(order) = orders.recv().await {
            match order {
                WorkerOrder::MakeVu { id, made } => self.make_vu(id, made),
                WorkerOrder::Stage {
                    stage,
                    interrupt,
                    done,
                } => {
                    self.run_stage(stage, interrupt, done);
                }
                WorkerOrder::Close { closed: answer } => {
                    closed = Some(answer);
                    break;
                }
            }
        }
        till.hand_on();
        self.closing.cancel();
        // The answer comes first: nobody has to wait for thousands of runtimes to be dropped.
        if let Some(closed) = closed {
            let _ = closed.send(());
        }
        drop(beat.await);
        let ended = async { while self.vus.join_next().await.is_some() {} };
        let all_ended = timeout(CLOSE_WAIT, ended).await.is_ok();
        if !all_ended {
            self.vus.detach_all();
        }
        all_ended
    }

    fn seat(&self, id: u64) -> Seat {
        Seat {
            id_in_instance: id,
            id_in_test: id,
            recorder: self.recorder.for_seat(),
            run: self.setup.state.clone(),
        }
    }

    fn make_vu(&mut self, id: u64, made: oneshot::Sender<Made>) {
        let seat = self.seat(id);
        let closing = self.closing.clone();
        let (setup, at_work) = (self.setup.clone(), self.at_work.clone());
        self.vus.spawn_local(async move {
            let vu = match setup.script.new_vu(seat.clone()).await {
                Ok(vu) => vu,
                Err(error) => {
                    drop(made.send(Err(error)));
                    return;
                }
            };
            setup
                .state
                .counts
                .initialized
                .fetch_add(1, Ordering::Relaxed);
            let (orders, receiver) = mpsc::channel(ORDERS_MAX);
            drop(made.send(Ok(VuHandle { orders })));
            Occupant::new(vu, seat, at_work, setup.min_iteration)
                .serve(receiver, closing)
                .await;
        });
    }

    fn run_stage(
        &mut self,
        stage: Stage,
        interrupt: CancellationToken,
        done: oneshot::Sender<Result<(), ScriptError>>,
    ) {
        let seat = self.seat(0);
        let script = self.setup.script.clone();
        self.vus.spawn_local(async move {
            let result = match stage {
                Stage::Setup => script.setup(seat, interrupt).await,
                Stage::Teardown => script.teardown(seat, interrupt).await,
            };
            drop(done.send(result));
        });
    }
}

/// What a worker has measured and not handed on.
#[derive(Clone)]
struct Till {
    recorder: Recorder,
    at_work: Rc<AtWork>,
    state: Arc<RunState>,
}

impl Till {
    fn hand_on(&self) {
        self.recorder.flush();
        let nanos = self.at_work.take(Instant::now()).as_nanos() as u64;
        let counts = &self.state.counts;
        counts.at_work_nanos.fetch_add(nanos, Ordering::Relaxed);
    }
}

/// What a worker does by the clock.
struct Beat {
    till: Till,
    origin: Instant,
    heard: Arc<AtomicU64>,
    closing: CancellationToken,
}

impl Beat {
    /// Hands samples on at each whole second, says that the worker lives, measures how late it is.
    async fn keep(self) {
        let mut flush = interval_at(self.origin + FLUSH_PERIOD, FLUSH_PERIOD);
        flush.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut lag = interval_at(Instant::now() + LAG_PERIOD, LAG_PERIOD);
        lag.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                biased;
                () = self.closing.cancelled() => return,
                _ = flush.tick() => self.till.hand_on(),
                due = lag.tick() => {
                    let late = millis(due.elapsed());
                    self.till.recorder.add(builtin::GENERATOR_LAG, late, TagSetId::EMPTY);
                    let heard = self.origin.elapsed().as_millis() as u64;
                    self.heard.store(heard, Ordering::Relaxed);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stuck_worker_is_passed_over() {
        assert_eq!(first_lively(&[0, 0, 0]), 0);
        assert_eq!(first_lively(&[9_100, 9_950, 10_000]), 0);
        assert_eq!(first_lively(&[3_000, 4_000, 10_000]), 2);
    }
}
