//! The sizes that a WebP file says it has, in every place where it says one (RFC 9649).
//!
//! The decoder allocates by the size of the frame's own bit stream before it compares it with that
//! of the file, so each is checked here.

use vita_model::FrameSize;

use super::orientation::Turn;
use super::{ImageError, ImageLimits, check_memory, check_size};

/// What is known of a WebP file before it is decoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct WebpHeader {
    pub(super) size: FrameSize,
    pub(super) turn: Turn,
}

const NAME_VP8X: [u8; 4] = *b"VP8X";
const NAME_ANMF: [u8; 4] = *b"ANMF";
const NAME_EXIF: [u8; 4] = *b"EXIF";
const NAME_VP8: [u8; 4] = *b"VP8 ";
const NAME_VP8L: [u8; 4] = *b"VP8L";

/// Bytes of a chunk's name and length.
const CHUNK_HEAD: usize = 8;

/// Bytes for each pixel while a file is decoded: the result, and lossless pixels or the planes of
/// a lossy frame and its alpha beside it.
const BYTES_PER_PIXEL: u64 = 4 + 4;

pub(super) fn read_header(bytes: &[u8], limits: &ImageLimits) -> Result<WebpHeader, ImageError> {
    let mut canvas = None;
    let mut turn = Turn::NONE;
    for (name, content) in Chunks(bytes.get(12..).unwrap_or_default()) {
        let size = match name {
            NAME_VP8X => Some(canvas_size(content)?),
            NAME_ANMF => {
                let nested = content.get(16..).unwrap_or_default();
                for (name, content) in Chunks(nested) {
                    if let Some(size) = frame_size(name, content)? {
                        check(size, limits)?;
                    }
                }
                None
            }
            NAME_EXIF => {
                turn = Turn::of_exif(content);
                None
            }
            _ => frame_size(name, content)?,
        };
        if let Some(size) = size {
            check(size, limits)?;
            canvas.get_or_insert(size);
        }
    }
    let size = canvas.ok_or_else(|| ImageError::Broken("it has no picture in it".to_owned()))?;
    Ok(WebpHeader { size, turn })
}

fn check(size: FrameSize, limits: &ImageLimits) -> Result<(), ImageError> {
    check_size(size, limits)?;
    let pixels = u64::from(size.width) * u64::from(size.height);
    check_memory(pixels * BYTES_PER_PIXEL, limits)
}

fn canvas_size(content: &[u8]) -> Result<FrameSize, ImageError> {
    let [_, _, _, _, w0, w1, w2, h0, h1, h2, ..] = *content else {
        return Err(broken());
    };
    Ok(FrameSize {
        width: u32::from_le_bytes([w0, w1, w2, 0]) + 1,
        height: u32::from_le_bytes([h0, h1, h2, 0]) + 1,
    })
}

/// The size in a frame's own bit stream; nothing for chunks that hold none.
fn frame_size(name: [u8; 4], content: &[u8]) -> Result<Option<FrameSize>, ImageError> {
    match name {
        NAME_VP8 => {
            let [_, _, _, 0x9D, 0x01, 0x2A, w0, w1, h0, h1, ..] = *content else {
                return Err(broken());
            };
            // The upper two bits say how to enlarge it.
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
            Ok(Some(FrameSize {
                width: side(w0, w1),
                height: side(h0, h1),
            }))
        }
        NAME_VP8L => {
            let [0x2F, b0, b1, b2, b3, ..] = *content else {
                return Err(broken());
            };
            let bits = u32::from_le_bytes([b0, b1, b2, b3]);
            Ok(Some(FrameSize {
                width: (bits & 0x3FFF) + 1,
                height: (bits >> 14 & 0x3FFF) + 1,
            }))
        }
        _ => Ok(None),
    }
}

fn broken() -> ImageError {
    ImageError::Broken("its frame has no header".to_owned())
}

/// The chunks of a file, each cut off where the file is.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.0.split_at_checked(CHUNK_HEAD)?;
        let (name, length) = head.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
        let content = &rest[..length.min(rest.len())];
        // Chunks begin at even places.
        let next = length.saturating_add(length & 1).min(rest.len());
        self.0 = &rest[next..];
        Some((*name, content))
    }
}
