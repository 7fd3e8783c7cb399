//! Lets only as many requests in at once as are served well together.
//!
//! Beyond that they wait, for a while. As long as they wait for little of the time that anybody may
//! wait, whoever came first goes first, however many they are: a fixed number of clients that ask again
//! when they are answered keeps the queue filled and is served all the same. Where the first has waited
//! for half of that time, more comes than can be served, and whoever waits in order would be served
//! just before they are refused. Then the newest goes first and is served at once, so that all that is
//! served is still wanted (adaptive LIFO: Maurer, "Fail at Scale", ACM Queue 13(8), 2015).
//!
//! Nobody is refused before that time is over, although they could be: a client that asks again at
//! once would take more of the processor with its refusals than others with their answers.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio::sync::oneshot;
use vita_telemetry::metric;
use vita_telemetry::metric::Held;

/// How many requests are let in, and how long the others wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateConfig {
    /// Most requests that are being served.
    pub in_flight_max: usize,
    /// Most that wait to be.
    pub waiting_max: usize,
    /// Longest wait. Where the first waits for half of it, the newest goes first.
    pub wait_max: Duration,
}

impl Default for GateConfig {
    fn default() -> Self {
        Self {
            in_flight_max: 128,
            waiting_max: 4_096,
            wait_max: Duration::from_secs(1),
        }
    }
}

/// The server has more to do than it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shed;

/// In front of what can only do so much at once.
pub(crate) struct Gate {
    config: GateConfig,
    queue: Mutex<Queue<oneshot::Sender<Place>>>,
}

/// A request's place behind the gate; when it is dropped, the next one comes in.
struct Place {
    /// None once the place was handed on.
    gate: Option<Arc<Gate>>,
    _counted: Held,
}

impl Gate {
    pub(crate) fn new(config: GateConfig) -> Arc<Self> {
        Arc::new(Self {
            config,
            queue: Mutex::new(Queue::default()),
        })
    }

    /// Whether more comes than can be served.
    pub(crate) fn is_overloaded(&self) -> bool {
        self.queue().is_overloaded(self.config, Instant::now())
    }

    /// Waits for a place.
    ///
    /// Cancel safety: whoever stops waiting leaves the queue.
    async fn enter(self: &Arc<Self>) -> Result<Place, Shed> {
        let began = Instant::now();
        let arrival = self.queue().arrive(self.config, began, oneshot::channel);
        let entered = match arrival {
            Arrival::Admitted => Ok(self.place()),
            Arrival::Waits {
                number,
                turn,
                pushed_out,
            } => {
                // The oldest hears of it when its sender is dropped.
                drop(pushed_out);
                self.wait(number, turn).await
            }
        };
        metric::HTTP_ADMISSION_SECONDS.record_time(began.elapsed(), []);
        if entered.is_err() {
            metric::HTTP_SHED.add(1, []);
        }
        entered
    }

    async fn wait(
        self: &Arc<Self>,
        number: u64,
        turn: oneshot::Receiver<Place>,
    ) -> Result<Place, Shed> {
        let _waiting = metric::HTTP_WAITING.hold([]);
        let _leave_queue = LeaveQueue { gate: self, number };
        match tokio::time::timeout(self.config.wait_max, turn).await {
            Ok(Ok(place)) => Ok(place),
            // Pushed out by newer ones, or too late.
            Ok(Err(_)) | Err(_) => Err(Shed),
        }
    }

    fn place(self: &Arc<Self>) -> Place {
        Place {
            gate: Some(Arc::clone(self)),
            _counted: metric::HTTP_ADMITTED.hold([]),
        }
    }

    /// Hands a place that became free to the next one that still wants it.
    fn hand_on(self: Arc<Self>) {
        loop {
            let next = self.queue().leave(self.config, Instant::now());
            let Some(next) = next else {
                return;
            };
            match next.send(self.place()) {
                Ok(()) => return,
                // Its client has just gone. The place must not be handed on from within itself.
                Err(mut place) => drop(place.gate.take()),
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue<oneshot::Sender<Place>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(gate) = self.gate.take() {
            gate.hand_on();
        }
    }
}

/// Takes a waiting request out of the queue, however its wait ended.
struct LeaveQueue<'a> {
    gate: &'a Gate,
    number: u64,
}

impl Drop for LeaveQueue<'_> {
    fn drop(&mut self) {
        self.gate.queue().forget(self.number);
    }
}

/// A request that was let in. Its place is given up with [`Admission::leave`], or for as long as it
/// waits for its client.
#[derive(Clone)]
pub(crate) struct Admission {
    gate: Arc<Gate>,
    place: Arc<Mutex<Option<Place>>>,
}

impl Admission {
    /// Waits to be let in.
    ///
    /// # Errors
    /// [`Shed`] when that takes too long.
    pub(crate) async fn enter(gate: &Arc<Gate>) -> Result<Self, Shed> {
        let place = gate.enter().await?;
        Ok(Self {
            gate: Arc::clone(gate),
            place: Arc::new(Mutex::new(Some(place))),
        })
    }

