use vita_app::Verified;
use vita_model::Scope;

use super::feed::{Feed, Refused};
use super::message::{ClientMessage, LiveErrorCode, Named, TopicIn, about, error, plain};

/// One socket's side of the conversation: who it is, and what it listens to.
pub(super) struct Session {
    pub(super) verified: Verified,
    pub(super) feed: Feed,
}

impl Session {
    /// Whether the credential is still worth something.
    pub(super) async fn is_valid(&self) -> bool {
        self.feed.app().still_stands(&self.verified).await
    }

    /// What is answered to something that the client said.
    pub(super) async fn answer(&mut self, text: &str) -> Vec<String> {
        match serde_json::from_str(text) {
            Ok(ClientMessage::Subscribe(topic)) => self.subscribe(topic).await,
            Ok(ClientMessage::Unsubscribe(topic)) => self.unsubscribe(topic),
            Ok(ClientMessage::Auth { token }) => self.authenticate(&token).await,
            Ok(ClientMessage::Ping) => vec![plain("pong", self.feed.now())],
            Err(_) => vec![self.refuse(LiveErrorCode::BadMessage, None)],
        }
    }

    async fn subscribe(&mut self, topic: TopicIn) -> Vec<String> {
        let Some(named) = topic.named() else {
            return vec![self.refuse(LiveErrorCode::BadMessage, None)];
        };
        let Some(topic) = named.topic.clone() else {
            return vec![self.refuse(LiveErrorCode::NotFound, Some(&named))];
        };
        match self.feed.subscribe(&self.verified.caller, topic).await {
            Ok(present) => {
                let subscribed = about("subscribed", self.feed.now(), &named);
                vec![subscribed, present.text]
            }
            Err(refused) => {
                let code = match refused {
                    Refused::NotFound => LiveErrorCode::NotFound,
                    Refused::TooMany => LiveErrorCode::TooManySubscriptions,
                    Refused::Busy => LiveErrorCode::Overloaded,
                };
                vec![self.refuse(code, Some(&named))]
            }
        }
    }

    fn unsubscribe(&mut self, topic: TopicIn) -> Vec<String> {
        let Some(named) = topic.named() else {
            return vec![self.refuse(LiveErrorCode::BadMessage, None)];
        };
        if let Some(topic) = &named.topic {
            self.feed.unsubscribe(topic);
        }
        Vec::new()
    }

    /// Goes on with a newer credential of the same account. Another's would leave the socket with what
    /// the first one may see.
    async fn authenticate(&mut self, credential: &str) -> Vec<String> {
        match self.feed.app().authenticate(credential).await {
            Ok(newer)
                if newer.caller.user == self.verified.caller.user
                    && newer.caller.has_scope(Scope::Read) =>
            {
                self.verified = newer;
                Vec::new()
            }
            _ => vec![self.refuse(LiveErrorCode::Unauthenticated, None)],
        }
    }

    fn refuse(&self, code: LiveErrorCode, named: Option<&Named>) -> String {
        error(code, self.feed.now(), named)
    }
}
