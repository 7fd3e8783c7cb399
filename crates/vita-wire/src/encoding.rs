//! Compression of requests' bodies and decompression of answers, the latter bounded.

use std::io::{Read, Write};
use std::str::FromStr;

use bytes::Bytes;

use crate::error::{ConfigError, ErrorCode, WireError};

/// The greatest window that a zstd answer may ask for, as a power of two: what RFC 9659 §3 allows.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// Encodings that one answer may be wrapped in: more is an attack, as nobody gains by it.
const LAYERS_MAX: usize = 5;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950: the zlib form, as HTTP means it.
    Deflate,
    /// RFC 8878.
    Zstd,
    /// RFC 7932.
    Br,
}

impl Encoding {
    /// Its name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Zstd => "zstd",
            Self::Br => "br",
        }
    }

    fn compress(self, data: &[u8]) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                let mut writer =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                writer.write_all(data)?;
                writer.finish()
            }
            Self::Deflate => {
                let mut writer =
                    flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
                writer.write_all(data)?;
                writer.finish()
            }
            Self::Zstd => zstd::stream::encode_all(data, zstd::DEFAULT_COMPRESSION_LEVEL),
            Self::Br => {
                let mut packed = Vec::new();
                brotli::CompressorReader::new(data, 4096, 5, 22).read_to_end(&mut packed)?;
                Ok(packed)
            }
        }
    }

    fn decompress(self, data: &[u8], bytes_max: u64) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Gzip => read_bounded(flate2::read::MultiGzDecoder::new(data), bytes_max),
            // Some servers send the raw form, which starts with no zlib header.
            Self::Deflate if is_zlib(data) => {
                read_bounded(flate2::read::ZlibDecoder::new(data), bytes_max)
            }
            Self::Deflate => read_bounded(flate2::read::DeflateDecoder::new(data), bytes_max),
            Self::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::new(data)?;
                decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
                read_bounded(decoder, bytes_max)
            }
            Self::Br => read_bounded(brotli::Decompressor::new(data, 4096), bytes_max),
        }
    }
}

impl FromStr for Encoding {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        match text.trim() {
            "gzip" => Ok(Self::Gzip),
            "deflate" => Ok(Self::Deflate),
            "zstd" => Ok(Self::Zstd),
            "br" => Ok(Self::Br),
            _ => Err(ConfigError::Malformed {
                value: text.trim().to_owned(),
                expected: "a known compression: `gzip`, `deflate`, `zstd` or `br`",
            }),
        }
    }
}

/// Applies `encodings` to `data`, in order.
pub(crate) fn compress(encodings: &[Encoding], data: Bytes) -> Result<Bytes, WireError> {
    encodings.iter().try_fold(data, |data, encoding| {
        let packed = encoding
            .compress(&data)
            .map_err(|error| WireError::generic(format!("failed to compress the body: {error}")))?;
        Ok(Bytes::from(packed))
    })
}

/// Undoes the `Content-Encoding` of an answer. An encoding that isn't known leaves the body as it
/// came, as browsers and k6 do.
pub(crate) fn decode(
    content_encoding: &str,
    data: Bytes,
    bytes_max: u64,
) -> Result<Bytes, WireError> {
    let mut layers = Vec::new();
    for name in content_encoding.split(',').map(str::trim) {
        match name.to_ascii_lowercase().as_str() {
            "" | "identity" => {}
            "x-gzip" => layers.push(Encoding::Gzip),
            name => match name.parse() {
                Ok(encoding) => layers.push(encoding),
                Err(_) => return Ok(data),
            },
        }
    }
    let failed = |reason: String| {
        WireError::new(
            ErrorCode::DECOMPRESSION,
            format!("error decompressing response body ({reason})"),
        )
    };
    if layers.len() > LAYERS_MAX {
        return Err(failed(format!("more than {LAYERS_MAX} encodings")));
    }
    if data.is_empty() {
        return Ok(data);
    }
    layers.into_iter().rev().try_fold(data, |data, encoding| {
        let plain = encoding
            .decompress(&data, bytes_max)
            .map_err(|error| failed(error.to_string()))?;
        Ok(Bytes::from(plain))
    })
}

/// RFC 1950 §2.2: the first two bytes name the method 8 and are a multiple of 31.
fn is_zlib(data: &[u8]) -> bool {
    matches!(data, [first, second, ..]
        if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31))
}

fn read_bounded(reader: impl Read, bytes_max: u64) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    reader
        .take(bytes_max.saturating_add(1))
        .read_to_end(&mut plain)?;
    if plain.len() as u64 > bytes_max {
        return Err(std::io::Error::other(format!(
            "it is longer than {bytes_max} bytes, the limit of decoded bodies; discard the body or read it as it comes"
        )));
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Encoding; 4] = [
        Encoding::Gzip,
        Encoding::Deflate,
        Encoding::Zstd,
        Encoding::Br,
    ];

    #[test]
    fn what_is_compressed_in_any_order_comes_back() {
        let data = Bytes::from("some text ".repeat(1000));
        for first in ALL {
            for second in ALL {
                let packed = compress(&[first, second], data.clone()).unwrap();
                assert_ne!(packed, data);
                let header = format!("{}, {}", first.name(), second.name());
                assert_eq!(decode(&header, packed, 1 << 20).unwrap(), data, "{header}");
            }
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let data = Bytes::from(vec![0; 1 << 20]);
        for encoding in ALL {
            let packed = compress(&[encoding], data.clone()).unwrap();
            assert!(packed.len() < 10_000);
            let error = decode(encoding.name(), packed.clone(), (1 << 20) - 1).unwrap_err();
            assert_eq!(error.code, ErrorCode::DECOMPRESSION);
            assert!(error.text.contains("limit of decoded bodies"), "{error}");
            assert_eq!(
                decode(encoding.name(), packed, 1 << 20).unwrap().len(),
                1 << 20
            );
        }
    }

    #[test]
    fn garbage_is_a_failure_and_an_unknown_encoding_is_left_alone() {
        let garbage = Bytes::from_static(b"\x01\x02this is not compressed at all");
        for encoding in ALL {
            assert!(
                decode(encoding.name(), garbage.clone(), 1000).is_err(),
                "{encoding:?}"
            );
        }
        assert_eq!(decode("compress", garbage.clone(), 1000).unwrap(), garbage);
        assert_eq!(decode("identity", garbage.clone(), 1000).unwrap(), garbage);
        assert_eq!(decode("gzip", Bytes::new(), 1000).unwrap(), Bytes::new());
        assert!(decode("br,br,br,br,br,br", garbage, 1000).is_err());
    }

    #[test]
    fn the_raw_form_of_deflate_is_read_too() {
        let mut writer =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(b"raw").unwrap();
        let packed = Bytes::from(writer.finish().unwrap());
        assert_eq!(decode("deflate", packed, 100).unwrap(), "raw");
    }
}
