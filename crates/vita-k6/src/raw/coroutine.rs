#![expect(
    unsafe_code,
    reason = "a suspended coroutine lends its future to the driver through a raw pointer"
)]
//! A script's own stack, and the two ways to leave it: waiting for a future, and giving way.
//!
//! [`Seam`] is the script's side: [`Seam::wait`] looks like a blocking call. [`Strand`] is the
//! worker's side: [`Strand::run`] is a future that runs the script until its order is done, and
//! polls on the worker's own large stack what the script waits for.
//!
//! Invariants:
//! - A suspended coroutine is never dropped: unwinding it would cross the engine's C frames.
//!   [`Strand`]'s drop resumes it with an interruption until it has returned, or leaks its stack.
//! - What a coroutine lends lives on its own stack, which doesn't move, and the coroutine doesn't
//!   run while the driver polls it.

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::pin::{Pin, pin};
use std::ptr::NonNull;
use std::rc::Rc;
use std::task::Poll;
use std::time::{Duration, Instant};

/// How far a script may recurse. Pages are touched lazily, so the size costs address space only.
pub(crate) const STACK_BYTES: usize = 1280 * 1024;

/// What native code below the engine's own check may use of the stack. Parsing HTML and signing take
/// up to 130 KiB without optimisation.
pub(crate) const STACK_RESERVE_BYTES: usize = 320 * 1024;

/// How long a script may compute until its neighbours on the worker have their turn.
const SLICE: Duration = Duration::from_millis(1);

/// How often a dropped coroutine is asked to end before its stack is leaked instead.
const DROP_RESUMES_MAX: usize = 1_000;

/// The wait was cut short: the script has to unwind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interrupted;

enum Resume<O> {
    Continue,
    Interrupt,
    Order(O),
    Exit,
}

enum Pause<A> {
    Await(Lent),
    GiveWay,
    Answer(A),
}

/// A future on the coroutine's stack, for the driver to poll while the coroutine is suspended.
struct Lent(NonNull<dyn Future<Output = ()>>);

type ScriptSide<O, A> = Yielder<Resume<O>, Pause<A>>;

/// The script's side of the coroutine: how native functions wait.
pub(crate) struct Seam<O, A> {
    yielder: Cell<Option<NonNull<ScriptSide<O, A>>>>,
    slice_start: Cell<Instant>,
    used: Cell<Duration>,
    interrupted: Cell<bool>,
}

impl<O: 'static, A: 'static> Seam<O, A> {
    fn new() -> Self {
        Self {
            yielder: Cell::new(None),
            slice_start: Cell::new(Instant::now()),
            used: Cell::new(Duration::ZERO),
            interrupted: Cell::new(false),
        }
    }

    /// Suspends the script until `future` is done.
    pub(crate) fn wait<F: Future>(&self, future: F) -> Result<F::Output, Interrupted> {
        if self.interrupted.get() {
            return Err(Interrupted);
        }
        let mut output = None;
        let reply = {
            let task = pin!(async { output = Some(future.await) });
            let task: Pin<&mut dyn Future<Output = ()>> = task;
            // SAFETY: only the lifetime is erased. The driver uses the pointer while this frame is
            // suspended, and never after it resumed this frame; the frame doesn't move.
            let lent = unsafe {
                std::mem::transmute::<
                    NonNull<dyn Future<Output = ()> + '_>,
                    NonNull<dyn Future<Output = ()>>,
                >(NonNull::from(Pin::get_unchecked_mut(task)))
            };
            self.suspend(Pause::Await(Lent(lent)))
        };
        match (reply, output) {
            (Resume::Continue, Some(output)) => Ok(output),
            _ => Err(Interrupted),
        }
    }

    /// To be called often from computing code: lets the neighbours run when the slice is used up.
    /// Says whether the script has to end.
    pub(crate) fn tick(&self) -> bool {
        if !self.interrupted.get() && self.slice_start.get().elapsed() >= SLICE {
            self.suspend(Pause::GiveWay);
        }
        self.interrupted.get()
    }

    /// Whether the script has to unwind.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.get()
    }

    /// Makes the script unwind, until its next order.
    pub(crate) fn interrupt(&self) {
        self.interrupted.set(true);
    }

    /// How long the script has computed since its order came.
    pub(crate) fn used(&self) -> Duration {
        self.used.get() + self.slice_start.get().elapsed()
    }

    /// Gives the answer to an order, and waits for the next; `None` when there is none.
    pub(crate) fn answer(&self, answer: A) -> Option<O> {
        match self.suspend(Pause::Answer(answer)) {
            Resume::Order(order) => Some(order),
            _ => None,
        }
    }

    fn suspend(&self, pause: Pause<A>) -> Resume<O> {
        let Some(yielder) = self.yielder.get() else {
            return Resume::Interrupt;
        };
        self.used.set(self.used());
        // SAFETY: the pointer is set while the coroutine's body runs and cleared before it returns,
        // and only code on the coroutine's stack calls this.
        let reply = unsafe { yielder.as_ref() }.suspend(pause);
        self.slice_start.set(Instant::now());
        match reply {
            Resume::Interrupt | Resume::Exit => self.interrupted.set(true),
            Resume::Order(_) => {
                self.interrupted.set(false);
                self.used.set(Duration::ZERO);
            }
            Resume::Continue => {}
        }
        reply
    }
}

/// The worker's side of a coroutine, which takes orders of type `O` and answers with an `A`.
pub(crate) struct Strand<O: 'static, A: 'static> {
    coroutine: ManuallyDrop<Coroutine<Resume<O>, Pause<A>, ()>>,
    /// Whether it waits for an order, and not in the middle of one.
    idle: bool,
    _not_send: PhantomData<*mut ()>,
}

