//! Hashes by their names.

use hmac::{KeyInit, Mac, SimpleHmac};
use sha2::Digest;
use sha2::digest::block_api::BlockSizeUser;

/// The hashes that scripts may name.
pub(super) const ALGORITHMS: &[&str] = &[
    "md4",
    "md5",
    "sha1",
    "sha256",
    "sha384",
    "sha512",
    "sha512_224",
    "sha512_256",
    "ripemd160",
];

/// A hash or HMAC under way.
pub(super) trait Hashing {
    fn update(&mut self, bytes: &[u8]);

    /// The digest of all bytes so far; more may follow.
    fn digest(&self) -> Vec<u8>;
}

struct Plain<D>(D);

impl<D: Digest + Clone> Hashing for Plain<D> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn digest(&self) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }
}

struct Keyed<D: Digest + BlockSizeUser>(SimpleHmac<D>);

impl<D: Digest + BlockSizeUser + Clone> Hashing for Keyed<D> {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn digest(&self) -> Vec<u8> {
        self.0.clone().finalize().into_bytes().to_vec()
    }
}

pub(super) fn hash(algorithm: &str) -> Option<Box<dyn Hashing>> {
    Some(match algorithm {
        "md4" => Box::new(Plain(md4::Md4::new())),
        "md5" => Box::new(Plain(md5::Md5::new())),
        "sha1" => Box::new(Plain(sha1::Sha1::new())),
        "sha256" => Box::new(Plain(sha2::Sha256::new())),
        "sha384" => Box::new(Plain(sha2::Sha384::new())),
        "sha512" => Box::new(Plain(sha2::Sha512::new())),
        "sha512_224" => Box::new(Plain(sha2::Sha512_224::new())),
        "sha512_256" => Box::new(Plain(sha2::Sha512_256::new())),
        "ripemd160" => Box::new(Plain(ripemd::Ripemd160::new())),
        _ => return None,
    })
}

pub(super) fn hmac(algorithm: &str, key: &[u8]) -> Option<Box<dyn Hashing>> {
    match algorithm {
        "md4" => keyed::<md4::Md4>(key),
        "md5" => keyed::<md5::Md5>(key),
        "sha1" => keyed::<sha1::Sha1>(key),
        "sha256" => keyed::<sha2::Sha256>(key),
        "sha384" => keyed::<sha2::Sha384>(key),
        "sha512" => keyed::<sha2::Sha512>(key),
        "sha512_224" => keyed::<sha2::Sha512_224>(key),
        "sha512_256" => keyed::<sha2::Sha512_256>(key),
        "ripemd160" => keyed::<ripemd::Ripemd160>(key),
        _ => None,
    }
}

/// Keys of any length are keys (RFC 2104 §2), so it is always `Some`.
fn keyed<D: Digest + BlockSizeUser + Clone + 'static>(key: &[u8]) -> Option<Box<dyn Hashing>> {
    let hmac = SimpleHmac::<D>::new_from_slice(key).ok()?;
    Some(Box::new(Keyed(hmac)))
}
