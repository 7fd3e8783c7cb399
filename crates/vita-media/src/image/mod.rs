//! Pictures that people upload: what they are, and small versions of them. Bytes in, bytes out.
//!
//! - [`inspect`] says what a file is, by its bytes and never by its name, and refuses what is not
//!   read here or would take more than [`ImageLimits`] allow. It decodes nothing.
//! - [`make_thumbnail`] makes the square WebP that lists show, [`load_cover`] the pixels of a
//!   picture that fills a frame.
//! - [`ImagePool`] has the threads for both: few, of low priority, behind a short queue.
//!
//! What holds for every picture, whatever its bytes are:
//!
//! - Its size is read from its header and checked before anything is allocated, and so is what
//!   decoding will take. One picture takes at most [`ImageLimits::memory_max`] and its own bytes.
//! - Nothing runs for longer than [`ImageLimits::time_max`]; where the decoder cannot be stopped
//!   (JPEG), its work is bounded beforehand instead.
//! - Nothing but pixels gets into what is made: no Exif, no place, no comments. The orientation in
//!   Exif is applied. Colour profiles are ignored: values are taken for sRGB, which is what nearly
//!   all pictures are; those in wider spaces look a little paler.
//! - Of animations the first frame is taken. What is transparent lies on [`BACKGROUND`].

mod error;
mod jpeg;
mod orientation;
mod pool;
mod raster;
mod resize;
mod sniff;
mod webp_chunks;

use std::time::{Duration, Instant};

use vita_model::{FrameSize, ImageFormat};

pub use error::ImageError;
pub use pool::{ImagePool, ImagePoolConfig};

use orientation::Turn;

/// Pixels across and down of a thumbnail.
pub const THUMBNAIL_SIDE: u32 = 256;

/// Quality of a thumbnail: where WebP's artefacts can't be seen at this size.
const THUMBNAIL_QUALITY: f32 = 80.0;

/// What lies behind transparent pixels: the light grey of a picture's mount, on which dark and
/// white drawings can both be seen.
pub const BACKGROUND: [u8; 3] = [238, 238, 238];

/// What one picture may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageLimits {
    /// Its file, in bytes.
    pub bytes_max: u64,
    /// Width times height, as its header says.
    pub pixels_max: u64,
    /// Width, and height.
    pub side_max: u32,
    /// Memory for decoding, in bytes, beside that of the file.
    pub memory_max: u64,
    /// From the begin of decoding to the end.
    pub time_max: Duration,
}

impl Default for ImageLimits {
    /// What cameras and phones make, with room: 20 MiB, 64 megapixels.
    fn default() -> Self {
        Self {
            bytes_max: 20 * 1024 * 1024,
            pixels_max: 64_000_000,
            // A JPEG can't be larger, and a PNG has no good reason to be.
            side_max: 65_535,
            // 64 megapixels of four bytes.
            memory_max: 256 * 1024 * 1024,
            time_max: Duration::from_secs(20),
        }
    }
}

/// What a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageFacts {
    /// Its format.
    pub format: ImageFormat,
    /// Its size as it is to be seen, with its orientation applied.
    pub size: FrameSize,
}

/// Pixels: red, green and blue in sRGB, row by row, without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels across and down.
    pub size: FrameSize,
    /// Three bytes a pixel.
    pub pixels: Vec<u8>,
}

/// Everything that is known before decoding.
#[derive(Clone, Copy, Debug)]
enum Header {
    Jpeg(jpeg::JpegHeader),
    Png { size: FrameSize, turn: Turn },
    Webp(webp_chunks::WebpHeader),
}

impl Header {
    /// The size of the pixels as they are stored.
    fn stored_size(&self) -> FrameSize {
        match self {
            Self::Jpeg(header) => header.size,
            Self::Png { size, .. } => *size,
            Self::Webp(header) => header.size,
        }
    }

    fn turn(&self) -> Turn {
        match self {
            Self::Jpeg(header) => header.turn,
            Self::Png { turn, .. } => *turn,
            Self::Webp(header) => header.turn,
        }
    }
}

