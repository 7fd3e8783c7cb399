use axum::body::Body;
use bytes::Bytes;
use http::HeaderValue;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::INDEX;
use super::encoding::Encoding;

/// Without the web app there is nothing to embed, and the program still builds.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Dist;

/// Where the build puts the files whose names hold a digest of their content.
const HASHED: &str = "assets/";

/// A file of the web app, ready to be sent.
pub(super) struct WebFile {
    pub(super) bytes: Body,
    pub(super) content_type: &'static str,
    pub(super) cache_control: &'static str,
    pub(super) encoding: Option<Encoding>,
    pub(super) etag: HeaderValue,
}

/// The file of this name, compressed if that is accepted and there is such a copy.
pub(super) fn find_file(name: &str, accepted: Option<Encoding>) -> Option<WebFile> {
    let is_copy = [Encoding::Brotli, Encoding::Gzip]
        .iter()
        .any(|e| name.ends_with(e.suffix()));
    if is_copy {
        return None;
    }
    let content_type = content_type(name)?;
    let compressed = accepted.and_then(|encoding| {
        let file = Dist::get(&format!("{name}{}", encoding.suffix()))?;
        Some((file, Some(encoding)))
    });
    let (file, encoding) = match compressed {
        Some(found) => found,
        None => (Dist::get(name)?, None),
    };
    Some(WebFile {
        etag: etag(&file)?,
        bytes: body(file),
        content_type,
        cache_control: cache_control(name),
        encoding,
    })
}

fn body(file: EmbeddedFile) -> Body {
    let bytes = match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Body::from(bytes)
}

/// From the digest that was taken when the file was embedded; 64 bits tell two builds apart.
fn etag(file: &EmbeddedFile) -> Option<HeaderValue> {
    let digest = file.metadata.sha256_hash();
    let digest = u64::from_le_bytes(digest.first_chunk().copied()?);
    HeaderValue::from_str(&format!("\"{digest:016x}\"")).ok()
}

fn cache_control(name: &str) -> &'static str {
    if name.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else if name == INDEX {
        "no-cache"
    } else {
        "public, max-age=3600"
    }
}

/// The types of what a web build holds. A file of another type is not served.
fn content_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_changes_is_kept_and_the_page_is_asked_for() {
        assert!(cache_control("assets/index-CU47u6SH.js").contains("immutable"));
        assert_eq!(cache_control(INDEX), "no-cache");
        assert!(!cache_control("favicon.svg").contains("immutable"));
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in [
            "../Cargo.toml",
            "assets/../../Cargo.toml",
            "/etc/hosts.txt",
            "",
            "index.html.br",
        ] {
            assert!(find_file(name, None).is_none(), "{name}");
        }
    }
}
