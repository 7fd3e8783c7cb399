use vita_model::ImageFormat;

use super::ImageError;

/// What a file is, by its first bytes.
pub(super) fn sniff(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    let is = |magic: &[u8]| bytes.starts_with(magic);
    let at = |place: usize, magic: &[u8]| bytes.get(place..).is_some_and(|b| b.starts_with(magic));
    if is(&[0xFF, 0xD8, 0xFF]) {
        return Ok(ImageFormat::Jpeg);
    }
    if is(b"\x89PNG\r\n\x1a\n") {
        return Ok(ImageFormat::Png);
    }
    if is(b"RIFF") && at(8, b"WEBP") {
        return Ok(ImageFormat::Webp);
    }
    let found = if bytes.is_empty() {
        "empty"
    } else if is(b"GIF8") {
        "a GIF file"
    } else if at(4, b"ftypavif") || at(4, b"ftypavis") {
        "an AVIF file"
    } else if ["heic", "heix", "heim", "hevc", "mif1", "msf1"]
        .iter()
        .any(|brand| at(4, b"ftyp") && at(8, brand.as_bytes()))
    {
        "a HEIC file"
    } else if at(4, b"ftyp") {
        "a video"
    } else if is(b"BM") {
        "a BMP file"
    } else if is(b"II*\0") || is(b"MM\0*") {
        "a TIFF file"
    } else if is(&[0xFF, 0x0A]) || is(b"\0\0\0\x0cJXL ") {
        "a JPEG XL file"
    } else if is(b"8BPS") {
        "a Photoshop file"
    } else if is(b"%PDF") {
        "a PDF file"
    } else if is_markup(bytes) {
        "an SVG or other text file"
    } else {
        "no picture that is known here"
    };
    Err(ImageError::NotRead { found })
}

/// Whether it begins like SVG, XML or HTML.
fn is_markup(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    first == Some(&b'<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_named() {
        for (bytes, word) in [
            (&b""[..], "empty"),
            (b"GIF89a\x01", "GIF"),
            (b"\0\0\0\x1cftypavif\0\0", "AVIF"),
            (b"\0\0\0\x1cftypheic\0\0", "HEIC"),
            (b"\0\0\0\x18ftypmp42\0\0", "video"),
            (b"BM\x36", "BMP"),
            (b"II*\0\x08", "TIFF"),
            (b"\xEF\xBB\xBF  <svg xmlns=''>", "SVG"),
            (b"<?xml version='1.0'?>", "SVG"),
            (b"%PDF-1.7", "PDF"),
            (b"RIFF\x10\0\0\0WAVE", "no picture"),
            (b"hello", "no picture"),
        ] {
            let error = sniff(bytes).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
