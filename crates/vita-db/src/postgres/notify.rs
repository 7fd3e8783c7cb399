//! Telling other processes what was committed, and hearing it from them.
//!
//! A NOTIFY within the transaction would take a lock of the whole server at its commit, and have all
//! commits wait for each other. So it goes out afterwards, from one task, for many transactions at
//! once. What is lost when a process dies in between, or a connection breaks, is lost: others hear
//! of it when they look by themselves. It wakes those who would else look later, and no more.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::Either;
use tokio::sync::mpsc;
use tokio_postgres::AsyncMessage;
use vita_model::{Entropy as _, SystemEntropy};
use vita_telemetry::metric;

use super::Statements;
use super::connect::{ConnectError, Connector, Driver};
use super::error::chain;
use super::pool::Connections;
use super::session::Session;
use crate::announce::publish;
use crate::lane::Lane;
use crate::{Announcement, AnnouncementSink, DbError, Param};

/// Most transactions whose announcements wait to be sent; those beyond are dropped.
const WAITING_MAX: usize = 4_096;

/// Most bytes of one message; the server takes fewer than 8,000.
const MESSAGE_BYTES_MAX: usize = 7_900;

/// What stands before each announcement, and between its topic and its body. Neither is in a text
/// that is announced: JSON writes them as `\u001e`.
const RECORD: char = '\u{1e}';
const FIELD: char = '\u{1f}';

/// How to send. The message may be lost with the server, so nobody waits for the disk.
const BEGIN: &str = "BEGIN; SET LOCAL synchronous_commit TO OFF";
const NOTIFY: &str = "SELECT pg_notify('vitascope', $1)";
const LISTEN: &str = "LISTEN vitascope";

/// Waits between two tries to listen: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Sends what this process announces to the others.
pub(super) struct Notifier {
    queue: mpsc::Sender<Vec<Announcement>>,
}

/// The name of this process among those that share the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sender(Arc<str>);

impl Sender {
    pub(super) fn new() -> Self {
        let mut bytes = [0; 12];
        SystemEntropy.fill(&mut bytes);
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        Self(digits.collect::<String>().into())
    }
}

impl Notifier {
    /// Starts the task that sends. It ends, and closes the connections, when the notifier is dropped
    /// and everything was sent.
    pub(super) fn start(
        connections: Arc<Connections>,
        sender: Sender,
        statements: Statements,
        patience: Duration,
    ) -> Self {
        let (queue, mut waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while waiting.recv_many(&mut batch, WAITING_MAX).await > 0 {
                for message in pack(&sender, batch.drain(..).flatten()) {
                    let sent = send(&connections, statements, patience, &message).await;
                    if let Err(error) = sent {
                        metric::DB_ANNOUNCEMENTS_DROPPED.add(1, []);
                        tracing::debug!(%error, "failed to tell other processes what changed");
                    }
                }
            }
            connections.close();
        });
        Self { queue }
    }

    /// Hands over what a transaction announced. Never waits.
    pub(super) fn tell(&self, announcements: &[Announcement]) {
        if !announcements.is_empty() && self.queue.try_send(announcements.to_vec()).is_err() {
            metric::DB_ANNOUNCEMENTS_DROPPED.add(announcements.len() as u64, []);
        }
    }
}

async fn send(
    connections: &Connections,
    statements: Statements,
    patience: Duration,
    message: &str,
) -> Result<(), DbError> {
    let client = connections.acquire(Lane::Write).await?;
    let mut session = Session::new(client, BEGIN.into(), statements, patience);
    session.execute(NOTIFY, &[Param::Text(message)]).await?;
    session.commit().await.map_err(|failure| failure.error)
}

/// As few messages as hold the announcements, in their order.
fn pack(sender: &Sender, announcements: impl Iterator<Item = Announcement>) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for Announcement { topic, body } in announcements {
        let length = topic.len() + body.len() + RECORD.len_utf8() + FIELD.len_utf8();
        let is_odd = |text: &str| text.contains([RECORD, FIELD, '\0']);
        if sender.0.len() + length > MESSAGE_BYTES_MAX || is_odd(&topic) || is_odd(&body) {
            metric::DB_ANNOUNCEMENTS_DROPPED.add(1, []);
            continue;
        }
        let last = messages.last_mut();
        let message = match last.filter(|last| last.len() + length <= MESSAGE_BYTES_MAX) {
            Some(last) => last,
            None => messages.push_mut(sender.0.to_string()),
        };
        message.push(RECORD);
        message.push_str(&topic);
        message.push(FIELD);
        message.push_str(&body);
    }
    messages
}

