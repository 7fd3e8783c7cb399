//! JPEG, by libjpeg-turbo, which scales while it decodes: of each block of 8×8 pixels it computes
//! only as many as are wanted.
//!
//! Its decoder cannot be stopped, so what it will do is bounded by what the markers say: the memory
//! for the coefficients of a file with several scans, and how many scans it may have.

use turbojpeg::{Decompressor, Image, PixelFormat, ScalingFactor};
use vita_model::FrameSize;

use super::orientation::Turn;
use super::resize::Pixels;
use super::{ImageError, ImageLimits, check_memory};

/// Most pixels that all scans of a file together may go over. A scan says in a few bytes that
/// nothing changes, so that small files could keep a processor busy for minutes
/// (libjpeg-turbo, "Two Issues with the JPEG Standard"). A progressive file has about 10 scans; of
/// 64 megapixels this allows 15, and they take some seconds.
const PIXEL_SCANS_MAX: u64 = 1_000_000_000;

/// Most scans of a small file; the finest progression of known encoders has some 20.
const SCANS_MAX: u64 = 100;

/// The scales that libjpeg-turbo computes with fast code, smallest first.
const EIGHTHS: [usize; 4] = [1, 2, 4, 8];

/// What the decoder tells of files that browsers show without a word: bytes that nobody needs, and
/// versions that nobody knows.
const HARMLESS: [&str; 4] = [
    "extraneous bytes before marker",
    "unknown JFIF revision",
    "Unknown Adobe color transform",
    "Invalid SOS parameters for sequential JPEG",
];

/// What the markers before the first scan say.
#[derive(Clone, Copy, Debug)]
pub(super) struct JpegHeader {
    pub(super) size: FrameSize,
    pub(super) turn: Turn,
    colors: Colors,
    /// Across and down, for each component.
    sampling: [(u8, u8); 4],
    components: usize,
    /// Whether pixels are complete only after several scans.
    has_several_scans: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colors {
    Grey,
    Rgb,
    /// Four inks, of which Adobe's programs store what is left of the light.
    Cmyk {
        is_inverted: bool,
    },
}

impl JpegHeader {
    /// Memory for the coefficients, two bytes each, which are kept when there are several scans.
    pub(super) fn coefficient_bytes(&self) -> u64 {
        if !self.has_several_scans {
            return 0;
        }
        let sampling = &self.sampling[..self.components];
        let most = |side: fn(&(u8, u8)) -> u8| sampling.iter().map(side).max().unwrap_or(1);
        let (across, down) = (most(|s| s.0), most(|s| s.1));
        let units = |length: u32, most: u8| u64::from(length.div_ceil(8 * u32::from(most.max(1))));
        let units = units(self.size.width, across) * units(self.size.height, down);
        let blocks: u64 = sampling
            .iter()
            .map(|(across, down)| u64::from(*across) * u64::from(*down))
            .sum();
        units * blocks * 64 * 2
    }

