//! PNG and WebP, by the decoders of the crate `image`, and what is done to their pixels in place.

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::time::Instant;

use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::error::{ImageError as DecodeError, LimitErrorKind};
use image::{ColorType, ImageDecoder, Limits};
use vita_model::FrameSize;

use super::orientation::Turn;
use super::resize::Pixels;
use super::{BACKGROUND, Header, ImageError, ImageLimits, check_memory};

/// Memory of the PNG decoder beside the pixels: rows, and chunks such as colour profiles, which may
/// be compressed.
const PNG_CHUNKS_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// How much of the file is handed to a decoder at a time. Deflate makes at most 1,032 times as much
/// of it (RFC 1951), so the clock is looked at every four megabytes of pixels or sooner.
const SLICE_BYTES: usize = 4096;

/// The size in a PNG file's first chunk.
pub(super) fn png_size(bytes: &[u8]) -> Result<FrameSize, ImageError> {
    let broken = || ImageError::Broken("it ends before its size".to_owned());
    let header = bytes.get(8..24).ok_or_else(broken)?;
    if &header[4..8] != b"IHDR" {
        let reason = "it does not begin with its size";
        return Err(ImageError::Broken(reason.to_owned()));
    }
    let side = |at: usize| -> Result<u32, ImageError> {
        let bytes = header[at..at + 4].try_into().map_err(|_| broken())?;
        Ok(u32::from_be_bytes(bytes))
    };
    Ok(FrameSize {
        width: side(8)?,
        height: side(12)?,
    })
}

pub(super) fn read_png_header(bytes: &[u8], limits: &ImageLimits) -> Result<Header, ImageError> {
    let deadline = Instant::now() + limits.time_max;
    let mut decoder = open_png(bytes, limits, deadline)?;
    check_memory(decoder.total_bytes(), limits)?;
    let (width, height) = decoder.dimensions();
    let exif = decoder
        .exif_metadata()
        .map_err(|error| explain(&error, limits))?;
    Ok(Header::Png {
        size: FrameSize { width, height },
        turn: exif.map_or(Turn::NONE, |exif| Turn::of_exif(&exif)),
    })
}

fn open_png<'a>(
    bytes: &'a [u8],
    limits: &ImageLimits,
    deadline: Instant,
) -> Result<PngDecoder<TimedSlice<'a>>, ImageError> {
    let mut inner = Limits::no_limits();
    inner.max_alloc = Some(PNG_CHUNKS_BYTES_MAX);
    PngDecoder::with_limits(TimedSlice::new(bytes, deadline), inner)
        .map_err(|error| explain(&error, limits))
}

pub(super) fn decode_png(
    bytes: &[u8],
    limits: &ImageLimits,
    deadline: Instant,
) -> Result<Pixels, ImageError> {
    read_pixels(open_png(bytes, limits, deadline)?, limits)
}

/// `size` is what the header was checked with.
pub(super) fn decode_webp(
    bytes: &[u8],
    size: FrameSize,
    limits: &ImageLimits,
    deadline: Instant,
) -> Result<Pixels, ImageError> {
    let decoder = WebPDecoder::new(TimedSlice::new(bytes, deadline))
        .map_err(|error| explain(&error, limits))?;
    if decoder.dimensions() != (size.width, size.height) {
        return Err(ImageError::Broken("its sizes contradict".to_owned()));
    }
    read_pixels(decoder, limits)
}

fn read_pixels(decoder: impl ImageDecoder, limits: &ImageLimits) -> Result<Pixels, ImageError> {
    check_memory(decoder.total_bytes(), limits)?;
    let (width, height) = decoder.dimensions();
    let color = decoder.color_type();
    let mut bytes = vec![0; decoder.total_bytes() as usize];
    decoder
        .read_image(&mut bytes)
        .map_err(|error| explain(&error, limits))?;
    let channels = usize::from(color.channel_count());
    if color.bytes_per_pixel() as usize == 2 * channels {
        narrow(&mut bytes);
    }
    if color.has_alpha() {
        lay_on_background(&mut bytes, channels);
    }
    let has_color = matches!(
        color,
        ColorType::Rgb8 | ColorType::Rgb16 | ColorType::Rgba8 | ColorType::Rgba16
    );
    let size = FrameSize { width, height };
    Ok(if has_color {
        Pixels::Rgb { size, bytes }
    } else {
        Pixels::Grey { size, bytes }
    })
}

