use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use futures_util::stream::unfold;
use http::{HeaderMap, HeaderName, StatusCode};
use tokio_util::sync::CancellationToken;
use vita_live::Topic;
use vita_telemetry::metric;
use vita_telemetry::metric::Held;

use super::TOKEN_CHECK_INTERVAL;
use super::access::LiveAccess;
use super::feed::{Feed, Refused, Update};
use super::message::plain;
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// How often a comment keeps the connection from looking dead to proxies, which give up after 60 s.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What one stream holds on to.
struct Open {
    access: LiveAccess,
    feed: Feed,
    shutdown: CancellationToken,
    next: Next,
    _counted: Held,
}

enum Next {
    Present(Update),
    Changes,
    Nothing,
}

/// The changes of one topic as Server-Sent Events: its present state, every change, and the end
/// with its final state. A browser that connects again after that is told to stop (204).
pub(crate) async fn event_stream(
    state: &ApiState,
    access: LiveAccess,
    headers: &HeaderMap,
    topic: Topic,
) -> Result<Response, ApiError> {
    let mut feed = Feed::new(state.app.clone(), state.clock.clone(), &state.hub);
    let subscribed = feed.subscribe(&access.verified.caller, topic).await;
    let present = subscribed.map_err(|refused| match refused {
        Refused::NotFound => ApiError::not_found("object"),
        Refused::TooMany | Refused::Busy => {
            let detail = "the status cannot be read now; try again";
            ApiError::new(ErrorCode::Overloaded, detail).with_retry_after(Duration::from_secs(1))
        }
    })?;
    if present.is_final && knows(headers, &present) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let open = Open {
        access,
        feed,
        shutdown: state.shutdown.clone(),
        next: Next::Present(present),
        _counted: metric::LIVE_SOCKETS.hold(["sse"]),
    };
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(Sse::new(events(open))
        .keep_alive(keep_alive)
        .into_response())
}

fn events(open: Open) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(open, |mut open| async move {
        let event = open.next_event().await?;
        Some((Ok(event), open))
    })
}

impl Open {
    async fn next_event(&mut self) -> Option<Event> {
        match std::mem::replace(&mut self.next, Next::Changes) {
            Next::Present(update) => Some(self.event(update)),
            Next::Changes => self.next_change().await,
            Next::Nothing => None,
        }
    }

    async fn next_change(&mut self) -> Option<Event> {
        loop {
            let verified = &self.access.verified;
            tokio::select! {
                () = self.shutdown.cancelled() => return None,
                update = self.feed.next(&verified.caller) => return Some(self.event(update)),
                () = tokio::time::sleep(TOKEN_CHECK_INTERVAL) => {}
            }
            if !self.feed.app().still_stands(&self.access.verified).await {
                self.next = Next::Nothing;
                let text = plain("expired", self.feed.now());
                return Some(Event::default().event("expired").data(text));
            }
        }
    }

    fn event(&mut self, update: Update) -> Event {
        if update.is_final {
            self.next = Next::Nothing;
        }
        let id = event_id(&update);
        Event::default().event(update.kind).id(id).data(update.text)
    }
}

fn event_id(update: &Update) -> String {
    update.updated_at.as_micros().to_string()
}

/// Whether a browser that connects again has the state already.
fn knows(headers: &HeaderMap, present: &Update) -> bool {
    let last = headers.get(LAST_EVENT_ID);
    last.is_some_and(|last| last.as_bytes() == event_id(present).as_bytes())
}
