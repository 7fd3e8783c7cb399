//! Open loops: iterations begin by the clock, whether or not those before them have ended.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::course::{Course, GIVE_UP_WAIT};
use super::vu::{Once, Order, VuHandle};
use crate::metric::builtin;
use crate::plan::Arrivals;

/// The finest the pacer wakes: what tokio's timer can do. What is due meanwhile starts together.
const PACE_PERIOD: Duration = Duration::from_millis(1);

/// How often it is looked for virtual users that other scenarios gave back.
const GATHER_PERIOD: Duration = Duration::from_millis(20);

/// The virtual users of an open scenario that have nothing to do.
#[derive(Debug, Default)]
pub(super) struct FreeVus {
    free: Mutex<VecDeque<VuHandle>>,
    /// How many have an iteration at work.
    busy: AtomicU64,
    came_back: Notify,
    lost: AtomicU64,
}

impl FreeVus {
    /// Takes one for an iteration.
    fn take(&self) -> Option<VuHandle> {
        let vu = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()?;
        self.busy.fetch_add(1, Ordering::AcqRel);
        Some(vu)
    }

    fn add(&self, vu: VuHandle) {
        self.free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(vu);
    }

    /// Takes one back after its iteration.
    pub(super) fn put(&self, vu: VuHandle) {
        self.add(vu);
        self.busy.fetch_sub(1, Ordering::AcqRel);
        self.came_back.notify_one();
    }

    /// Gives one up that was left behind.
    pub(super) fn lose(&self) {
        self.lost.fetch_add(1, Ordering::AcqRel);
        self.busy.fetch_sub(1, Ordering::AcqRel);
        self.came_back.notify_one();
    }

    fn empty(&self) -> VecDeque<VuHandle> {
        std::mem::take(&mut *self.free.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The numbers of an open scenario.
pub(super) struct OpenPlan<'a> {
    pub(super) arrivals: &'a Arrivals,
    pub(super) pre_allocated_vus: u64,
    pub(super) max_vus: u64,
}

struct OpenLoop<'a> {
    course: &'a Course,
    plan: OpenPlan<'a>,
    begun: Instant,
    free: Arc<FreeVus>,
    /// Planned virtual users that were not free yet.
    missing: u64,
    /// Virtual users it has or is having made.
    vus: u64,
    making: JoinSet<()>,
    making_failed: Rc<Cell<bool>>,
    has_warned: bool,
}

/// Runs a scenario with an open loop until all its virtual users are free or left behind.
pub(super) async fn run(course: &Course, plan: OpenPlan<'_>) {
    let mut open = OpenLoop {
        course,
        begun: Instant::now(),
        free: Arc::default(),
        missing: plan.pre_allocated_vus,
        vus: plan.pre_allocated_vus,
        plan,
        making: JoinSet::new(),
        making_failed: Rc::default(),
        has_warned: false,
    };
    open.gather();
    tokio::select! {
        biased;
        () = course.interrupt.cancelled() => {}
        () = open.pace() => {}
    }
    open.stop().await;
}

impl OpenLoop<'_> {
    /// Takes the planned virtual users, of which another scenario may still have some.
    fn gather(&mut self) {
        while self.missing > 0 {
            let Some(vu) = self.course.pool.take() else {
                return;
            };
            self.missing -= 1;
            self.course.activate();
            self.free.add(vu);
        }
    }

    /// Begins each iteration when it is due, until the last.
    async fn pace(&mut self) {
        let mut number = 0;
        let mut next_gather = self.begun + GATHER_PERIOD;
        while let Some(due) = self.plan.arrivals.due(number) {
            let due = self.begun + due;
            let now = Instant::now();
            if self.missing > 0 && now >= next_gather {
                self.gather();
                next_gather = now + GATHER_PERIOD;
            }
            if due <= now {
                self.begin(due);
                number += 1;
                if number.is_multiple_of(1024) {
                    // A pacer that is far behind must still see its interrupt.
                    tokio::task::yield_now().await;
                }
                continue;
            }
            let wake = due.max(now + PACE_PERIOD);
            sleep_until(if self.missing > 0 {
                wake.min(next_gather)
            } else {
                wake
            })
            .await;
        }
        sleep_until(self.begun + self.plan.arrivals.duration()).await;
    }

    fn begin(&mut self, intended_start: Instant) {
        let Some(vu) = self.free.take() else {
            self.drop_iteration();
            return;
        };
        let scenario = self.course.scenario.clone();
        let number = scenario.take_iteration();
        let interrupt = self.course.interrupt.clone();
        let home = self.free.clone();
        let order = |vu| {
            Order::Once(Once {
                scenario,
                number,
                intended_start,
                interrupt,
                vu,
                home,
            })
        };
        if !vu.order(order) {
            self.free.lose();
        }
    }

    /// Nobody is free: the iteration is left out, and another virtual user made if there may be.
    fn drop_iteration(&mut self) {
        let scenario = &self.course.scenario;
        scenario.counts.dropped.fetch_add(1, Ordering::Relaxed);
        self.course
            .recorder
            .add(builtin::DROPPED_ITERATIONS, 1.0, scenario.tag_set);
        while self.making.try_join_next().is_some() {}
        if self.making_failed.get() || self.making.len() >= self.course.workers.count() {
            return;
        }
        if self.vus >= self.plan.max_vus {
            if !std::mem::replace(&mut self.has_warned, true) {
                self.course.state.warn(format!(
                    "Insufficient VUs, reached {} active VUs and cannot initialize more (scenario {})",
                    self.vus, scenario.name
                ));
            }
            return;
        }
        self.vus += 1;
        self.make_vu();
    }

    fn make_vu(&mut self) {
        let (workers, free) = (self.course.workers.clone(), self.free.clone());
        let (state, scenario) = (self.course.state.clone(), self.course.scenario.clone());
        let failed = self.making_failed.clone();
        self.making.spawn_local(async move {
            match workers.make_vu().await {
                Ok(vu) => {
                    state.counts.active.fetch_add(1, Ordering::Relaxed);
                    scenario.counts.active.fetch_add(1, Ordering::Relaxed);
                    free.add(vu);
                }
                Err(error) => {
                    failed.set(true);
                    state.end(super::StopReason::ScriptFailed(error.0));
                }
            }
        });
    }

    /// Waits for the iterations at work, interrupts them after the grace, and gives all back.
    async fn stop(mut self) {
        let hard_end = self.begun + self.plan.arrivals.duration() + self.course.graceful_stop;
        let interrupt = &self.course.interrupt;
        let mut give_up = None;
        while self.free.busy.load(Ordering::Acquire) > 0 {
            if interrupt.is_cancelled() {
                let deadline = *give_up.get_or_insert_with(|| Instant::now() + GIVE_UP_WAIT);
                if timeout_at(deadline, self.free.came_back.notified())
                    .await
                    .is_err()
                {
                    let left = self.free.busy.load(Ordering::Acquire);
                    self.course
                        .state
                        .counts
                        .left_behind
                        .fetch_add(left, Ordering::Relaxed);
                    break;
                }
                continue;
            }
            tokio::select! {
                () = self.free.came_back.notified() => {}
                () = sleep_until(hard_end) => interrupt.cancel(),
            }
        }
        // A virtual user that is being made belongs to its worker: it is dropped there.
        self.making.abort_all();
        while self.making.join_next().await.is_some() {}
        for vu in self.free.empty() {
            self.course.deactivate();
            self.course.pool.put(vu);
        }
        for _ in 0..self.free.lost.load(Ordering::Acquire) {
            self.course.deactivate();
        }
    }
}