    /// Waits for something that the client has to do. Unless it is done already, the place goes to
    /// others meanwhile: slow clients must not keep quick ones out.
    ///
    /// # Errors
    /// [`Shed`] when there is no place any more.
    pub(crate) async fn wait_outside<T>(&self, wait: impl Future<Output = T>) -> Result<T, Shed> {
        let mut wait = pin!(wait);
        if let Some(done) = wait.as_mut().now_or_never() {
            return Ok(done);
        }
        self.leave();
        let done = wait.await;
        let place = self.gate.enter().await?;
        *self.held() = Some(place);
        Ok(done)
    }

    /// Gives the place up.
    pub(crate) fn leave(&self) {
        let place = self.held().take();
        drop(place);
    }

    fn held(&self) -> MutexGuard<'_, Option<Place>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who is inside, and who waits: decides, and does nothing else.
struct Queue<W> {
    in_flight: usize,
    /// In the order of their arrival, each with its time.
    waiting: BTreeMap<u64, (Instant, W)>,
    next_number: u64,
}

enum Arrival<W, T> {
    Admitted,
    Waits {
        number: u64,
        turn: T,
        /// The oldest, where there was no room for one more.
        pushed_out: Option<W>,
    },
}

impl<W> Default for Queue<W> {
    fn default() -> Self {
        Self {
            in_flight: 0,
            waiting: BTreeMap::new(),
            next_number: 0,
        }
    }
}

impl<W> Queue<W> {
    fn arrive<T>(
        &mut self,
        config: GateConfig,
        now: Instant,
        make: impl FnOnce() -> (W, T),
    ) -> Arrival<W, T> {
        if self.in_flight < config.in_flight_max {
            self.in_flight += 1;
            return Arrival::Admitted;
        }
        let is_full = self.waiting.len() >= config.waiting_max;
        let pushed_out = is_full.then(|| self.waiting.pop_first()).flatten();
        let (waiter, turn) = make();
        let number = self.next_number;
        self.next_number += 1;
        self.waiting.insert(number, (now, waiter));
        Arrival::Waits {
            number,
            turn,
            pushed_out: pushed_out.map(|(_, (_, oldest))| oldest),
        }
    }

    /// Somebody leaves: the next one to come in, if anybody waits.
    fn leave(&mut self, config: GateConfig, now: Instant) -> Option<W> {
        let next = if self.is_overloaded(config, now) {
            self.waiting.pop_last()
        } else {
            self.waiting.pop_first()
        };
        if next.is_none() {
            self.in_flight -= 1;
        }
        next.map(|(_, (_, waiter))| waiter)
    }

    /// Somebody does not wait any more.
    fn forget(&mut self, number: u64) {
        self.waiting.remove(&number);
    }

