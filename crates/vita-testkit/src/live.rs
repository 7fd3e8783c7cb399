use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Longest time until the next message.
const MESSAGE_LIMIT: Duration = Duration::from_mins(1);

/// A WebSocket to a server.
#[derive(Debug)]
pub struct LiveSocket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What came over it.
#[derive(Clone, Debug, PartialEq)]
pub enum LiveMessage {
    /// A JSON message.
    Json(Value),
    /// The server closed it, with this code.
    Closed(Option<u16>),
}

impl LiveSocket {
    /// Connects with an access token.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn connect(base_url: &str, token: &str) -> Self {
        let url = format!("{}/ws?token={token}", base_url.replacen("http", "ws", 1));
        let connected = timeout(MESSAGE_LIMIT, connect_async(url)).await;
        let (stream, _) = connected
            .expect("the server answers in time")
            .expect("the server takes the connection");
        Self { stream }
    }

    /// Sends a message.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn send(&mut self, message: &Value) {
        let sent = self.stream.send(Message::text(message.to_string())).await;
        sent.expect("the connection is open");
    }

    /// Asks for everything about a generation.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn subscribe(&mut self, generation: &str) {
        self.send(&json!({ "type": "subscribe", "generationId": generation }))
            .await;
    }

    /// Closes it as a browser does.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn close(&mut self) {
        let frame = CloseFrame {
            code: CloseCode::Normal,
            reason: "".into(),
        };
        let sent = self.stream.close(Some(frame)).await;
        sent.expect("the connection is open");
    }

    /// Waits for the next message.
    ///
    /// # Panics
    /// When none comes, or one that is no JSON.
    pub async fn receive(&mut self) -> LiveMessage {
        loop {
            let next = timeout(MESSAGE_LIMIT, self.stream.next()).await;
            match next.expect("a message comes in time") {
                Some(Ok(Message::Text(text))) => {
                    let json = serde_json::from_str(text.as_str());
                    return LiveMessage::Json(json.expect("messages are JSON"));
                }
                Some(Ok(Message::Close(frame))) => {
                    return LiveMessage::Closed(frame.map(|frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return LiveMessage::Closed(None),
            }
        }
    }

    /// Waits for the next JSON message.
    ///
    /// # Panics
    /// When the server closes the connection instead.
    pub async fn receive_json(&mut self) -> Value {
        match self.receive().await {
            LiveMessage::Json(json) => json,
            LiveMessage::Closed(code) => panic!("the server closed the connection: {code:?}"),
        }
    }
}
