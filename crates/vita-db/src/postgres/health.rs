//! Whether the server is there. While it is known to be gone nobody waits to find that out: one
//! task knocks, everybody else is refused at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use super::connect::Connector;

/// Waits between two knocks at a server that is gone: the first, and the longest.
const KNOCKS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

pub(super) struct Health {
    is_down: watch::Sender<bool>,
    is_knocking: AtomicBool,
    connector: Connector,
}

impl Health {
    pub(super) fn new(connector: Connector) -> Self {
        Self {
            is_down: watch::Sender::new(false),
            is_knocking: AtomicBool::new(false),
            connector,
        }
    }

    pub(super) fn is_down(&self) -> bool {
        *self.is_down.borrow()
    }

    /// Answers when the server is found to be gone.
    pub(super) async fn went_down(&self) {
        // The sender lives as long as `self`.
        let _ = self.is_down.subscribe().wait_for(|is_down| *is_down).await;
    }

    /// Takes the server for gone until it answers a knock.
    pub(super) fn doubt(self: &Arc<Self>, why: &str) {
        self.knock(Some(why));
    }

    /// Knocks, because something took too long, and takes the server for gone if it does not answer.
    pub(super) fn suspect(self: &Arc<Self>) {
        self.knock(None);
    }

    fn knock(self: &Arc<Self>, is_gone: Option<&str>) {
        if let Some(why) = is_gone {
            self.go_down(why);
        }
        if self.is_knocking.swap(true, Ordering::AcqRel) {
            return;
        }
        let health = Arc::downgrade(self);
        let connector = self.connector.clone();
        tokio::spawn(async move {
            let (mut wait, longest) = KNOCKS;
            while let Err(error) = connector.connect().await {
                let Some(health) = health.upgrade() else {
                    return;
                };
                health.go_down(&error.words());
                drop(health);
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(longest);
            }
            if let Some(health) = health.upgrade() {
                health.is_knocking.store(false, Ordering::Release);
                health.come_back();
            }
        });
    }

    fn go_down(&self, why: &str) {
        if !self.is_down.send_replace(true) {
            let place = self.connector.place();
            tracing::warn!(
                place,
                why,
                "cannot reach the database; requests are refused until it is back"
            );
        }
    }

    fn come_back(&self) {
        if self.is_down.send_replace(false) {
            tracing::info!(place = self.connector.place(), "the database is back");
        }
    }
}
