use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use serde::Deserialize;
use vita_app::{App, AppError, Caller};
use vita_jobs::JobState;
use vita_live::{Delivery, Event, Hub, Listener, Topic};
use vita_model::{Clock, GenerationStatus, Timestamp};

use super::message;
use crate::wire::generation::GenerationStatusOut;
use crate::wire::job::JobOut;

/// What one connection listens to, and what it has been told.
pub(super) struct Feed {
    app: App,
    clock: Arc<dyn Clock>,
    listener: Listener,
    told: HashMap<Topic, Told>,
    /// Topics whose present state has to be read, because messages were dropped.
    to_read: VecDeque<Topic>,
}

/// A message for the client.
#[derive(Debug)]
pub(super) struct Update {
    /// Its type, such as `progress`.
    pub(super) kind: &'static str,
    /// The message, JSON.
    pub(super) text: String,
    /// Whether nothing can follow it.
    pub(super) is_final: bool,
    /// When what it says came about.
    pub(super) updated_at: Timestamp,
}

/// Why something cannot be listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    NotFound,
    TooMany,
    Busy,
}

/// What a connection was last told of a topic.
struct Told {
    updated_at: Timestamp,
    is_final: bool,
    digest: u64,
}

/// The state of a topic, as JSON.
struct State {
    json: String,
    kind: &'static str,
    is_final: bool,
    updated_at: Timestamp,
}

