//! Turns for transactions that met.
//!
//! Where many want to change one row, each commit ends all the others, and they would spend their time
//! on runs that come to nothing. So whoever has met another one waits for its turn before it is run
//! again, without a connection, and has to do with newcomers only. What is met in other processes is
//! left to chance: there are few of them.

use tokio::sync::{Mutex, MutexGuard};

use crate::Param;

/// Rows that are told apart. Two that share a queue only wait for each other.
const QUEUES: usize = 256;

/// What a transaction met another one on, as far as we know: what the statement was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MeetingPlace(usize);

impl MeetingPlace {
    /// The first text among the parameters names the row, or whose it is.
    pub(super) fn of(params: &[Param<'_>]) -> Self {
        let text = params.iter().find_map(|param| match param {
            Param::Text(text) => Some(*text),
            _ => None,
        });
        // FNV-1a, 64 bits (RFC 9923).
        let bytes = text.unwrap_or_default().bytes();
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self((hash % QUEUES as u64) as usize)
    }
}

/// A queue for each meeting place.
pub(super) struct Turns(Box<[Mutex<()>]>);

/// Nobody else of this process that met at the same place is run, as long as this lives.
pub(super) struct Turn<'a> {
    place: MeetingPlace,
    _guard: MutexGuard<'a, ()>,
}

impl Turns {
    pub(super) fn new() -> Self {
        Self((0..QUEUES).map(|_| Mutex::new(())).collect())
    }

    /// Waits for its turn; first come, first served.
    pub(super) async fn take(&self, place: MeetingPlace) -> Turn<'_> {
        Turn {
            place,
            _guard: self.0[place.0].lock().await,
        }
    }
}

impl Turn<'_> {
    pub(super) fn is_for(&self, place: MeetingPlace) -> bool {
        self.place == place
    }
}
