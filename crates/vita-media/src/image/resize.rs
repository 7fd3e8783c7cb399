use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use vita_model::FrameSize;

use super::{ImageError, Picture};

/// Decoded pixels, a byte a sample, row by row.
pub(super) enum Pixels {
    Grey { size: FrameSize, bytes: Vec<u8> },
    Rgb { size: FrameSize, bytes: Vec<u8> },
}

/// Cuts the middle of the wanted shape out of the pixels and scales it with Lanczos3.
pub(super) fn cover(pixels: &Pixels, size: FrameSize) -> Result<Picture, ImageError> {
    let (kind, stored, bytes) = match pixels {
        Pixels::Grey { size, bytes } => (PixelType::U8, *size, bytes),
        Pixels::Rgb { size, bytes } => (PixelType::U8x3, *size, bytes),
    };
    // None of these can fail for pixels that were decoded; if one did, the file would be told of.
    let impossible = |reason: String| ImageError::Broken(reason);
    let source = ImageRef::new(stored.width, stored.height, bytes, kind)
        .map_err(|error| impossible(error.to_string()))?;
    let mut fitted = Image::new(size.width, size.height, kind);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .fit_into_destination(Some((0.5, 0.5)));
    Resizer::new()
        .resize(&source, &mut fitted, &options)
        .map_err(|error| impossible(error.to_string()))?;
    let fitted = fitted.into_vec();
    let pixels = match pixels {
        Pixels::Grey { .. } => fitted.iter().flat_map(|grey| [*grey; 3]).collect(),
        Pixels::Rgb { .. } => fitted,
    };
    Ok(Picture { size, pixels })
}

/// Writes pixels as WebP, and nothing else into it.
pub(super) fn encode_webp(picture: &Picture, quality: f32) -> Result<Vec<u8>, ImageError> {
    let FrameSize { width, height } = picture.size;
    let encoder = webp::Encoder::from_rgb(&picture.pixels, width, height);
    let encoded = encoder
        .encode_simple(false, quality)
        .map_err(|error| ImageError::Broken(format!("it cannot be written as WebP: {error:?}")))?;
    Ok(encoded.to_vec())
}
