use std::io;
use std::time::Duration;

/// Why there is no picture. All but the last three are the file's fault, and trying again can't help.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// It is something else.
    #[error("it is {found}; a picture here is a JPEG, PNG or WebP file")]
    NotRead {
        /// What it is, with its article.
        found: &'static str,
    },

    /// The file is larger than one may be.
    #[error("the file has {bytes} bytes, and the most that a picture may have is {max}")]
    FileTooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        max: u64,
    },

    /// Its header says that it is larger than one may be.
    #[error(
        "it has {width}×{height} pixels; the most are {} megapixels and {side_max} on a side: make it smaller",
        .pixels_max / 1_000_000
    )]
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Most pixels.
        pixels_max: u64,
        /// Most pixels on a side.
        side_max: u32,
    },

    /// Decoding it would take more memory than a picture gets.
    #[error(
        "decoding it takes {} MiB of memory, and a picture gets {}: make it smaller",
        .needed.div_ceil(1 << 20), .max >> 20
    )]
    TooMuchMemory {
        /// What it would take, in bytes.
        needed: u64,
        /// What it gets.
        max: u64,
    },

    /// A way of storing pictures that is not read here.
    #[error("{0}; save it as an ordinary JPEG, PNG or WebP file")]
    Unusual(&'static str),

    /// It breaks off or contradicts itself.
    #[error("the picture is broken: {0}")]
    Broken(String),

    /// It is made so that decoding takes very long.
    #[error("decoding it took longer than {} s", .0.as_secs())]
    TookTooLong(Duration),

    /// Too many pictures wait already.
    #[error("too many pictures are being worked on; try again in a few seconds")]
    Busy,

    /// The file could not be read from the disk.
    #[error("failed to read the picture's file")]
    Read(#[source] io::Error),

    /// The work ended without a result, which is a defect of this crate or of a decoder.
    #[error("the work on the picture stopped unexpectedly")]
    Stopped,
}

impl ImageError {
    /// Whether the file itself is at fault, so that no other try helps.
    pub fn is_files_fault(&self) -> bool {
        !matches!(self, Self::Busy | Self::Read(_) | Self::Stopped)
    }
}
