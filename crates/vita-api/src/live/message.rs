use serde::Deserialize;
use vita_live::Topic;
use vita_model::{GenerationId, JobId, Timestamp};

/// What a client says on a socket.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum ClientMessage {
    Subscribe(TopicIn),
    Unsubscribe(TopicIn),
    Auth { token: String },
    Ping,
}

/// What a client names. Exactly one field names something that can be listened to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are the contract's")]
pub(super) struct TopicIn {
    generation_id: Option<String>,
    job_id: Option<String>,
    video_id: Option<String>,
}

/// What was named, as it is said back.
pub(super) struct Named {
    pub(super) key: &'static str,
    pub(super) id: String,
    /// Nothing for what cannot exist.
    pub(super) topic: Option<Topic>,
}

/// Longest id that is said back, in bytes; nothing has a longer one.
const NAMED_BYTES_MAX: usize = 64;

impl TopicIn {
    /// The one thing that is named.
    pub(super) fn named(self) -> Option<Named> {
        let named = match (self.generation_id, self.job_id, self.video_id) {
            (Some(id), None, None) => Named {
                key: "generationId",
                topic: GenerationId::parse(&id).ok().map(Topic::Generation),
                id,
            },
            (None, Some(id), None) => Named {
                key: "jobId",
                topic: JobId::parse(&id).ok().map(Topic::Job),
                id,
            },
            (None, None, Some(id)) => Named {
                key: "videoId",
                topic: None,
                id,
            },
            _ => return None,
        };
        (named.id.len() <= NAMED_BYTES_MAX).then_some(named)
    }
}

/// Why something that a client said was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LiveErrorCode {
    BadMessage,
    NotFound,
    TooManySubscriptions,
    Unauthenticated,
    Overloaded,
}

impl LiveErrorCode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::BadMessage => "BAD_MESSAGE",
            Self::NotFound => "NOT_FOUND",
            Self::TooManySubscriptions => "TOO_MANY_SUBSCRIPTIONS",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Overloaded => "OVERLOADED",
        }
    }
}

/// A message without further fields, such as `pong`.
pub(super) fn plain(kind: &str, now: Timestamp) -> String {
    format!(r#"{{"type":"{kind}","timestamp":"{now}"}}"#)
}

/// A message about something that was named, such as `subscribed`.
pub(super) fn about(kind: &str, now: Timestamp, named: &Named) -> String {
    let (key, id) = (named.key, quoted(&named.id));
    format!(r#"{{"type":"{kind}","timestamp":"{now}","{key}":{id}}}"#)
}

/// Says that something was not done.
pub(super) fn error(code: LiveErrorCode, now: Timestamp, named: Option<&Named>) -> String {
    let code = code.as_str();
    let named = named.map_or_else(String::new, |named| {
        format!(r#","{}":{}"#, named.key, quoted(&named.id))
    });
    format!(r#"{{"type":"error","timestamp":"{now}","code":"{code}"{named}}}"#)
}

/// The state of a topic: `state` is a JSON object, whose fields follow.
pub(super) fn state(kind: &str, now: Timestamp, topic: &Topic, state: &str) -> String {
    let (key, id) = match topic {
        Topic::Generation(id) => ("generationId", id.as_str()),
        Topic::Job(id) => ("jobId", id.as_str()),
    };
    let id = quoted(id);
    let fields = state.strip_prefix('{').unwrap_or("}");
    let comma = if fields.starts_with('}') { "" } else { "," };
    format!(r#"{{"type":"{kind}","timestamp":"{now}","{key}":{id}{comma}{fields}"#)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_micros(1_795_000_000_000_000)
    }

    fn parsed(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_message_is_json_with_a_type_and_a_time() {
        let named = TopicIn {
            generation_id: Some("a\"b".to_owned()),
            job_id: None,
            video_id: None,
        };
        let named = named.named().unwrap();
        assert!(named.topic.is_none());
        let topic = Topic::Job(JobId::from_trusted("job_1"));
        for (text, kind) in [
            (plain("pong", now()), "pong"),
            (about("subscribed", now(), &named), "subscribed"),
            (error(LiveErrorCode::NotFound, now(), Some(&named)), "error"),
            (error(LiveErrorCode::BadMessage, now(), None), "error"),
            (
                state("progress", now(), &topic, r#"{"progress":5}"#),
                "progress",
            ),
            (state("progress", now(), &topic, "{}"), "progress"),
        ] {
            let message = parsed(&text);
            assert_eq!(message["type"], kind, "{text}");
            assert_eq!(message["timestamp"], json!(now().to_string()));
        }
        let message = parsed(&state("progress", now(), &topic, r#"{"progress":5}"#));
        assert_eq!(
            (&message["jobId"], &message["progress"]),
            (&json!("job_1"), &json!(5))
        );
    }

    #[test]
    fn one_thing_is_named_at_a_time() {
        let read = |text: &str| serde_json::from_str::<ClientMessage>(text);
        for text in [
            r#"{"type":"subscribe"}"#,
            r#"{"type":"subscribe","generationId":"a","jobId":"b"}"#,
        ] {
            let Ok(ClientMessage::Subscribe(topic)) = read(text) else {
                panic!("{text}");
            };
            assert!(topic.named().is_none(), "{text}");
        }
        assert!(read(r#"{"type":"shout"}"#).is_err());
        assert!(read(r#"{"type":"auth"}"#).is_err());
    }
}