impl Feed {
    pub(super) fn new(app: App, clock: Arc<dyn Clock>, hub: &Hub) -> Self {
        Self {
            app,
            clock,
            listener: hub.listener(),
            told: HashMap::new(),
            to_read: VecDeque::new(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn app(&self) -> &App {
        &self.app
    }

    /// Listens to a topic from now on; answers its present state.
    pub(super) async fn subscribe(
        &mut self,
        caller: &Caller,
        topic: Topic,
    ) -> Result<Update, Refused> {
        // In this order: a change between the two comes twice rather than never, and the second
        // time it is not newer.
        let subscribed = self.listener.subscribe(topic.clone());
        subscribed.map_err(|_| Refused::TooMany)?;
        match self.read_state(caller, &topic).await {
            Ok(state) => Ok(self.tell_present(&topic, &state)),
            Err(error) => {
                if !self.told.contains_key(&topic) {
                    self.listener.unsubscribe(&topic);
                }
                Err(refusal(&error))
            }
        }
    }

    pub(super) fn unsubscribe(&mut self, topic: &Topic) {
        self.listener.unsubscribe(topic);
        self.told.remove(topic);
        self.to_read.retain(|one| one != topic);
    }

    /// Waits for the next change. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self, caller: &Caller) -> Update {
        loop {
            while let Some(topic) = self.to_read.front().cloned() {
                let read = self.read_state(caller, &topic).await;
                self.to_read.pop_front();
                // What cannot be read now comes with its next change.
                if let Some(update) = read.ok().and_then(|state| self.tell(&topic, &state)) {
                    return update;
                }
            }
            match self.listener.receive().await {
                Delivery::Event(event) => {
                    if let Some(update) = self.tell_event(&event) {
                        return update;
                    }
                }
                Delivery::Lagged { dropped } => {
                    tracing::debug!(dropped, "a live connection fell behind");
                    self.to_read = self.listener.topics().iter().cloned().collect();
                }
            }
        }
    }

    fn tell_event(&mut self, event: &Event) -> Option<Update> {
        let state = self.state_of_event(event);
        if state.is_none() {
            tracing::warn!(topic = %event.topic, "an announcement holds no state");
        }
        self.tell(&event.topic, &state?)
    }

    fn state_of_event(&self, event: &Event) -> Option<State> {
        let body = event.body.as_ref();
        match &event.topic {
            Topic::Generation(_) => {
                let peek: GenerationPeek<'_> = serde_json::from_str(body).ok()?;
                let status: GenerationStatus = peek.status.parse().ok()?;
                Some(State {
                    json: body.to_owned(),
                    kind: kind_of_generation(status),
                    is_final: status.is_final(),
                    updated_at: peek.updated_at,
                })
            }
            Topic::Job(_) => {
                let mut job: serde_json::Value = serde_json::from_str(body).ok()?;
                let status: JobState = job.get("status")?.as_str()?.parse().ok()?;
                let updated_at = Timestamp::deserialize(job.get("updatedAt")?).ok()?;
                if let Some(result) = job.get_mut("result") {
                    self.app.sign_result(result);
                }
                Some(State {
                    json: job.to_string(),
                    kind: kind_of_job(status),
                    is_final: status.is_final(),
                    updated_at,
                })
            }
        }
    }

    async fn read_state(&self, caller: &Caller, topic: &Topic) -> Result<State, AppError> {
        match topic {
            Topic::Generation(id) => {
                let view = self.app.find_status(caller, id).await?;
                let (status, updated_at) = (view.status, view.updated_at);
                let out = GenerationStatusOut::from(view);
                Ok(State {
                    json: serde_json::to_string(&out).map_err(AppError::internal)?,
                    kind: kind_of_generation(status),
                    is_final: status.is_final(),
                    updated_at,
                })
            }
            Topic::Job(id) => {
                let job = self.app.find_job(caller, id).await?;
                let (status, updated_at) = (job.status, job.updated_at);
                Ok(State {
                    json: serde_json::to_string(&JobOut::from(job)).map_err(AppError::internal)?,
                    kind: kind_of_job(status),
                    is_final: status.is_final(),
                    updated_at,
                })
            }
        }
    }

    /// The update that tells a state, if it is newer than what was told.
    fn tell(&mut self, topic: &Topic, state: &State) -> Option<Update> {
        let told = Told::of(state);
        if self
            .told
            .get(topic)
            .is_some_and(|before| !told.follows(before))
        {
            return None;
        }
        self.told.insert(topic.clone(), told);
        Some(self.update(topic, state, state.kind))
    }

    /// The update that answers a subscription, whatever was told before.
    fn tell_present(&mut self, topic: &Topic, state: &State) -> Update {
        self.told.insert(topic.clone(), Told::of(state));
        self.update(topic, state, "status")
    }

    fn update(&self, topic: &Topic, state: &State, kind: &'static str) -> Update {
        Update {
            kind,
            text: message::state(kind, self.now(), topic, &state.json),
            is_final: state.is_final,
            updated_at: state.updated_at,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GenerationPeek<'a> {
    status: &'a str,
    updated_at: Timestamp,
}

impl Told {
    fn of(state: &State) -> Self {
        let mut hasher = DefaultHasher::new();
        state.json.hash(&mut hasher);
        Self {
            updated_at: state.updated_at,
            is_final: state.is_final,
            digest: hasher.finish(),
        }
    }

    /// Whether this may be told after `before`: nothing comes after a final state, the final state
    /// comes even if the clock was put back, and else time goes on.
    fn follows(&self, before: &Self) -> bool {
        if before.is_final || self.digest == before.digest {
            return false;
        }
        self.is_final || self.updated_at >= before.updated_at
    }
}

fn kind_of_generation(status: GenerationStatus) -> &'static str {
    match status {
        GenerationStatus::Queued => "status",
        GenerationStatus::Processing => "progress",
        GenerationStatus::Completed => "completed",
        GenerationStatus::Failed => "failed",
        GenerationStatus::Cancelled => "cancelled",
    }
}

fn kind_of_job(status: JobState) -> &'static str {
    match status {
        JobState::Queued => "status",
        JobState::Running => "progress",
        JobState::Completed => "completed",
        JobState::Failed | JobState::Dead => "failed",
        JobState::Cancelled => "cancelled",
    }
}

fn refusal(error: &AppError) -> Refused {
    match error {
        AppError::NotFound(_) => Refused::NotFound,
        _ => Refused::Busy,
    }
}
