//! A virtual user on its worker: takes orders, runs iterations, reports how they ended.

use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::at_work::AtWork;
use super::open::FreeVus;
use super::scenario::ScenarioRun;
use super::script::{IterationCall, IterationEnd, Seat, VirtualUser};
use crate::INTERRUPT_WAIT;
use crate::metric::{builtin, millis};

/// A virtual user has one order at a time: whoever holds its handle has it to itself.
pub(super) const ORDERS_MAX: usize = 1;

/// The right to give a virtual user orders. It goes with the order and comes back at its end.
#[derive(Debug)]
pub(crate) struct VuHandle {
    pub(super) orders: mpsc::Sender<Order>,
}

impl VuHandle {
    /// Gives an order that carries the handle itself; false when its virtual user is gone.
    pub(super) fn order(self, make: impl FnOnce(Self) -> Order) -> bool {
        let orders = self.orders.clone();
        orders.try_send(make(self)).is_ok()
    }
}

#[derive(Debug)]
pub(super) enum Order {
    Lane(Lane),
    Once(Once),
}

/// Iterations one after another.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) scenario: Arc<ScenarioRun>,
    pub(super) control: Arc<LaneControl>,
    pub(super) quota: Quota,
    pub(super) vu: VuHandle,
    /// Takes the handle back; dropped when the virtual user is left behind.
    pub(super) ended: oneshot::Sender<VuHandle>,
}

#[derive(Debug)]
pub(super) struct LaneControl {
    /// Whether another iteration may begin.
    pub(super) is_wanted: AtomicBool,
    /// Ends the iteration at work.
    pub(super) interrupt: CancellationToken,
}

/// How many iterations a lane may begin.
#[derive(Clone, Debug)]
pub(super) enum Quota {
    Unlimited,
    Own(u64),
    Shared(Arc<AtomicU64>),
}

impl Quota {
    fn take(&mut self) -> bool {
        match self {
            Self::Unlimited => true,
            Self::Own(0) => false,
            Self::Own(left) => {
                *left -= 1;
                true
            }
            Self::Shared(left) => left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                    left.checked_sub(1)
                })
                .is_ok(),
        }
    }
}

/// One iteration that an arrival rate has due.
#[derive(Debug)]
pub(super) struct Once {
    pub(super) scenario: Arc<ScenarioRun>,
    pub(super) number: u64,
    pub(super) intended_start: Instant,
    pub(super) interrupt: CancellationToken,
    pub(super) vu: VuHandle,
    pub(super) home: Arc<FreeVus>,
}

/// A virtual user with what the engine knows of it.
pub(super) struct Occupant<V> {
    vu: V,
    seat: Seat,
    at_work: Rc<AtWork>,
    min_iteration: Duration,
    iterations: u64,
    iterations_by_scenario: Vec<(Arc<ScenarioRun>, u64)>,
}

/// What an iteration is told apart by.
struct Numbers {
    in_scenario: u64,
    intended_start: Option<Instant>,
}

/// When an iteration was.
struct Span {
    begun: Instant,
    ended: Instant,
    /// When an arrival rate meant it to begin.
    intended: Option<Instant>,
}

impl<V: VirtualUser> Occupant<V> {
    pub(super) fn new(vu: V, seat: Seat, at_work: Rc<AtWork>, min_iteration: Duration) -> Self {
        Self {
            vu,
            seat,
            at_work,
            min_iteration,
            iterations: 0,
            iterations_by_scenario: Vec::new(),
        }
    }

    /// Follows orders until `closing`, or until it was left behind.
    pub(super) async fn serve(
        mut self,
        mut orders: mpsc::Receiver<Order>,
        closing: CancellationToken,
    ) {
        loop {
            let order = tokio::select! {
                biased;
                () = closing.cancelled() => return,
                order = orders.recv() => order,
            };
            let is_fit = match order {
                None => return,
                Some(Order::Lane(lane)) => self.run_lane(lane).await,
                Some(Order::Once(once)) => self.run_once(once).await,
            };
            if !is_fit {
                return;
            }
        }
    }

    async fn run_lane(&mut self, lane: Lane) -> bool {
        let Lane {
            scenario,
            control,
            mut quota,
            vu,
            ended,
        } = lane;
        let mut ended = Some((ended, vu));
        while control.is_wanted.load(Ordering::Acquire)
            && !control.interrupt.is_cancelled()
            && quota.take()
        {
            let numbers = Numbers {
                in_scenario: scenario.take_iteration(),
                intended_start: None,
            };
            let leave = || drop(ended.take());
            if !self
                .iterate(&scenario, numbers, &control.interrupt, leave)
                .await
            {
                return false;
            }
            // A script without any wait must not keep the worker from everybody else.
            tokio::task::coop::consume_budget().await;
        }
        if let Some((ended, vu)) = ended {
            drop(ended.send(vu));
        }
        true
    }

