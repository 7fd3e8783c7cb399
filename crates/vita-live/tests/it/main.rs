//! The hub under many topics, many listeners and one who does not listen.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where it fails"
)]

use std::future::Future as _;
use std::sync::Arc;
use std::task::Poll;

use vita_db::{Announcement, AnnouncementSink};
use vita_live::{
    BUFFER_MESSAGES_MAX, Delivery, Event, Hub, TOPICS_PER_LISTENER_MAX, TooManyTopics, Topic,
};
use vita_model::GenerationId;

const LISTENERS: usize = 1_000;

fn topic(number: usize) -> Topic {
    Topic::Generation(GenerationId::from_trusted(format!("gen_{number}")))
}

fn body(delivery: Delivery) -> usize {
    match delivery {
        Delivery::Event(event) => event.body.parse().unwrap(),
        Delivery::Lagged { .. } => panic!("lagged"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_listeners_get_the_end_in_order_beside_one_that_is_stuck() {
    const MESSAGES: usize = 500;
    let hub = Hub::new();
    let mut stuck = hub.subscribe(topic(0));
    let listening: Vec<_> = (0..LISTENERS)
        .map(|_| {
            let mut listener = hub.subscribe(topic(0));
            tokio::spawn(async move {
                let mut last = body(listener.receive().await);
                while last < MESSAGES {
                    let next = body(listener.receive().await);
                    assert!(next > last);
                    last = next;
                }
            })
        })
        .collect();
    for message in 1..=MESSAGES {
        assert_eq!(
            hub.publish(&topic(0), message.to_string().into()),
            LISTENERS + 1
        );
        tokio::task::yield_now().await;
    }
    for listener in listening {
        listener.await.unwrap();
    }
    let mut waiting = 1;
    while body(stuck.receive().await) < MESSAGES {
        waiting += 1;
    }
    assert!(waiting <= BUFFER_MESSAGES_MAX);
}

#[tokio::test(flavor = "multi_thread")]
async fn publishers_on_all_threads_keep_the_order_of_each_topic() {
    const TOPICS: usize = 8;
    const MESSAGES: usize = 200;
    let hub = Hub::new();
    let mut listener = hub.listener();
    for number in 0..TOPICS {
        listener.subscribe(topic(number)).unwrap();
    }
    for number in 0..TOPICS {
        let hub = hub.clone();
        tokio::spawn(async move {
            for message in 1..=MESSAGES {
                hub.publish(&topic(number), message.to_string().into());
                tokio::task::yield_now().await;
            }
        });
    }
    let mut last = [0; TOPICS];
    while last != [MESSAGES; TOPICS] {
        let Delivery::Event(event) = listener.receive().await else {
            panic!("eight topics fit into the buffer");
        };
        let place = (0..TOPICS)
            .find(|number| topic(*number) == event.topic)
            .unwrap();
        let message = event.body.parse().unwrap();
        assert!(message > last[place]);
        last[place] = message;
    }
}

#[tokio::test]
async fn topics_go_with_their_last_listener() {
    let hub = Hub::new();
    let mut one = hub.listener();
    for number in 0..TOPICS_PER_LISTENER_MAX {
        one.subscribe(topic(number)).unwrap();
    }
    assert_eq!(
        one.subscribe(topic(TOPICS_PER_LISTENER_MAX)),
        Err(TooManyTopics)
    );
    assert_eq!(one.subscribe(topic(0)), Ok(()));
    let others: Vec<_> = (0..20_000)
        .map(|number| hub.subscribe(topic(number)))
        .collect();
    assert_eq!(hub.topic_count(), 20_000);
    drop(others);
    assert_eq!(hub.topic_count(), TOPICS_PER_LISTENER_MAX);
    assert!(one.unsubscribe(&topic(0)));
    assert!(!one.unsubscribe(&topic(0)));
    assert_eq!(hub.topic_count(), TOPICS_PER_LISTENER_MAX - 1);
    drop(one);
    assert_eq!(hub.topic_count(), 0);
    assert_eq!(hub.publish(&topic(0), "{}".into()), 0);
}

#[tokio::test]
async fn what_waits_of_a_topic_goes_when_it_is_left() {
    let hub = Hub::new();
    let mut listener = hub.subscribe(topic(0));
    listener.subscribe(topic(1)).unwrap();
    hub.publish(&topic(0), "0".into());
    hub.publish(&topic(1), "1".into());
    listener.unsubscribe(&topic(0));
    assert_eq!(body(listener.receive().await), 1);
}

#[tokio::test]
async fn a_receive_that_is_dropped_loses_nothing() {
    let hub = Hub::new();
    let mut listener = hub.subscribe(topic(0));
    for message in 0..100 {
        {
            let mut receive = std::pin::pin!(listener.receive());
            let polled = std::future::poll_fn(|cx| Poll::Ready(receive.as_mut().poll(cx)));
            assert!(polled.await.is_pending());
        }
        hub.publish(&topic(0), message.to_string().into());
        assert_eq!(body(listener.receive().await), message);
    }
}

#[tokio::test]
async fn committed_announcements_arrive_and_those_for_others_are_left_alone() {
    let hub = Hub::new();
    let mut listener = hub.subscribe(topic(0));
    let announce = |topic: &str, body: &str| Announcement {
        topic: topic.to_owned(),
        body: body.to_owned(),
    };
    hub.announce(vec![
        announce("queue:render", ""),
        announce("not a topic", "{}"),
        announce("generation:gen_0", "{\"progress\":7}"),
        announce("generation:gen_1", "{}"),
    ]);
    let event = Event {
        topic: topic(0),
        body: Arc::from("{\"progress\":7}"),
    };
    assert_eq!(listener.receive().await, Delivery::Event(event));
}