/// Sixteen bits a sample become eight, where they lie.
fn narrow(bytes: &mut Vec<u8>) {
    let samples = bytes.len() / 2;
    for sample in 0..samples {
        let wide = u16::from_ne_bytes([bytes[2 * sample], bytes[2 * sample + 1]]);
        bytes[sample] = (wide >> 8) as u8;
    }
    bytes.truncate(samples);
}

/// Lays grey or colour with alpha on the background, where it lies; the alpha goes.
fn lay_on_background(bytes: &mut Vec<u8>, channels: usize) {
    let colors = channels - 1;
    let pixels = bytes.len() / channels;
    for pixel in 0..pixels {
        let alpha = u32::from(bytes[pixel * channels + colors]);
        for color in 0..colors {
            let own = u32::from(bytes[pixel * channels + color]);
            let behind = u32::from(BACKGROUND[color]);
            let mixed = (own * alpha + behind * (255 - alpha) + 127) / 255;
            bytes[pixel * colors + color] = mixed as u8;
        }
    }
    bytes.truncate(pixels * colors);
}

fn explain(error: &DecodeError, limits: &ImageLimits) -> ImageError {
    match error {
        DecodeError::IoError(error) if error.kind() == io::ErrorKind::TimedOut => {
            ImageError::TookTooLong(limits.time_max)
        }
        DecodeError::Limits(error) if error.kind() == LimitErrorKind::InsufficientMemory => {
            ImageError::Unusual("what it says of itself beside its pixels is too large")
        }
        DecodeError::Unsupported(_) => {
            ImageError::Unusual("it stores its pixels in a way that is not read here")
        }
        other => ImageError::Broken(other.to_string()),
    }
}

/// The file's bytes for a decoder, in small pieces, until its time is over.
struct TimedSlice<'a> {
    bytes: &'a [u8],
    place: usize,
    deadline: Instant,
}

impl<'a> TimedSlice<'a> {
    fn new(bytes: &'a [u8], deadline: Instant) -> Self {
        Self {
            bytes,
            place: 0,
            deadline,
        }
    }
}

impl BufRead for TimedSlice<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if Instant::now() > self.deadline {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let rest = self.bytes.get(self.place..).unwrap_or_default();
        Ok(&rest[..rest.len().min(SLICE_BYTES)])
    }

    fn consume(&mut self, amount: usize) {
        self.place = self.place.saturating_add(amount);
    }
}

impl Read for TimedSlice<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let taken = available.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&available[..taken]);
        self.consume(taken);
        Ok(taken)
    }
}

impl Seek for TimedSlice<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => i128::from(place),
            SeekFrom::End(offset) => self.bytes.len() as i128 + i128::from(offset),
            SeekFrom::Current(offset) => self.place as i128 + i128::from(offset),
        };
        let outside = |_| io::Error::from(io::ErrorKind::InvalidInput);
        self.place = usize::try_from(place).map_err(outside)?;
        Ok(self.place as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_transparent_lies_on_the_background() {
        let mut bytes = vec![255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 128];
        lay_on_background(&mut bytes, 4);
        assert_eq!(bytes[..6], [255, 0, 0, 238, 238, 238]);
        assert!((118..=120).contains(&bytes[6]), "{}", bytes[6]);
        assert_eq!(bytes.len(), 9);
    }

    #[test]
    fn wide_samples_keep_their_upper_half() {
        let mut bytes: Vec<u8> = [0x1234_u16, 0xFFFF, 0x00FF]
            .iter()
            .flat_map(|sample| sample.to_ne_bytes())
            .collect();
        narrow(&mut bytes);
        assert_eq!(bytes, [0x12, 0xFF, 0x00]);
    }
}
