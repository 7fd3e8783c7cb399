//! Stored files: clips, posters, exported films, uploaded pictures.
//!
//! * A [`BlobKey`] says what a file *is*, and from that follow its path, its type, its cache rule
//!   and to whom it belongs. It is made of typed parts only, so no key leads out of the store.
//! * A [`BlobStore`] keeps the files: [`DiskStore`] on the local disk. What is made for it is made
//!   in a [`StageDir`] and then adopted, so that a file is either wholly there or not at all,
//!   wherever the process was killed.
//! * [`UrlSigner`] gives and checks addresses that work for a while without a login, and
//!   [`ByteRange`] reads the part of a file that a player asked for.
//!
//! This crate does not know HTTP types, users or rights: [`BlobKey::owner_part`] says which
//! generation, job or image to look at, and the caller decides.

mod byte_range;
mod disk;
mod error;
mod etag;
mod key;
mod pool;
mod sign;
mod stage;
mod store;

pub use byte_range::{ByteRange, Unsatisfiable};
pub use disk::{DiskStore, FREE_BYTES_MIN};
pub use error::BlobError;
pub use etag::ETag;
pub use key::{BlobKey, BlobOwner, BlobPrefix, ExportFile, InvalidKey};
pub use sign::{InvalidSignature, SIGNATURE_BUCKET, UrlSigner};
pub use stage::StageDir;
pub use store::{
    BlobMeta, BlobStore, ByteStream, CHUNK_BYTES_MAX, LocalBlob, OpenBlob, PREFIXES_PAGE_MAX,
    PrefixEntry, PrefixPage,
};
