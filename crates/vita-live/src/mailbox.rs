//! The buffer of one listener.
//!
//! A listener that keeps up gets every message. When the buffer is full, all but the newest message
//! of each topic go, which cannot be seen in the end, as each is a whole state. Only who listens to
//! more topics than the buffer holds, and does not keep up, is told to read the states anew.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::Topic;

/// Most messages that wait for one listener: enough for the bursts of a few clips at once, and at
/// some 300 bytes each little enough for thousands of sockets.
pub const BUFFER_MESSAGES_MAX: usize = 32;

/// Something was announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// About what.
    pub topic: Topic,
    /// The new state, JSON. All listeners share one copy.
    pub body: Arc<str>,
}

/// What a listener receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The next event of one of its topics.
    Event(Event),
    /// It was too slow, and so many messages were dropped. It has to read the present state of all
    /// its topics; what follows is newer than this.
    Lagged {
        /// How many messages were dropped.
        dropped: u64,
    },
}

/// What waits for one listener.
pub(crate) struct Mailbox {
    waiting: Mutex<Waiting>,
    arrived: Notify,
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<Event>,
    dropped: u64,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    /// It waits.
    Kept,
    /// It waits, and the older ones of other topics went.
    Coalesced,
    /// It and all that waited went.
    Dropped,
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        Self {
            waiting: Mutex::default(),
            arrived: Notify::new(),
        }
    }

    pub(crate) fn post(&self, event: &Event) -> Posted {
        let posted = self.lock().add(event);
        self.arrived.notify_one();
        posted
    }

    /// Has the listener read the present state, because something was missed.
    pub(crate) fn lag(&self) {
        self.lock().dropped += 1;
        self.arrived.notify_one();
    }

    /// What waits longest, if something does.
    pub(crate) fn take(&self) -> Option<Delivery> {
        let mut waiting = self.lock();
        if waiting.dropped > 0 {
            let dropped = std::mem::take(&mut waiting.dropped);
            return Some(Delivery::Lagged { dropped });
        }
        waiting.events.pop_front().map(Delivery::Event)
    }

    /// Waits for what waits longest. Nothing is lost when the future is dropped.
    pub(crate) async fn receive(&self) -> Delivery {
        loop {
            if let Some(delivery) = self.take() {
                return delivery;
            }
            self.arrived.notified().await;
        }
    }

    /// Takes away what waits of a topic that is no longer listened to.
    pub(crate) fn forget(&self, topic: &Topic) {
        self.lock().events.retain(|event| event.topic != *topic);
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn add(&mut self, event: &Event) -> Posted {
        let mut posted = Posted::Kept;
        if self.events.len() >= BUFFER_MESSAGES_MAX {
            self.keep_newest(&event.topic);
            posted = Posted::Coalesced;
        }
        if self.events.len() >= BUFFER_MESSAGES_MAX {
            self.dropped += self.events.len() as u64 + 1;
            self.events.clear();
            return Posted::Dropped;
        }
        self.events.push_back(event.clone());
        posted
    }

    /// Leaves the newest message of each topic, and none of the topic that a newer one comes of.
    fn keep_newest(&mut self, coming: &Topic) {
        let mut seen = HashSet::from([coming.clone()]);
        let newest: Vec<_> = self
            .events
            .drain(..)
            .rev()
            .filter(|event| seen.insert(event.topic.clone()))
            .collect();
        self.events.extend(newest.into_iter().rev());
    }
}

#[cfg(test)]
mod tests {
    use vita_model::GenerationId;

    use super::*;

    fn event(topic: usize, body: usize) -> Event {
        Event {
            topic: Topic::Generation(GenerationId::from_trusted(format!("gen_{topic}"))),
            body: body.to_string().into(),
        }
    }

    fn take_all(mailbox: &Mailbox) -> Vec<Delivery> {
        std::iter::from_fn(|| mailbox.take()).collect()
    }

    #[test]
    fn who_keeps_up_gets_everything_in_order() {
        let mailbox = Mailbox::new();
        for body in 0..BUFFER_MESSAGES_MAX {
            assert_eq!(mailbox.post(&event(0, body)), Posted::Kept);
        }
        let expected: Vec<_> = (0..BUFFER_MESSAGES_MAX)
            .map(|body| Delivery::Event(event(0, body)))
            .collect();
        assert_eq!(take_all(&mailbox), expected);
    }

    #[test]
    fn who_does_not_gets_the_latest_of_each_topic() {
        let mailbox = Mailbox::new();
        for body in 0..10_000 {
            assert_ne!(mailbox.post(&event(body % 3, body)), Posted::Dropped);
        }
        let mut latest = [0; 3];
        for delivery in take_all(&mailbox) {
            let Delivery::Event(event) = delivery else {
                panic!("{delivery:?}");
            };
            let body: usize = event.body.parse().unwrap();
            assert!(body >= latest[body % 3]);
            latest[body % 3] = body;
        }
        assert_eq!(latest, [9_999, 9_997, 9_998]);
    }

    #[test]
    fn too_many_topics_to_keep_are_told_as_a_lag_and_later_ones_follow() {
        let mailbox = Mailbox::new();
        for topic in 0..=BUFFER_MESSAGES_MAX {
            mailbox.post(&event(topic, 0));
        }
        mailbox.post(&event(0, 1));
        let dropped = BUFFER_MESSAGES_MAX as u64 + 1;
        let expected = vec![Delivery::Lagged { dropped }, Delivery::Event(event(0, 1))];
        assert_eq!(take_all(&mailbox), expected);
    }
}