/// What others announced; nothing where it is our own message, or none of ours.
fn unpack(sender: &Sender, message: &str) -> Vec<Announcement> {
    let mut records = message.split(RECORD);
    if records.next() == Some(&*sender.0) {
        return Vec::new();
    }
    let announcements = records.filter_map(|record| record.split_once(FIELD));
    announcements
        .map(|(topic, body)| Announcement {
            topic: topic.to_owned(),
            body: body.to_owned(),
        })
        .collect()
}

/// Listens to other processes for as long as the task lives, over a connection of its own.
pub(super) async fn listen(connector: Connector, sender: Sender, sink: Arc<dyn AnnouncementSink>) {
    let (mut pause, longest) = PAUSES;
    let mut has_listened = false;
    loop {
        match connector.open().await {
            Ok((client, driver)) => {
                let hear = |message: &str| publish(sink.as_ref(), unpack(&sender, message));
                let begun = || {
                    if has_listened {
                        sink.missed();
                    }
                };
                if hear_until_lost(&client, driver, begun, hear).await {
                    has_listened = true;
                    pause = PAUSES.0;
                }
            }
            Err(error) => explain(&error),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(longest);
    }
}

fn explain(error: &ConnectError) {
    tracing::debug!(
        error = error.words(),
        "cannot listen to other processes yet"
    );
}

/// Passes on what is heard until the connection breaks; answers whether it listened at all.
async fn hear_until_lost(
    client: &tokio_postgres::Client,
    mut driver: Driver,
    begun: impl Fn(),
    hear: impl Fn(&str),
) -> bool {
    let mut listening = std::pin::pin!(client.batch_execute(LISTEN));
    let mut is_listening = false;
    loop {
        let message = std::pin::pin!(std::future::poll_fn(|context| driver.poll_message(context)));
        let next = if is_listening {
            Either::Right((message.await, ()))
        } else {
            match futures_util::future::select(listening.as_mut(), message).await {
                Either::Left((answer, _)) => Either::Left(answer),
                Either::Right((message, _)) => Either::Right((message, ())),
            }
        };
        match next {
            Either::Left(Ok(())) => {
                is_listening = true;
                begun();
            }
            Either::Left(Err(error)) | Either::Right((Some(Err(error)), ())) => {
                tracing::debug!(error = chain(&error), "lost the connection that listens");
                return is_listening;
            }
            Either::Right((Some(Ok(AsyncMessage::Notification(heard))), ())) => {
                hear(heard.payload());
            }
            Either::Right((Some(Ok(_)), ())) => {}
            Either::Right((None, ())) => return is_listening,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement(topic: &str, body: String) -> Announcement {
        Announcement {
            topic: topic.to_owned(),
            body,
        }
    }

    #[test]
    fn what_is_packed_is_unpacked_in_its_order_but_by_its_own_sender() {
        let (sender, other) = (Sender::new(), Sender::new());
        let announced: Vec<_> = (0..500)
            .map(|n| announcement("queue:render", format!("{{\"n\":{n},\"ü\":\"👩‍👩‍👧\"}}")))
            .collect();
        let messages = pack(&sender, announced.clone().into_iter());
        assert!(messages.len() > 1 && messages.len() < 10);
        assert!(messages.iter().all(|message| message.len() < 8_000));
        let heard: Vec<_> = messages
            .iter()
            .flat_map(|message| unpack(&other, message))
            .collect();
        assert_eq!(heard, announced);
        assert!(
            messages
                .iter()
                .all(|message| unpack(&sender, message).is_empty())
        );
    }

    #[test]
    fn what_does_not_fit_leaves_the_others() {
        let (sender, other) = (Sender::new(), Sender::new());
        let announced = [
            announcement("first", String::new()),
            announcement("large", "x".repeat(8_000)),
            announcement("odd", "\u{1e}".to_owned()),
            announcement("last", String::new()),
        ];
        let messages = pack(&sender, announced.into_iter());
        let heard = unpack(&other, &messages.concat());
        let topics: Vec<_> = heard.iter().map(|heard| heard.topic.as_str()).collect();
        assert_eq!(topics, ["first", "last"]);
        assert!(unpack(&other, "").is_empty() && unpack(&other, "nonsense").is_empty());
    }
}
