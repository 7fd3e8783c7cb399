//! Bodies of requests: bytes, generated data or parts of files, always replayable and, whatever
//! their size, sent in constant memory.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use crate::error::WireError;
use crate::stream::Meter;

/// Bytes made or read at a time: large enough that the calls don't matter, small enough for
/// hundreds of users to send at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// What a generated body consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// These bytes again and again; they must not be empty.
    Repeat(Bytes),
    /// Noise that compresses badly, the same for the same seed.
    Seeded(u64),
}

/// A part of a body.
#[derive(Clone, Debug)]
pub enum Segment {
    /// Bytes in memory, shared and never copied.
    Bytes(Bytes),
    /// Data made while it is sent.
    Generated {
        /// Its length.
        bytes: u64,
        /// What it consists of.
        pattern: Pattern,
    },
    /// A range of an open file, read while it is sent. One descriptor serves all users.
    File {
        /// The file.
        file: Arc<File>,
        /// Where the range starts.
        offset: u64,
        /// Its length.
        bytes: u64,
    },
}

impl Segment {
    /// Its length.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(data) => data.len() as u64,
            Self::Generated { bytes, .. } | Self::File { bytes, .. } => *bytes,
        }
    }

    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next piece from `position`, at most [`CHUNK_BYTES`] unless it is in memory already.
    fn read(&self, position: u64) -> Result<Bytes, WireError> {
        let left = self.len().saturating_sub(position);
        let wanted = left.min(CHUNK_BYTES as u64) as usize;
        match self {
            Self::Bytes(data) => Ok(data.slice(position as usize..)),
            Self::Generated { pattern, .. } => Ok(pattern.piece(position, wanted)),
            Self::File { file, offset, .. } => {
                // From the page cache a piece takes some ten microseconds: handing it to another
                // thread would cost more.
                let mut piece = vec![0; wanted];
                file.read_exact_at(&mut piece, offset + position)
                    .map_err(|error| {
                        WireError::generic(format!("failed to read the body's file: {error}"))
                    })?;
                Ok(Bytes::from(piece))
            }
        }
    }
}

impl Pattern {
    fn piece(&self, position: u64, bytes: usize) -> Bytes {
        let mut piece = Vec::with_capacity(bytes + 8);
        match self {
            Self::Repeat(unit) if unit.is_empty() => piece.resize(bytes, 0),
            Self::Repeat(unit) => {
                let start = (position % unit.len() as u64) as usize;
                piece.extend_from_slice(&unit[start..]);
                while piece.len() < bytes {
                    piece.extend_from_slice(unit);
                }
            }
            Self::Seeded(seed) => {
                // Pieces start at multiples of CHUNK_BYTES, and so of a word.
                let first = position / 8;
                for word in first..first + bytes.div_ceil(8) as u64 {
                    piece.extend_from_slice(&mix(seed.wrapping_add(word)).to_le_bytes());
                }
            }
        }
        piece.truncate(bytes);
        Bytes::from(piece)
    }
}

/// `SplitMix64`'s output function (Steele et al. 2014).
pub(crate) fn mix(state: u64) -> u64 {
    let z = state.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A request's body. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// Bytes in memory.
    Bytes(Bytes),
    /// Parts one after the other.
    Segments(Rc<[Segment]>),
}

impl Body {
    /// Its length.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(data) => data.len() as u64,
            Self::Segments(segments) => segments.iter().map(Segment::len).sum(),
        }
    }

    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Bytes> for Body {
    fn from(data: Bytes) -> Self {
        Self::Bytes(data)
    }
}

impl From<Vec<Segment>> for Body {
    fn from(segments: Vec<Segment>) -> Self {
        Self::Segments(segments.into())
    }
}

/// A body on its way out.
pub(crate) struct OutBody {
    body: Body,
    segment: usize,
    position: u64,
    left: u64,
    /// Told when the body has been handed over, where the connection can't tell (HTTP/2).
    meter: Option<Rc<Meter>>,
}

impl OutBody {
    pub(crate) fn new(body: Body) -> Self {
        Self {
            left: body.len(),
            body,
            segment: 0,
            position: 0,
            meter: None,
        }
    }

    pub(crate) fn with_meter(mut self, meter: Rc<Meter>) -> Self {
        self.meter = Some(meter);
        self
    }

    fn next_piece(&mut self) -> Option<Result<Bytes, WireError>> {
        if self.left == 0 {
            return None;
        }
        let piece = match &self.body {
            Body::Empty => return None,
            Body::Bytes(data) => Ok(data.clone()),
            Body::Segments(segments) => loop {
                let segment = segments.get(self.segment)?;
                if self.position < segment.len() {
                    break segment.read(self.position);
                }
                self.segment += 1;
                self.position = 0;
            },
        };
        match &piece {
            Ok(bytes) => {
                self.position += bytes.len() as u64;
                self.left -= bytes.len() as u64;
            }
            Err(_) => self.left = 0,
        }
        Some(piece)
    }
}

impl hyper::body::Body for OutBody {
    type Data = Bytes;
    type Error = WireError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, WireError>>> {
        let piece = self.next_piece();
        if let Some(meter) = &self.meter {
            meter.wrote();
        }
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn drain(body: Body) -> Vec<u8> {
        let mut out = OutBody::new(body);
        let mut all = Vec::new();
        while let Some(piece) = out.next_piece() {
            all.extend_from_slice(&piece.unwrap());
        }
        all
    }

    #[test]
    fn a_repeated_pattern_goes_on_across_pieces() {
        let body = Body::from(vec![Segment::Generated {
            bytes: 200_000,
            pattern: Pattern::Repeat(Bytes::from_static(b"abc")),
        }]);
        let all = drain(body);
        assert_eq!(all.len(), 200_000);
        assert!(
            all.iter()
                .enumerate()
                .all(|(at, byte)| *byte == b"abc"[at % 3])
        );
    }

    #[test]
    fn seeded_noise_is_repeatable_and_differs_by_seed() {
        let noise = |seed| {
            drain(Body::from(vec![Segment::Generated {
                bytes: 100_001,
                pattern: Pattern::Seeded(seed),
            }]))
        };
        assert_eq!(noise(7), noise(7));
        assert_ne!(noise(7), noise(8));
        assert_eq!(noise(7).len(), 100_001);
    }

    #[test]
    fn segments_follow_each_other_and_empty_ones_are_skipped() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let body = Body::from(vec![
            Segment::Bytes(Bytes::from_static(b"head ")),
            Segment::Bytes(Bytes::new()),
            Segment::File {
                file: Arc::new(file),
                offset: 3,
                bytes: 4,
            },
            Segment::Bytes(Bytes::from_static(b" tail")),
        ]);
        assert_eq!(body.len(), 14);
        assert_eq!(drain(body), b"head 3456 tail");
    }

    #[test]
    fn a_file_that_is_too_short_is_a_failure_not_a_short_body() {
        let file = Arc::new(tempfile::tempfile().unwrap());
        let segment = Segment::File {
            file,
            offset: 0,
            bytes: 10,
        };
        let mut out = OutBody::new(Body::from(vec![segment]));
        assert!(out.next_piece().unwrap().is_err());
        assert!(out.next_piece().is_none());
    }
}