    async fn run_once(&mut self, once: Once) -> bool {
        let Once {
            scenario,
            number,
            intended_start,
            interrupt,
            vu,
            home,
        } = once;
        let mut vu = Some(vu);
        let numbers = Numbers {
            in_scenario: number,
            intended_start: Some(intended_start),
        };
        let leave = || {
            drop(vu.take());
            home.lose();
        };
        let is_fit = self.iterate(&scenario, numbers, &interrupt, leave).await;
        if let Some(vu) = vu.filter(|_| is_fit) {
            home.put(vu);
        }
        is_fit
    }

    /// Runs an iteration and records it. When it doesn't heed its interrupt, calls `leave`, waits
    /// for as long as it takes, as its stack can't be taken away from it, and returns false.
    async fn iterate(
        &mut self,
        scenario: &Arc<ScenarioRun>,
        numbers: Numbers,
        interrupt: &CancellationToken,
        leave: impl FnOnce(),
    ) -> bool {
        let call = self.call(scenario, &numbers, interrupt);
        let state = self.seat.run.clone();
        let begun = Instant::now();
        self.at_work.enter(begun);
        let end = {
            let run = pin!(self.vu.run(&call));
            let late = pin!(async {
                interrupt.cancelled().await;
                drop(timeout(INTERRUPT_WAIT, state.hurry().cancelled()).await);
            });
            match select(run, late).await {
                Either::Left((end, _)) => Some(end),
                Either::Right(((), run)) => {
                    state.counts.left_behind.fetch_add(1, Ordering::Relaxed);
                    leave();
                    run.await;
                    None
                }
            }
        };
        let ended = Instant::now();
        self.at_work.leave(ended);
        let Some(end) = end else { return false };
        let span = Span {
            begun,
            ended,
            intended: numbers.intended_start,
        };
        self.record(scenario, end, &span);
        let next = begun + self.min_iteration;
        if !self.min_iteration.is_zero() {
            tokio::select! {
                () = interrupt.cancelled() => {}
                () = sleep_until(next) => {}
            }
        }
        true
    }

    fn call(
        &mut self,
        scenario: &Arc<ScenarioRun>,
        numbers: &Numbers,
        interrupt: &CancellationToken,
    ) -> IterationCall {
        let iteration_in_vu = self.iterations;
        self.iterations += 1;
        IterationCall {
            scenario: scenario.clone(),
            iteration_in_vu,
            iteration_in_vu_and_scenario: self.count_in(scenario),
            iteration_in_scenario: numbers.in_scenario,
            iteration_in_test: numbers.in_scenario,
            intended_start: numbers.intended_start,
            interrupt: interrupt.clone(),
        }
    }

    /// How many iterations it ran of this scenario before.
    fn count_in(&mut self, scenario: &Arc<ScenarioRun>) -> u64 {
        let counts = &mut self.iterations_by_scenario;
        let known = counts
            .iter()
            .position(|(known, _)| Arc::ptr_eq(known, scenario));
        let at = known.unwrap_or_else(|| {
            counts.push((scenario.clone(), 0));
            counts.len() - 1
        });
        counts[at].1 += 1;
        counts[at].1 - 1
    }

    fn record(&self, scenario: &ScenarioRun, end: IterationEnd, span: &Span) {
        let state = &self.seat.run;
        let took = span.ended - span.begun;
        match end {
            IterationEnd::Completed | IterationEnd::Failed => {
                state.counts.completed.fetch_add(1, Ordering::Relaxed);
                scenario.counts.completed.fetch_add(1, Ordering::Relaxed);
                let (recorder, tags) = (&self.seat.recorder, scenario.tag_set);
                recorder.add(builtin::ITERATION_DURATION, millis(took), tags);
                recorder.add(builtin::ITERATIONS, 1.0, tags);
                if let Some(intended) = span.intended {
                    let took = millis(span.ended - intended);
                    recorder.add(builtin::ITERATION_DURATION_INTENDED, took, tags);
                }
                return;
            }
            IterationEnd::Interrupted => {}
            IterationEnd::AbortTest(message) => state.abort(message),
        }
        let counts = &state.counts;
        counts.interrupted.fetch_add(1, Ordering::Relaxed);
        let nanos = took.as_nanos() as u64;
        counts.interrupted_nanos.fetch_add(nanos, Ordering::Relaxed);
        scenario.counts.interrupted.fetch_add(1, Ordering::Relaxed);
    }
}
