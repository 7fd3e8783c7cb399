//! Topics, publish and subscribe within a process.
//!
//! * A [`Topic`] names what changes: a generation, a job.
//! * The [`Hub`] passes what is announced about a topic to everyone who listens to it. It takes the
//!   announcements of committed transactions as `vita-db`'s sink.
//! * A [`Listener`] is one who listens, mostly a socket: to any number of topics with one bounded
//!   buffer.
//!
//! What is announced is always the whole present state. So a listener that is slow may miss what
//! lies between, but never the latest: its buffer keeps the newest of each topic, and if even that
//! is too much it is told [`Delivery::Lagged`] and reads the present state itself. Nobody waits for
//! a listener.
//!
//! The order of one topic is kept; between topics there is none.

mod hub;
mod mailbox;
mod topic;

pub use hub::{Hub, Listener, TOPICS_PER_LISTENER_MAX, TooManyTopics};
pub use mailbox::{BUFFER_MESSAGES_MAX, Delivery, Event};
pub use topic::{InvalidTopic, Topic};
