use serde_json::json;
use vita_testkit::LiveMessage;

use crate::{CLIP_LIMIT, quick_server, server_with_simulated};

#[tokio::test]
async fn a_subscriber_gets_the_state_at_once_and_then_progress_to_the_end() {
    let app = server_with_simulated("1s").start().await;
    let user = app.new_user("live").await;
    let project = user.create_project("Live").await;
    let scene = user.create_scene(&project, "anything").await;
    let mut socket = user.connect_live().await;
    let generation = user.generate_simulated(&project, &scene).await;
    socket.subscribe(&generation).await;

    let mut kinds = Vec::new();
    let mut progress = -1;
    loop {
        let message = socket.receive_json().await;
        let kind = message["type"].as_str().unwrap().to_owned();
        assert!(message["timestamp"].is_string(), "{message}");
        if let Some(now) = message["progress"].as_i64() {
            assert!(now >= progress, "progress went back: {message}");
            progress = now;
        }
        if kind != "subscribed" {
            assert_eq!(message["generationId"], generation.as_str(), "{message}");
        }
        kinds.push(kind);
        if kinds.last().is_some_and(|kind| kind == "completed") {
            assert!(message["videoUrl"].is_string(), "{message}");
            break;
        }
    }
    let first_state = kinds.iter().find(|kind| *kind != "subscribed");
    assert_eq!(first_state.map(String::as_str), Some("status"), "{kinds:?}");
    assert!(kinds.contains(&"progress".to_owned()), "{kinds:?}");
}

#[tokio::test]
async fn subscribing_to_what_has_ended_gives_its_state() {
    let app = quick_server().start().await;
    let user = app.new_user("late").await;
    let project = user.create_project("Late").await;
    let scene = user.create_scene(&project, "anything").await;
    let generation = user.generate_simulated(&project, &scene).await;
    user.wait_for_end(&generation, CLIP_LIMIT).await;
    let mut socket = user.connect_live().await;
    socket.subscribe(&generation).await;
    let state = loop {
        let message = socket.receive_json().await;
        if message["type"] == "status" {
            break message;
        }
        assert_eq!(message["type"], "subscribed");
    };
    assert_eq!(state["status"], "completed");
}

#[tokio::test]
async fn something_unknown_or_anothers_is_not_found_and_the_socket_stays_open() {
    let app = quick_server().start().await;
    let (owner, other) = (app.new_user("owner").await, app.new_user("other").await);
    let project = owner.create_project("Mine").await;
    let scene = owner.create_scene(&project, "anything").await;
    let generation = owner.generate_simulated(&project, &scene).await;
    let mut socket = other.connect_live().await;
    for id in [generation.as_str(), "gen_nothing"] {
        socket.subscribe(id).await;
        let message = socket.receive_json().await;
        assert_eq!(message["type"], "error", "{message}");
        assert_eq!(message["code"], "NOT_FOUND", "{message}");
    }
    socket.send(&json!({ "type": "ping" })).await;
    assert_eq!(socket.receive_json().await["type"], "pong");
    owner.wait_for_end(&generation, CLIP_LIMIT).await;
}

#[tokio::test]
async fn a_close_is_answered_so_that_nobody_takes_it_for_a_failure() {
    let app = quick_server().start().await;
    let user = app.new_user("leaving").await;
    let mut socket = user.connect_live().await;
    socket.close().await;
    assert_eq!(socket.receive().await, LiveMessage::Closed(Some(1000)));
}

#[tokio::test]
async fn a_restart_closes_sockets_with_a_code() {
    let mut app = quick_server().start().await;
    let user = app.new_user("closing").await;
    let mut socket = user.connect_live().await;
    socket.send(&json!({ "type": "ping" })).await;
    assert_eq!(socket.receive_json().await["type"], "pong");
    app.terminate().await;
    // RFC 6455 §7.4.1: 1001 is "going away", 1012 a restart.
    let closed = socket.receive().await;
    let known = [
        LiveMessage::Closed(Some(1001)),
        LiveMessage::Closed(Some(1012)),
    ];
    assert!(known.contains(&closed), "{closed:?}");
}

#[tokio::test]
async fn an_event_stream_tells_the_same_and_ends_with_the_generation() {
    let app = server_with_simulated("500ms").start().await;
    let user = app.new_user("events").await;
    let project = user.create_project("Events").await;
    let scene = user.create_scene(&project, "anything").await;
    let generation = user.generate_simulated(&project, &scene).await;
    let path = format!("/api/generations/{generation}/events");
    let stream = user.get(&path).await;
    assert_eq!(stream.status, 200, "{}", stream.text);
    assert_eq!(stream.header("content-type"), "text/event-stream");
    let events: Vec<&str> = stream
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("event: "))
        .collect();
    assert_eq!(events.first(), Some(&"status"), "{events:?}");
    assert_eq!(events.last(), Some(&"completed"), "{events:?}");
}
