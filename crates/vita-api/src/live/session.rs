use super::access::Credential;
use super::feed::{Feed, Refused};
use super::message::{ClientMessage, LiveErrorCode, Named, TopicIn, about, error, plain};

/// One socket's side of the conversation: who it is, and what it listens to.
pub(super) struct Session {
    pub(super) credential: Credential,
    pub(super) feed: Feed,
}

impl Session {
    /// Whether the token is still believed.
    pub(super) fn is_valid(&self) -> bool {
        self.credential.is_valid(self.feed.app())
    }

    /// What is answered to something that the client said.
    pub(super) async fn answer(&mut self, text: &str) -> Vec<String> {
        match serde_json::from_str(text) {
            Ok(ClientMessage::Subscribe(topic)) => self.subscribe(topic).await,
            Ok(ClientMessage::Unsubscribe(topic)) => self.unsubscribe(topic),
            Ok(ClientMessage::Auth { token }) => self.authenticate(&token),
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
        match self.feed.subscribe(&self.credential.caller, topic).await {
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

    /// Goes on with a newer token of the same account. Another's would leave the socket with what
    /// the first one may see.
    fn authenticate(&mut self, token: &str) -> Vec<String> {
        match Credential::verify(self.feed.app(), token) {
            Ok(newer) if newer.caller.user == self.credential.caller.user => {
                self.credential = newer;
                Vec::new()
            }
            _ => vec![self.refuse(LiveErrorCode::Unauthenticated, None)],
        }
    }

    fn refuse(&self, code: LiveErrorCode, named: Option<&Named>) -> String {
        error(code, self.feed.now(), named)
    }
}
