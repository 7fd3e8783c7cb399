//! The HTTP client of one virtual user.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::config::Reuse;
use crate::dial::Dialler;
use crate::error::WireError;
use crate::exchange::Connections;
use crate::follow::Follower;
use crate::network::Network;
use crate::pool::Pool;
use crate::request::Request;
use crate::response::{Outcome, Traffic};
use crate::streaming::Streaming;
use crate::target::Target;

/// URLs that are remembered as parsed. Scripts put numbers into URLs, so that there is no end to
/// them; beyond it everything is forgotten.
const TARGETS_MAX: usize = 256;

/// The HTTP client of one virtual user, cheap to clone, on one thread for life.
///
/// It needs a [`tokio::task::LocalSet`] around it, since HTTP/2 connections have a task each.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    connections: Connections,
    targets: RefCell<HashMap<Box<str>, Rc<Target>>>,
}

impl Client {
    /// The client of virtual user number `index` (from 0), which settles its local address.
    pub fn new(network: Arc<Network>, index: u64) -> Self {
        let local_ips = network.config.local_ips.as_ref();
        let local_ip = local_ips.and_then(|ips| ips.address_of(index));
        let dialler = Dialler {
            local_ip,
            traffic: Rc::new(Cell::default()),
            network,
        };
        Self(Rc::new(Inner {
            connections: Connections {
                dialler,
                pool: Rc::new(Pool::default()),
            },
            targets: RefCell::default(),
        }))
    }

    /// Reads a URL, or finds it read before.
    pub fn target(&self, url: &str) -> Result<Rc<Target>, WireError> {
        let mut targets = self.0.targets.borrow_mut();
        if let Some(target) = targets.get(url) {
            return Ok(Rc::clone(target));
        }
        let target = Rc::new(Target::parse(url)?);
        if targets.len() >= TARGETS_MAX {
            targets.clear();
        }
        targets.insert(url.into(), Rc::clone(&target));
        Ok(target)
    }

    /// Sends a request, follows redirects, and reads the answer's body. Dropping the future ends
    /// the request and closes its connection.
    pub async fn send(&self, request: Request) -> Outcome {
        let body_mode = request.body_mode;
        match self.open(request).await {
            Ok(streaming) => streaming.finish(body_mode).await,
            Err(outcome) => *outcome,
        }
    }

    /// Sends a request, follows redirects, and hands over the answer with its body unread, however
    /// long it may be.
    ///
    /// # Errors
    ///
    /// The outcome without an answer, when there was none.
    pub async fn open(&self, request: Request) -> Result<Streaming, Box<Outcome>> {
        if let Some(pacer) = &self.network().pacer {
            pacer.wait().await;
        }
        Follower::new(&self.0.connections, request).run().await
    }

    /// All bytes that went over the wire so far, of WebSockets, too.
    pub fn traffic(&self) -> Traffic {
        self.connections().dialler.traffic.get()
    }

    /// Ends an iteration: with [`Reuse::WithinIteration`] idle connections are closed.
    pub fn end_iteration(&self) {
        if self.network().config.reuse == Reuse::WithinIteration {
            self.close_idle();
        }
    }

    /// Closes the connections that wait for a request.
    pub fn close_idle(&self) {
        self.connections().pool.clear();
    }

    /// What it shares with other virtual users.
    pub fn network(&self) -> &Arc<Network> {
        &self.connections().dialler.network
    }

    pub(crate) fn connections(&self) -> &Connections {
        &self.0.connections
    }
}
