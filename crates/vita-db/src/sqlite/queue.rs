use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use vita_telemetry::metric;

use crate::DbError;
use crate::lane::Lane;

const WAITING: u8 = 0;
const STARTED: u8 = 1;
const ABANDONED: u8 = 2;

/// What a full queue tells its clients to wait.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Whether a piece of work still waits, was started, or was given up. Work that started is
/// finished whatever its client does, so that nobody is told "busy" about something that happens.
#[derive(Clone, Default)]
pub(crate) struct Ticket(Arc<AtomicU8>);

impl Ticket {
    /// Takes the work on; false when its client has given it up.
    fn start(&self) -> bool {
        self.settle(STARTED)
    }

    /// Gives the work up; false when it has been started.
    pub(crate) fn abandon(&self) -> bool {
        self.settle(ABANDONED)
    }

    fn settle(&self, state: u8) -> bool {
        self.0
            .compare_exchange(WAITING, state, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }
}

/// A piece of work in the queue.
struct Submitted<W> {
    work: W,
    ticket: Ticket,
    since: Instant,
}

struct State<W> {
    waiting: VecDeque<Submitted<W>>,
    closed: bool,
}

/// A bounded queue between async tasks, which never wait to put something in, and threads.
pub(crate) struct WorkQueue<W> {
    state: Mutex<State<W>>,
    arrived: Condvar,
    lane: Lane,
    max: usize,
}

impl<W> WorkQueue<W> {
    pub(crate) fn new(lane: Lane, max: usize) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                closed: false,
            }),
            arrived: Condvar::new(),
            lane,
            max,
        })
    }

    /// Puts work at the end, unless the queue is full or closed.
    pub(crate) fn submit(&self, work: W) -> Result<Ticket, DbError> {
        let ticket = Ticket::default();
        let mut state = self.lock();
        if state.closed {
            return Err(DbError::Closed);
        }
        if state.waiting.len() >= self.max {
            drop(state);
            return Err(self.refuse(RETRY_AFTER));
        }
        state.waiting.push_back(Submitted {
            work,
            ticket: ticket.clone(),
            since: Instant::now(),
        });
        self.tell_length(&state);
        drop(state);
        self.arrived.notify_one();
        Ok(ticket)
    }

    /// The next work that is still wanted; waits for it. Nothing once the queue is closed and empty.
    pub(crate) fn take(&self) -> Option<W> {
        let mut state = self.lock();
        loop {
            if let Some(work) = self.start_next(&mut state) {
                return Some(work);
            }
            if state.closed {
                return None;
            }
            state = self
                .arrived
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next work that is still wanted, if there is some now.
    pub(crate) fn take_now(&self) -> Option<W> {
        self.start_next(&mut self.lock())
    }

    /// Refuses work, and counts that.
    pub(crate) fn refuse(&self, retry_after: Duration) -> DbError {
        metric::DB_OVERLOADS.add(1, [self.lane.as_str()]);
        DbError::Saturated { retry_after }
    }

    /// How much work waits.
    pub(crate) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Takes no more; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    fn start_next(&self, state: &mut State<W>) -> Option<W> {
        let before = state.waiting.len();
        let mut started = None;
        while started.is_none()
            && let Some(next) = state.waiting.pop_front()
        {
            if next.ticket.start() {
                let waited = next.since.elapsed();
                metric::DB_WAIT_SECONDS.record_time(waited, [self.lane.as_str()]);
                started = Some(next.work);
            }
        }
        if state.waiting.len() != before {
            self.tell_length(state);
        }
        started
    }

    fn tell_length(&self, state: &State<W>) {
        if self.lane == Lane::Write {
            metric::DB_WRITER_WAITING.set(state.waiting.len() as f64, []);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_either_started_or_given_up() {
        let queue = WorkQueue::new(Lane::Write, 2);
        let first = queue.submit(1).unwrap();
        let second = queue.submit(2).unwrap();
        assert!(matches!(queue.submit(3), Err(DbError::Saturated { .. })));
        assert!(first.abandon());
        assert_eq!(queue.take(), Some(2));
        assert!(!second.abandon());
        assert_eq!(queue.take_now(), None);
        queue.close();
        assert!(matches!(queue.submit(4), Err(DbError::Closed)));
        assert_eq!(queue.take(), None);
    }
}