impl<O: 'static, A: 'static> Strand<O, A> {
    /// A coroutine that runs `body` at the first order.
    ///
    /// # Errors
    /// When the system has no memory, or no mapping, left for its stack.
    pub(crate) fn new(
        body: impl FnOnce(Rc<Seam<O, A>>, O) + 'static,
    ) -> Result<Self, std::io::Error> {
        let stack = DefaultStack::new(STACK_BYTES)?;
        let coroutine = Coroutine::with_stack(stack, move |yielder: &ScriptSide<O, A>, first| {
            let Resume::Order(order) = first else {
                return;
            };
            let seam = Rc::new(Seam::new());
            seam.yielder.set(Some(NonNull::from(yielder)));
            body(Rc::clone(&seam), order);
            seam.yielder.set(None);
        });
        Ok(Self {
            coroutine: ManuallyDrop::new(coroutine),
            idle: true,
            _not_send: PhantomData,
        })
    }

    /// Runs the script until it answers `order`; `None` when it has ended without an answer.
    ///
    /// Once `interrupt` is done the script is made to unwind, and answers soon.
    pub(crate) async fn run(&mut self, order: O, interrupt: impl Future<Output = ()>) -> Option<A> {
        let mut interrupt = pin!(interrupt);
        let mut interrupted = false;
        let mut reply = Resume::Order(order);
        while !self.coroutine.done() {
            self.idle = false;
            reply = match self.coroutine.resume(reply) {
                CoroutineResult::Return(()) => return None,
                CoroutineResult::Yield(Pause::Answer(answer)) => {
                    self.idle = true;
                    return Some(answer);
                }
                CoroutineResult::Yield(Pause::Await(_)) if interrupted => Resume::Interrupt,
                CoroutineResult::Yield(Pause::Await(mut lent)) => {
                    poll_fn(|cx| {
                        // SAFETY: the future lives pinned in the suspended coroutine's frame; it is
                        // not polled again after it was ready, as the coroutine is resumed then.
                        let future = unsafe { Pin::new_unchecked(lent.0.as_mut()) };
                        if future.poll(cx).is_ready() {
                            return Poll::Ready(Resume::Continue);
                        }
                        interrupt.as_mut().poll(cx).map(|()| {
                            interrupted = true;
                            Resume::Interrupt
                        })
                    })
                    .await
                }
                CoroutineResult::Yield(Pause::GiveWay) => {
                    tokio::task::yield_now().await;
                    poll_fn(|cx| {
                        interrupted = interrupted || interrupt.as_mut().poll(cx).is_ready();
                        Poll::Ready(())
                    })
                    .await;
                    if interrupted {
                        Resume::Interrupt
                    } else {
                        Resume::Continue
                    }
                }
            };
        }
        None
    }
}

impl<O: 'static, A: 'static> Drop for Strand<O, A> {
    fn drop(&mut self) {
        let mut resumes = 0;
        while self.coroutine.started() && !self.coroutine.done() && resumes < DROP_RESUMES_MAX {
            let reply = if self.idle {
                Resume::Exit
            } else {
                Resume::Interrupt
            };
            let pause = self.coroutine.resume(reply);
            self.idle = matches!(pause, CoroutineResult::Yield(Pause::Answer(_)));
            resumes += 1;
        }
        if !self.coroutine.started() || self.coroutine.done() {
            // SAFETY: dropped once, here, and it is not suspended.
            unsafe { ManuallyDrop::drop(&mut self.coroutine) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type TestStrand = Strand<u32, u32>;

    #[tokio::test(flavor = "current_thread")]
    async fn a_script_waits_for_futures_and_answers_each_order() {
        let mut strand = TestStrand::new(|seam, first| {
            let mut order = Some(first);
            while let Some(number) = order {
                let doubled = seam
                    .wait(async move {
                        tokio::task::yield_now().await;
                        number * 2
                    })
                    .unwrap_or(0);
                order = seam.answer(doubled);
            }
        })
        .expect("a stack");
        assert_eq!(strand.run(3, std::future::pending()).await, Some(6));
        assert_eq!(strand.run(4, std::future::pending()).await, Some(8));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_interruption_ends_the_wait_and_the_next_order_runs() {
        let mut strand = TestStrand::new(|seam, _| {
            loop {
                let cut = seam.wait(std::future::pending::<()>()).is_err();
                if seam.answer(u32::from(cut)).is_none() {
                    return;
                }
            }
        })
        .expect("a stack");
        assert_eq!(strand.run(0, std::future::ready(())).await, Some(1));
        assert_eq!(strand.run(0, std::future::ready(())).await, Some(1));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_computing_script_gives_way_and_is_ended() {
        let mut strand = TestStrand::new(|seam, _| {
            let mut ticks = 0_u32;
            while !seam.tick() {
                ticks += 1;
            }
            seam.answer(ticks);
        })
        .expect("a stack");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let spin = strand.run(0, async {
            let _ = stopped.await;
        });
        // The neighbour runs only because the script gives way.
        let neighbour = async {
            tokio::task::yield_now().await;
            stop.send(()).expect("the script still runs");
        };
        let (answer, ()) = futures_util::future::join(spin, neighbour).await;
        assert!(answer.is_some_and(|ticks| ticks > 0));
    }

    #[test]
    fn dropping_a_waiting_script_unwinds_it_first() {
        let ended = Rc::new(Cell::new(false));
        let seen = Rc::clone(&ended);
        let mut strand = TestStrand::new(move |seam, _| {
            let cut = seam.wait(std::future::pending::<()>()).is_err();
            seen.set(cut);
        })
        .expect("a stack");
        {
            let mut run = pin!(strand.run(0, std::future::pending()));
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(run.as_mut().poll(&mut cx).is_pending());
        }
        drop(strand);
        assert!(ended.get());
    }
}
