use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, NotForContentType, Predicate as _, SizeAbove};

/// Smaller answers fit into one packet anyway.
const COMPRESSED_BYTES_MIN: u64 = 1024;

/// What is worth compressing: neither small answers nor what is compressed already, and no event
/// streams, which a compressor would hold back.
type Worth = And<And<And<SizeAbove, NotForContentType>, NotForContentType>, NotForContentType>;

/// Compresses answers that are made for a request, at the fastest level: they are made once, so
/// time spent on the last per cent is lost.
pub(crate) fn compression() -> CompressionLayer<Worth> {
    let worth = SizeAbove::new(COMPRESSED_BYTES_MIN)
        .and(NotForContentType::IMAGES)
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::SSE);
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(worth)
}