    fn scans_max(&self) -> u64 {
        let pixels = u64::from(self.size.width) * u64::from(self.size.height);
        (PIXEL_SCANS_MAX / pixels.max(1)).clamp(1, SCANS_MAX)
    }
}

/// Reads the markers up to the first scan.
pub(super) fn read_header(bytes: &[u8]) -> Result<JpegHeader, ImageError> {
    let mut segments = Segments::new(bytes);
    let mut turn = Turn::NONE;
    let mut is_adobe = false;
    let mut frame = None;
    while let Some((marker, content)) = segments.next()? {
        match marker {
            0xE1 if content.starts_with(b"Exif\0\0") => turn = Turn::of_exif(content),
            0xEE if content.starts_with(b"Adobe") => is_adobe = true,
            0xC0..=0xC2 => frame = Some((marker, read_frame(content)?)),
            0xC3 | 0xC5..=0xC7 | 0xCB | 0xCD..=0xCF => {
                return Err(ImageError::Unusual("it is a lossless or hierarchical JPEG"));
            }
            0xC9 | 0xCA => return Err(ImageError::Unusual("it is an arithmetic-coded JPEG")),
            0xDA => {
                let missing = || ImageError::Broken("it has no size".to_owned());
                let (marker, frame) = frame.ok_or_else(missing)?;
                let scanned = usize::from(content.first().copied().unwrap_or(0));
                let has_several_scans = marker == 0xC2 || scanned < frame.components;
                let colors = match frame.components {
                    1 => Colors::Grey,
                    3 => Colors::Rgb,
                    _ => Colors::Cmyk {
                        is_inverted: is_adobe,
                    },
                };
                return Ok(JpegHeader {
                    turn,
                    colors,
                    has_several_scans,
                    ..frame
                });
            }
            _ => {}
        }
    }
    Err(ImageError::Broken("it ends before its pixels".to_owned()))
}

/// Reads the content of a frame header (ITU-T T.81, B.2.2).
fn read_frame(content: &[u8]) -> Result<JpegHeader, ImageError> {
    let broken = || ImageError::Broken("its size cannot be read".to_owned());
    let [bits, h1, h0, w1, w0, count, parts @ ..] = content else {
        return Err(broken());
    };
    if *bits != 8 {
        return Err(ImageError::Unusual("it is a JPEG of more than eight bits"));
    }
    let components = usize::from(*count);
    if ![1, 3, 4].contains(&components) {
        return Err(ImageError::Unusual("it is a JPEG of unknown colours"));
    }
    if parts.len() < 3 * components {
        return Err(broken());
    }
    let mut sampling = [(1, 1); 4];
    for (own, part) in sampling
        .iter_mut()
        .zip(parts.chunks_exact(3))
        .take(components)
    {
        *own = (part[1] >> 4, part[1] & 15);
        if !(1..=4).contains(&own.0) || !(1..=4).contains(&own.1) {
            return Err(broken());
        }
    }
    Ok(JpegHeader {
        size: FrameSize {
            width: u16::from_be_bytes([*w1, *w0]).into(),
            height: u16::from_be_bytes([*h1, *h0]).into(),
        },
        turn: Turn::NONE,
        colors: Colors::Rgb,
        sampling,
        components,
        has_several_scans: false,
    })
}

/// Decodes a file to pixels that still cover `wanted`, at the smallest scale that does.
pub(super) fn decode(
    bytes: &[u8],
    header: &JpegHeader,
    wanted: FrameSize,
    limits: &ImageLimits,
) -> Result<Pixels, ImageError> {
    let scale = choose_scale(header.size, wanted);
    let width = scale.scale(header.size.width as usize);
    let height = scale.scale(header.size.height as usize);
    let (format, bytes_per_pixel) = match header.colors {
        Colors::Grey => (PixelFormat::GRAY, 1),
        Colors::Rgb => (PixelFormat::RGB, 3),
        Colors::Cmyk { .. } => (PixelFormat::CMYK, 4),
    };
    let length = width * height * bytes_per_pixel;
    check_memory(header.coefficient_bytes() + length as u64, limits)?;
    let mut decoder = Decompressor::new().map_err(|error| explain(&error))?;
    decoder
        .set_scan_limit(header.scans_max() as u32)
        .map_err(|error| explain(&error))?;
    decoder
        .set_scaling_factor(scale)
        .map_err(|error| explain(&error))?;
    let mut pixels = vec![0; length];
    let image = Image {
        pixels: pixels.as_mut_slice(),
        width,
        pitch: width * bytes_per_pixel,
        height,
        format,
    };
    if let Err(error) = decoder.decompress(bytes, image)
        && !is_harmless(&error)
    {
        return Err(explain(&error));
    }
    let size = FrameSize {
        width: width as u32,
        height: height as u32,
    };
    Ok(match header.colors {
        Colors::Grey => Pixels::Grey {
            size,
            bytes: pixels,
        },
        Colors::Rgb => Pixels::Rgb {
            size,
            bytes: pixels,
        },
        Colors::Cmyk { is_inverted } => {
            mix_inks(&mut pixels, is_inverted);
            Pixels::Rgb {
                size,
                bytes: pixels,
            }
        }
    })
}

fn choose_scale(size: FrameSize, wanted: FrameSize) -> ScalingFactor {
    let covers = |eighths: &usize| {
        let scale = ScalingFactor::new(*eighths, 8);
        scale.scale(size.width as usize) >= wanted.width as usize
            && scale.scale(size.height as usize) >= wanted.height as usize
    };
    let eighths = EIGHTHS.into_iter().find(covers).unwrap_or(8);
    ScalingFactor::new(eighths, 8)
}

/// Turns four inks into colours, where they lie. Without the printer's profile this is what
/// browsers do, too.
fn mix_inks(bytes: &mut Vec<u8>, is_inverted: bool) {
    let pixels = bytes.len() / 4;
    let light = |ink: u8| u32::from(if is_inverted { ink } else { 255 - ink });
    for pixel in 0..pixels {
        let black = light(bytes[pixel * 4 + 3]);
        for color in 0..3 {
            let color_light = light(bytes[pixel * 4 + color]);
            bytes[pixel * 3 + color] = ((color_light * black + 127) / 255) as u8;
        }
    }
    bytes.truncate(pixels * 3);
}

fn is_harmless(error: &turbojpeg::Error) -> bool {
    let message = error.to_string();
    HARMLESS.iter().any(|known| message.contains(known))
}

fn explain(error: &turbojpeg::Error) -> ImageError {
    let message = error.to_string();
    if message.contains("scans") {
        return ImageError::Unusual("it is a progressive JPEG of too many steps");
    }
    let reason = message.strip_prefix("TurboJPEG error: ");
    ImageError::Broken(reason.unwrap_or(&message).to_owned())
}

/// The marker segments of a file, up to its first scan.
struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Segments<'a> {
    /// Behind the start of the image, which was sniffed.
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes.get(2..).unwrap_or_default(),
        }
    }

    fn next(&mut self) -> Result<Option<(u8, &'a [u8])>, ImageError> {
        let broken = || ImageError::Broken("its markers cannot be read".to_owned());
        loop {
            // Decoders look for the next marker, so that what some cameras write between two of
            // them does not matter.
            let Some(start) = self.rest.iter().position(|byte| *byte == 0xFF) else {
                return Ok(None);
            };
            let rest = &self.rest[start..];
            let Some(code) = rest.iter().position(|byte| *byte != 0xFF) else {
                return Ok(None);
            };
            let marker = rest[code];
            let rest = &rest[code + 1..];
            match marker {
                // Stuffed bytes and markers without content.
                0x00 | 0x01 | 0xD0..=0xD8 => self.rest = rest,
                0xD9 => return Ok(None),
                _ => {
                    let (length, _) = rest.split_first_chunk::<2>().ok_or_else(broken)?;
                    let length = usize::from(u16::from_be_bytes(*length));
                    let content = rest.get(2..length).ok_or_else(broken)?;
                    self.rest = &rest[length..];
                    return Ok(Some((marker, content)));
                }
            }
        }
    }
}
