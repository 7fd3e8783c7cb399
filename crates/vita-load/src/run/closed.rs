//! Closed loops: each virtual user begins its next iteration when the last has ended.

use std::collections::{BTreeSet, VecDeque};
use std::iter::Peekable;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use super::course::{Course, GIVE_UP_WAIT};
use super::scenario::Extent;
use super::vu::{Lane, LaneControl, Order, Quota, VuHandle};
use crate::metric::builtin;
use crate::plan::Pacing;

/// Virtual users started in each [`START_PERIOD`] at most: 5,000 a second. Thousands that start
/// together would all connect together, and stay in step afterwards.
const STARTS_PER_PERIOD: usize = 5;
const START_PERIOD: Duration = Duration::from_millis(1);

/// How soon it is tried again when a virtual user that was planned is not free yet.
const RETRY_PERIOD: Duration = Duration::from_millis(20);

/// How a closed loop goes.
struct Shape {
    steps: Box<dyn Iterator<Item = (Duration, u64)>>,
    quota: Quota,
    duration: Duration,
    /// How long a virtual user that a ramp takes may go on; only ramps start one again.
    ramp_down: Option<Duration>,
}

impl Shape {
    fn new(pacing: &Pacing) -> Option<Self> {
        let all_at_once = |vus: u64| Box::new(std::iter::once((Duration::ZERO, vus)));
        Some(match pacing {
            Pacing::ConstantVus { vus, duration } => Self {
                steps: all_at_once(*vus),
                quota: Quota::Unlimited,
                duration: *duration,
                ramp_down: None,
            },
            Pacing::RampingVus {
                ramp,
                graceful_ramp_down,
            } => Self {
                steps: Box::new(ramp.steps()),
                quota: Quota::Unlimited,
                duration: ramp.duration(),
                ramp_down: Some(*graceful_ramp_down),
            },
            Pacing::SharedIterations {
                vus,
                iterations,
                max_duration,
            } => Self {
                steps: all_at_once(*vus),
                quota: Quota::Shared(Arc::new(AtomicU64::new(*iterations))),
                duration: *max_duration,
                ramp_down: None,
            },
            Pacing::PerVuIterations {
                vus,
                iterations,
                max_duration,
            } => Self {
                steps: all_at_once(*vus),
                quota: Quota::Own(*iterations),
                duration: *max_duration,
                ramp_down: None,
            },
            Pacing::ArrivalRate { .. } => return None,
        })
    }
}

/// A place for a virtual user, of which a scenario has as many as its most.
#[derive(Default)]
struct Slot {
    at_work: Option<Arc<LaneControl>>,
    /// How often a ramp took it, so that a deadline knows whether it is still meant.
    departures: u64,
}

struct Departure {
    deadline: Instant,
    slot: usize,
    number: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    /// No iteration begins any more.
    Stopping,
    /// Those at work were interrupted.
    Interrupted,
}

struct ClosedLoop<'a> {
    course: &'a Course,
    begun: Instant,
    steps: Peekable<Box<dyn Iterator<Item = (Duration, u64)>>>,
    quota: Quota,
    end: Instant,
    ramp_down: Option<Duration>,
    slots: Vec<Slot>,
    target: usize,
    to_start: BTreeSet<usize>,
    next_start: Instant,
    departures: VecDeque<Departure>,
    lanes: FuturesUnordered<LocalBoxFuture<'static, (usize, Option<VuHandle>)>>,
    phase: Phase,
    /// Whether the scenario's time ended it.
    has_run_out: bool,
    /// When those that were interrupted are no longer waited for.
    give_up: Option<Instant>,
}

/// Runs a scenario with a closed loop until all its virtual users are free or left behind.
pub(super) async fn run(course: &Course, pacing: &Pacing) {
    let Some(shape) = Shape::new(pacing) else {
        return;
    };
    let begun = Instant::now();
    let closed = ClosedLoop {
        course,
        begun,
        steps: shape.steps.peekable(),
        quota: shape.quota,
        end: begun + shape.duration,
        ramp_down: shape.ramp_down,
        slots: Vec::new(),
        target: 0,
        to_start: BTreeSet::new(),
        next_start: begun,
        departures: VecDeque::new(),
        lanes: FuturesUnordered::new(),
        phase: Phase::Running,
        has_run_out: false,
        give_up: None,
    };
    closed.run().await;
}