    fn is_overloaded(&self, config: GateConfig, now: Instant) -> bool {
        self.waiting
            .first_key_value()
            .is_some_and(|(_, (since, _))| now.duration_since(*since) > config.wait_max / 2)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn config(in_flight_max: usize, waiting_max: usize) -> GateConfig {
        GateConfig {
            in_flight_max,
            waiting_max,
            wait_max: SECOND,
        }
    }

    /// A queue of names.
    struct Names(Queue<u32>, GateConfig, Instant);

    impl Names {
        /// Whether somebody comes in at once; who is pushed out if not.
        fn arrive(&mut self, name: u32, secs: u64) -> Result<(), Option<u32>> {
            let now = self.2 + SECOND * secs as u32;
            match self.0.arrive(self.1, now, || (name, ())) {
                Arrival::Admitted => Ok(()),
                Arrival::Waits { pushed_out, .. } => Err(pushed_out),
            }
        }

        fn leave(&mut self, secs: u64) -> Option<u32> {
            self.0.leave(self.1, self.2 + SECOND * secs as u32)
        }
    }

    fn names(in_flight_max: usize, waiting_max: usize) -> Names {
        Names(
            Queue::default(),
            config(in_flight_max, waiting_max),
            Instant::now(),
        )
    }

    #[test]
    fn in_a_burst_the_first_goes_first_and_in_an_overload_the_last() {
        let mut names = names(1, 10);
        assert_eq!(names.arrive(1, 0), Ok(()));
        for name in 2..=5 {
            assert_eq!(names.arrive(name, 0), Err(None));
        }
        assert_eq!(names.leave(0), Some(2));
        // The third has waited for more than half of the longest wait.
        assert_eq!(names.arrive(6, 2), Err(None));
        assert_eq!(names.leave(2), Some(6));
        assert_eq!(names.leave(2), Some(5));
        assert_eq!(
            [names.leave(2), names.leave(2), names.leave(2)],
            [Some(4), Some(3), None]
        );
        // Nobody waits any more, so that this is a burst again.
        assert_eq!(names.arrive(7, 3), Ok(()));
        assert_eq!(names.arrive(8, 3), Err(None));
    }

    #[test]
    fn a_queue_that_never_empties_is_served_in_order_while_nobody_waits_for_long() {
        let (mut queue, config, start) = (Queue::default(), config(1, 10), Instant::now());
        for name in 0..3 {
            queue.arrive(config, start, || (name, ()));
        }
        // Ten a second come and go, and the queue has two all the time.
        for name in 3..50 {
            let now = start + SECOND / 10 * (name - 2);
            assert_eq!(queue.leave(config, now), Some(name - 2));
            queue.arrive(config, now, || (name, ()));
        }
    }

    #[test]
    fn who_has_waited_longest_makes_room() {
        let mut names = names(1, 2);
        let arrived = [1, 2, 3].map(|name| names.arrive(name, 0));
        assert_eq!(arrived, [Ok(()), Err(None), Err(None)]);
        assert_eq!(names.arrive(4, 0), Err(Some(2)));
        assert_eq!(
            [names.leave(0), names.leave(0), names.leave(0)],
            [Some(3), Some(4), None]
        );
    }

    proptest! {
        /// Whatever comes and goes: never more than the limit are inside, nobody waits while there
        /// is a place, and everybody who neither gave up nor was pushed out comes in.
        #[test]
        fn places_are_neither_lost_nor_made(
            in_flight_max in 1_usize..4,
            waiting_max in 1_usize..5,
            steps in prop::collection::vec((0_u8..4, 0_u64..3), 0..200),
        ) {
            let mut names = names(in_flight_max, waiting_max);
            let (mut inside, mut secs, mut name) = (0_usize, 0, 0_u32);
            for (step, wait) in steps {
                secs += wait;
                match step {
                    0 | 1 => {
                        name += 1;
                        inside += usize::from(names.arrive(name, secs).is_ok());
                    }
                    2 if inside > 0 => {
                        inside -= usize::from(names.leave(secs).is_none());
                    }
                    _ => {
                        let oldest = names.0.waiting.keys().next().copied();
                        names.0.forget(oldest.unwrap_or_default());
                    }
                }
                prop_assert_eq!(names.0.in_flight, inside);
                prop_assert!(inside <= in_flight_max);
                let waiting = names.0.waiting.len();
                prop_assert!(waiting <= waiting_max);
                prop_assert!(waiting == 0 || inside == in_flight_max);
            }
        }
    }

    #[tokio::test]
    async fn a_place_goes_to_whoever_still_waits() {
        let gate = Gate::new(config(1, 10));
        let first = Admission::enter(&gate).await.unwrap();
        let mut gone = Box::pin(Admission::enter(&gate));
        let mut next = Box::pin(Admission::enter(&gate));
        assert!(gone.as_mut().now_or_never().is_none());
        assert!(next.as_mut().now_or_never().is_none());
        drop(gone);
        assert_eq!(gate.queue().waiting.len(), 1);
        first.leave();
        // Left twice, it is still one place.
        first.leave();
        let next = next.await.unwrap();
        assert_eq!(gate.queue().in_flight, 1);
        drop(next);
        assert_eq!(gate.queue().in_flight, 0);
    }

    #[tokio::test]
    async fn a_place_that_was_handed_to_a_client_that_has_just_gone_is_not_lost() {
        let gate = Gate::new(config(1, 10));
        let first = Admission::enter(&gate).await.unwrap();
        let mut gone = Box::pin(Admission::enter(&gate));
        assert!(gone.as_mut().now_or_never().is_none());
        first.leave();
        assert_eq!(gate.queue().in_flight, 1);
        drop(gone);
        assert_eq!(gate.queue().in_flight, 0);
    }

    #[tokio::test]
    async fn who_waits_too_long_is_told_so() {
        let gate = Gate::new(GateConfig {
            wait_max: Duration::from_millis(10),
            ..config(1, 10)
        });
        let _inside = Admission::enter(&gate).await.unwrap();
        assert_eq!(Admission::enter(&gate).await.err(), Some(Shed));
        assert!(gate.queue().waiting.is_empty());
    }

    #[tokio::test]
    async fn who_waits_for_their_client_keeps_nobody_out() {
        let gate = Gate::new(config(1, 10));
        let slow = Admission::enter(&gate).await.unwrap();
        let (body, arrives) = oneshot::channel::<u32>();
        let mut reading = Box::pin(slow.wait_outside(arrives));
        assert!(reading.as_mut().now_or_never().is_none());
        let quick = Admission::enter(&gate).await.unwrap();
        body.send(7).unwrap();
        assert!(reading.as_mut().now_or_never().is_none());
        quick.leave();
        assert_eq!(reading.await.unwrap(), Ok(7));
        // What is there already needs no wait.
        assert_eq!(slow.wait_outside(std::future::ready(8)).await, Ok(8));
        assert_eq!(gate.queue().in_flight, 1);
    }
}
