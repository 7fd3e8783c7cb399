//! Who listens to what.
//!
//! Topics are spread over shards, each behind a lock that is held while one message is handed to
//! the topic's listeners: that keeps the order of a topic. Handing over is a push to a bounded
//! buffer, so nobody waits for longer than that. Locks are taken in the order shard, mailbox; no
//! code holds two shards.

use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vita_db::{Announcement, AnnouncementSink};
use vita_telemetry::metric;

use crate::mailbox::{Mailbox, Posted};
use crate::{Delivery, Event, Topic};

/// Most topics of one listener: a page of scenes many times over.
pub const TOPICS_PER_LISTENER_MAX: usize = 1_000;

/// Into how many parts the topics are spread, so that those who come and go rarely meet.
const SHARDS: usize = 32;

type Listeners = Vec<Arc<Mailbox>>;

/// Passes what is announced to those who listen; cheap to clone, all clones are one.
#[derive(Clone)]
pub struct Hub {
    shards: Arc<[Mutex<HashMap<Topic, Listeners>>; SHARDS]>,
}

/// A listener has all the topics that it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one connection listens to at most {TOPICS_PER_LISTENER_MAX} things")]
pub struct TooManyTopics;

impl Hub {
    /// A hub to which nobody listens yet.
    pub fn new() -> Self {
        Self {
            shards: Arc::new(std::array::from_fn(|_| Mutex::default())),
        }
    }

    /// Somebody who listens to nothing yet.
    pub fn listener(&self) -> Listener {
        Listener {
            hub: self.clone(),
            mailbox: Arc::new(Mailbox::new()),
            topics: Vec::new(),
        }
    }

    /// Somebody who listens to one topic.
    pub fn subscribe(&self, topic: Topic) -> Listener {
        let mut listener = self.listener();
        listener
            .subscribe(topic)
            .expect("the first topic is not one too many");
        listener
    }

    /// Passes the new state of a topic to those who listen to it; returns how many do.
    pub fn publish(&self, topic: &Topic, body: Arc<str>) -> usize {
        let shard = self.lock(topic);
        let Some(listeners) = shard.get(topic) else {
            return 0;
        };
        let event = Event {
            topic: topic.clone(),
            body,
        };
        let posted = listeners.iter().map(|mailbox| mailbox.post(&event));
        let dropped = posted.filter(|posted| *posted == Posted::Dropped).count();
        metric::LIVE_EVENTS.add(listeners.len() as u64, []);
        if dropped > 0 {
            metric::LIVE_LAGS.add(dropped as u64, []);
        }
        listeners.len()
    }

    /// How many topics are listened to.
    pub fn topic_count(&self) -> usize {
        let count = |shard: &Mutex<HashMap<_, _>>| lock(shard).len();
        self.shards.iter().map(count).sum()
    }

    fn lock(&self, topic: &Topic) -> MutexGuard<'_, HashMap<Topic, Listeners>> {
        let mut hasher = DefaultHasher::new();
        topic.hash(&mut hasher);
        let place = hasher.finish() as usize % SHARDS;
        lock(&self.shards[place])
    }
}

fn lock<T>(shard: &Mutex<T>) -> MutexGuard<'_, T> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let topics = self.topic_count();
        f.debug_struct("Hub").field("topics", &topics).finish()
    }
}

/// What is announced on topics that nobody can listen to is meant for another sink beside this one.
impl AnnouncementSink for Hub {
    fn announce(&self, announcements: Vec<Announcement>) {
        for announcement in announcements {
            if let Ok(topic) = announcement.topic.parse() {
                self.publish(&topic, announcement.body.into());
            }
        }
    }

    fn missed(&self) {
        for shard in self.shards.iter() {
            for mailbox in lock(shard).values().flatten() {
                mailbox.lag();
            }
        }
    }
}

/// One who listens. Dropping it ends that.
pub struct Listener {
    hub: Hub,
    mailbox: Arc<Mailbox>,
    topics: Vec<Topic>,
}

impl Listener {
    /// Listens to a topic from now on. Read its present state after this, not before: then no
    /// change is missed between the two. To listen to it already is no error.
    ///
    /// # Errors
    /// [`TooManyTopics`] beyond [`TOPICS_PER_LISTENER_MAX`].
    pub fn subscribe(&mut self, topic: Topic) -> Result<(), TooManyTopics> {
        if self.topics.contains(&topic) {
            return Ok(());
        }
        if self.topics.len() >= TOPICS_PER_LISTENER_MAX {
            return Err(TooManyTopics);
        }
        self.hub
            .lock(&topic)
            .entry(topic.clone())
            .or_default()
            .push(Arc::clone(&self.mailbox));
        self.topics.push(topic);
        metric::LIVE_SUBSCRIPTIONS.add(1.0, []);
        Ok(())
    }

    /// Listens to a topic no more, also not to what of it still waits; says whether it did.
    pub fn unsubscribe(&mut self, topic: &Topic) -> bool {
        let Some(place) = self.topics.iter().position(|known| known == topic) else {
            return false;
        };
        self.topics.swap_remove(place);
        self.leave(topic);
        self.mailbox.forget(topic);
        true
    }

    /// The topics that it listens to.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// Waits for the next message. Nothing is lost when the future is dropped, so this may stand
    /// in a `select!`.
    pub async fn receive(&mut self) -> Delivery {
        self.mailbox.receive().await
    }

    fn leave(&self, topic: &Topic) {
        let mut shard = self.hub.lock(topic);
        let Some(listeners) = shard.get_mut(topic) else {
            return;
        };
        let mine = |mailbox: &Arc<Mailbox>| Arc::ptr_eq(mailbox, &self.mailbox);
        if let Some(place) = listeners.iter().position(mine) {
            listeners.swap_remove(place);
            metric::LIVE_SUBSCRIPTIONS.add(-1.0, []);
        }
        if listeners.is_empty() {
            shard.remove(topic);
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        for topic in std::mem::take(&mut self.topics) {
            self.leave(&topic);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.topics).finish()
    }
}