/// Says what a file is. Takes microseconds, and no memory to speak of.
///
/// # Errors
/// [`ImageError`] for what [`make_thumbnail`] would refuse by its header.
pub fn inspect(bytes: &[u8], limits: &ImageLimits) -> Result<ImageFacts, ImageError> {
    let format = sniff::sniff(bytes)?;
    let header = read_header(format, bytes, limits)?;
    Ok(ImageFacts {
        format,
        size: header.turn().size_of(header.stored_size()),
    })
}

/// Makes the thumbnail of a picture: its middle, 256×256, as WebP without metadata. Blocks; see
/// [`ImagePool`].
///
/// # Errors
/// [`ImageError`].
pub fn make_thumbnail(bytes: &[u8], limits: &ImageLimits) -> Result<Vec<u8>, ImageError> {
    let side = FrameSize {
        width: THUMBNAIL_SIDE,
        height: THUMBNAIL_SIDE,
    };
    let picture = load_cover(bytes, side, limits)?;
    resize::encode_webp(&picture, THUMBNAIL_QUALITY)
}

/// The middle of a picture, of exactly `size`: nothing of the frame is left empty, and what does
/// not fit into its shape is cut off. Blocks; see [`ImagePool`].
///
/// # Errors
/// [`ImageError`].
pub fn load_cover(
    bytes: &[u8],
    size: FrameSize,
    limits: &ImageLimits,
) -> Result<Picture, ImageError> {
    let deadline = Instant::now() + limits.time_max;
    let format = sniff::sniff(bytes)?;
    let header = read_header(format, bytes, limits)?;
    // The stored pixels are fitted as they lie, and turned when they are few.
    let turn = header.turn();
    let stored = turn.size_of(size);
    let pixels = match &header {
        Header::Jpeg(header) => jpeg::decode(bytes, header, stored, limits)?,
        Header::Png { .. } => raster::decode_png(bytes, limits, deadline)?,
        Header::Webp(header) => raster::decode_webp(bytes, header.size, limits, deadline)?,
    };
    let fitted = resize::cover(&pixels, stored)?;
    Ok(turn.apply(fitted))
}

fn read_header(
    format: ImageFormat,
    bytes: &[u8],
    limits: &ImageLimits,
) -> Result<Header, ImageError> {
    if bytes.len() as u64 > limits.bytes_max {
        return Err(ImageError::FileTooLarge {
            bytes: bytes.len() as u64,
            max: limits.bytes_max,
        });
    }
    let header = match format {
        ImageFormat::Jpeg => Header::Jpeg(jpeg::read_header(bytes)?),
        ImageFormat::Png => {
            // The size is checked before the decoder sees the rest of the header.
            check_size(raster::png_size(bytes)?, limits)?;
            raster::read_png_header(bytes, limits)?
        }
        ImageFormat::Webp => Header::Webp(webp_chunks::read_header(bytes, limits)?),
    };
    check_size(header.stored_size(), limits)?;
    if let Header::Jpeg(header) = &header {
        check_memory(header.coefficient_bytes(), limits)?;
    }
    Ok(header)
}

fn check_size(size: FrameSize, limits: &ImageLimits) -> Result<(), ImageError> {
    let FrameSize { width, height } = size;
    if width == 0 || height == 0 {
        return Err(ImageError::Broken("it has no pixels".to_owned()));
    }
    let is_small = width <= limits.side_max && height <= limits.side_max;
    if !is_small || u64::from(width) * u64::from(height) > limits.pixels_max {
        return Err(ImageError::TooManyPixels {
            width,
            height,
            pixels_max: limits.pixels_max,
            side_max: limits.side_max,
        });
    }
    Ok(())
}

fn check_memory(bytes: u64, limits: &ImageLimits) -> Result<(), ImageError> {
    if bytes > limits.memory_max {
        return Err(ImageError::TooMuchMemory {
            needed: bytes,
            max: limits.memory_max,
        });
    }
    Ok(())
}
