//! A virtual user's connections that wait for the next request.

use std::cell::RefCell;
use std::rc::Rc;

use crate::connection::{Http1, Http2, Link};
use crate::target::Origin;

/// Idle connections that are kept for one origin. A batch's limit for each host is far below it.
const IDLE_PER_ORIGIN_MAX: usize = 64;

/// Origins whose connections are kept. Scripts and redirects choose origins; the oldest gives way.
const ORIGINS_MAX: usize = 256;

struct Place {
    origin: Origin,
    /// The last used is taken first: it is the least likely to have been closed.
    idle: Vec<Http1>,
    http2: Option<Http2>,
    /// The server chose HTTP/1.1, so that nobody waits for a connection to be shared.
    http1_only: bool,
    /// Held while the first connection is made that may turn out to serve all.
    gate: Rc<tokio::sync::Mutex<()>>,
}

/// Connections by origin. A virtual user has few, so that a list is searched faster than a map.
#[derive(Default)]
pub(crate) struct Pool {
    places: RefCell<Vec<Place>>,
}

impl Pool {
    pub(crate) fn take(&self, origin: &Origin) -> Option<Link> {
        let mut places = self.places.borrow_mut();
        let place = places.iter_mut().find(|place| place.origin == *origin)?;
        if let Some(shared) = &place.http2 {
            if shared.is_usable() {
                return Some(Link::Http2(shared.clone()));
            }
            place.http2 = None;
        }
        place.idle.pop().map(Link::Http1)
    }

    pub(crate) fn give_back(&self, origin: &Origin, connection: Http1) {
        self.with_place(origin, |place| {
            place.http1_only = true;
            if place.idle.len() < IDLE_PER_ORIGIN_MAX {
                place.idle.push(connection);
            }
        });
    }

    pub(crate) fn share(&self, origin: &Origin, connection: Http2) {
        self.with_place(origin, |place| place.http2 = Some(connection));
    }

    pub(crate) fn note_http1(&self, origin: &Origin) {
        self.with_place(origin, |place| place.http1_only = true);
    }

    /// What to hold while a connection is made, where it may come to be shared.
    pub(crate) fn gate(&self, origin: &Origin) -> Option<Rc<tokio::sync::Mutex<()>>> {
        self.with_place(origin, |place| {
            (!place.http1_only).then(|| Rc::clone(&place.gate))
        })
    }

    /// Closes what is idle, and shares nothing any more.
    pub(crate) fn clear(&self) {
        self.places.borrow_mut().clear();
    }

    fn with_place<T>(&self, origin: &Origin, act: impl FnOnce(&mut Place) -> T) -> T {
        let mut places = self.places.borrow_mut();
        let known = places.iter().position(|place| place.origin == *origin);
        let at = known.unwrap_or_else(|| {
            if places.len() >= ORIGINS_MAX {
                places.remove(0);
            }
            places.push(Place {
                origin: origin.clone(),
                idle: Vec::new(),
                http2: None,
                http1_only: false,
                gate: Rc::default(),
            });
            places.len() - 1
        });
        act(&mut places[at])
    }
}