impl ClosedLoop<'_> {
    async fn run(mut self) {
        self.follow().await;
        if self.has_run_out {
            self.drop_rest();
        }
    }

    /// Counts the iterations that were asked for and never begun, for lack of time.
    fn drop_rest(&self) {
        let scenario = &self.course.scenario;
        let Extent::Iterations(wanted, _) = scenario.extent else {
            return;
        };
        let rest = wanted.saturating_sub(scenario.next_iteration.load(Ordering::Relaxed));
        if rest > 0 {
            scenario.counts.dropped.fetch_add(rest, Ordering::Relaxed);
            self.course
                .recorder
                .add(builtin::DROPPED_ITERATIONS, rest as f64, scenario.tag_set);
        }
    }

    async fn follow(&mut self) {
        loop {
            let now = Instant::now();
            self.follow_steps(now);
            self.follow_clock(now);
            self.start_lanes(now);
            self.end_departures(now);
            if self.is_over() {
                return;
            }
            if self.give_up.is_some_and(|deadline| deadline <= now) {
                self.leave_behind();
                return;
            }
            let wake = self.next_wake();
            tokio::select! {
                biased;
                () = self.course.interrupt.cancelled(), if self.phase != Phase::Interrupted => {
                    self.stop_all();
                    self.interrupt_all();
                }
                Some((slot, vu)) = self.lanes.next() => self.end_lane(slot, vu),
                () = sleep_until(wake) => {}
            }
        }
    }

    fn is_over(&self) -> bool {
        let nothing_comes = self.phase != Phase::Running
            || (self.ramp_down.is_none()
                && !matches!(self.quota, Quota::Unlimited)
                && self.to_start.is_empty()
                && self.target > 0);
        nothing_comes && self.lanes.is_empty()
    }

    fn next_wake(&mut self) -> Instant {
        let clock = match self.phase {
            Phase::Running => self.end,
            Phase::Stopping => self.end + self.course.graceful_stop,
            Phase::Interrupted => return self.give_up.unwrap_or(self.end),
        };
        let begun = self.begun;
        let steps = Some(&mut self.steps).filter(|_| self.phase == Phase::Running);
        let step = steps
            .and_then(Peekable::peek)
            .map(|(after, _)| begun + *after);
        let start = (!self.to_start.is_empty()).then_some(self.next_start);
        let departure = self.departures.front().map(|departure| departure.deadline);
        let events = [step, start, departure];
        events.into_iter().flatten().fold(clock, Instant::min)
    }

    fn follow_steps(&mut self, now: Instant) {
        if self.phase != Phase::Running {
            return;
        }
        while let Some((_, vus)) = self.steps.next_if(|(after, _)| self.begun + *after <= now) {
            let target = vus as usize;
            if self.slots.len() < target {
                self.slots.resize_with(target, Slot::default);
            }
            for slot in self.target..target {
                self.want(slot);
            }
            for slot in target..self.target {
                self.release(slot, now);
            }
            self.target = target;
        }
    }

    /// Has a slot at work, or again before its last iteration has ended.
    fn want(&mut self, slot: usize) {
        match &self.slots[slot].at_work {
            Some(control) => control.is_wanted.store(true, Ordering::Release),
            None => {
                self.to_start.insert(slot);
            }
        }
    }

    /// Lets a slot's iteration at work be its last.
    fn release(&mut self, slot: usize, now: Instant) {
        self.to_start.remove(&slot);
        let place = &mut self.slots[slot];
        let Some(control) = &place.at_work else {
            return;
        };
        control.is_wanted.store(false, Ordering::Release);
        place.departures += 1;
        if let Some(grace) = self.ramp_down {
            let number = place.departures;
            self.departures.push_back(Departure {
                deadline: now + grace,
                slot,
                number,
            });
        }
    }

    fn end_departures(&mut self, now: Instant) {
        while let Some(departure) = self.departures.pop_front_if(|first| first.deadline <= now) {
            let place = &self.slots[departure.slot];
            let is_meant = place.departures == departure.number;
            if let Some(control) = place.at_work.as_ref().filter(|_| is_meant)
                && !control.is_wanted.load(Ordering::Acquire)
            {
                control.interrupt.cancel();
            }
        }
    }

    fn follow_clock(&mut self, now: Instant) {
        if self.phase == Phase::Running && now >= self.end {
            self.stop_all();
            self.phase = Phase::Stopping;
            self.has_run_out = true;
        }
        if self.phase == Phase::Stopping && now >= self.end + self.course.graceful_stop {
            self.interrupt_all();
        }
    }

    fn interrupt_all(&mut self) {
        self.course.interrupt.cancel();
        self.phase = Phase::Interrupted;
        self.give_up = Some(Instant::now() + GIVE_UP_WAIT);
    }

    /// Counts those whose workers don't even come to leave them behind.
    fn leave_behind(&self) {
        let left = self.lanes.len() as u64;
        self.course
            .state
            .counts
            .left_behind
            .fetch_add(left, Ordering::Relaxed);
        (0..left).for_each(|_| self.course.deactivate());
    }

    fn stop_all(&mut self) {
        self.to_start.clear();
        for control in self.slots.iter().filter_map(|slot| slot.at_work.as_ref()) {
            control.is_wanted.store(false, Ordering::Release);
        }
    }

    fn start_lanes(&mut self, now: Instant) {
        if now < self.next_start {
            return;
        }
        for _ in 0..STARTS_PER_PERIOD {
            let Some(slot) = self.to_start.first().copied() else {
                return;
            };
            let Some(vu) = self.course.pool.take() else {
                self.next_start = now + RETRY_PERIOD;
                return;
            };
            self.to_start.remove(&slot);
            self.start_lane(slot, vu);
        }
        self.next_start = now + START_PERIOD;
    }

    fn start_lane(&mut self, slot: usize, vu: VuHandle) {
        let control = Arc::new(LaneControl {
            is_wanted: AtomicBool::new(true),
            interrupt: self.course.interrupt.child_token(),
        });
        self.slots[slot].at_work = Some(control.clone());
        let (ended, handle) = oneshot::channel();
        let (scenario, quota) = (self.course.scenario.clone(), self.quota.clone());
        self.course.activate();
        vu.order(|vu| {
            Order::Lane(Lane {
                scenario,
                control,
                quota,
                vu,
                ended,
            })
        });
        self.lanes
            .push(Box::pin(async move { (slot, handle.await.ok()) }));
    }

    fn end_lane(&mut self, slot: usize, vu: Option<VuHandle>) {
        self.course.deactivate();
        let is_left_behind = vu.is_none();
        if let Some(vu) = vu {
            self.course.pool.put(vu);
        }
        self.slots[slot].at_work = None;
        let is_wanted = self.phase == Phase::Running && slot < self.target;
        if is_wanted && self.ramp_down.is_some() && !is_left_behind {
            self.to_start.insert(slot);
        }
    }
}
