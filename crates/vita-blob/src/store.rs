use std::fmt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use vita_model::Timestamp;

use crate::{BlobError, BlobKey, BlobPrefix, ByteRange, ETag, StageDir};

/// Most bytes of a file that are in memory for one reader.
pub const CHUNK_BYTES_MAX: usize = 128 * 1024;

/// Most prefixes that one page lists.
pub const PREFIXES_PAGE_MAX: usize = 10_000;

/// The bytes of a file, in pieces of at most [`CHUNK_BYTES_MAX`]; the next is read when asked for.
pub type ByteStream = BoxStream<'static, Result<Bytes, BlobError>>;

/// Keeps files by key.
///
/// A key's file is always whole: it appears, is replaced and disappears at once. Absence is
/// `None`, never an error. Every future may be dropped at any time; what it has begun then runs to
/// its end or leaves the store as it was.
pub trait BlobStore: Send + Sync + 'static {
    /// Moves the finished file at `path` under `key`, in place of what may be there. When this
    /// returns, the file survives a power cut. Best for `path` is a file in a [`StageDir`]: then
    /// it is a rename; from another file system it is copied.
    fn adopt<'a>(
        &'a self,
        key: &'a BlobKey,
        path: &'a Path,
    ) -> BoxFuture<'a, Result<BlobMeta, BlobError>>;

    /// Puts the content of the file at `path` under every key that has no file yet; for content that
    /// is the same under thousands of keys, which a disk then keeps once. When this returns, all of
    /// it survives a power cut. The file itself stays where it is.
    fn adopt_copies<'a>(
        &'a self,
        keys: &'a [BlobKey],
        path: &'a Path,
    ) -> BoxFuture<'a, Result<(), BlobError>>;

    /// The file as a local path for a program to read, for as long as the guard lives.
    fn materialise<'a>(
        &'a self,
        key: &'a BlobKey,
    ) -> BoxFuture<'a, Result<Option<LocalBlob>, BlobError>>;

    /// Opens the file. What is read later belongs to the facts told now, also when the file is
    /// replaced or deleted in between.
    fn open<'a>(&'a self, key: &'a BlobKey) -> BoxFuture<'a, Result<Option<OpenBlob>, BlobError>>;

    /// The facts about the file.
    fn stat<'a>(&'a self, key: &'a BlobKey) -> BoxFuture<'a, Result<Option<BlobMeta>, BlobError>>;

    /// Deletes all files of a generation, an export or an image, if there are any; says whether there were.
    fn delete_prefix<'a>(
        &'a self,
        prefix: &'a BlobPrefix,
    ) -> BoxFuture<'a, Result<bool, BlobError>>;

    /// The next `limit` prefixes (1 to [`PREFIXES_PAGE_MAX`]) behind `after`, in a fixed order.
    /// Prefixes that come or go meanwhile may be missed or told; the others come exactly once.
    fn list_prefixes<'a>(
        &'a self,
        after: Option<&'a BlobPrefix>,
        limit: usize,
    ) -> BoxFuture<'a, Result<PrefixPage, BlobError>>;

    /// A fresh folder to make files in.
    ///
    /// # Errors
    /// [`BlobError::StorageFull`] also when less space is left than the store keeps free.
    fn stage(&self) -> BoxFuture<'_, Result<StageDir, BlobError>>;

    /// Removes the working folders that an earlier process left behind; says how many there were.
    fn sweep_stages(&self) -> BoxFuture<'_, Result<u64, BlobError>>;
}

/// The facts about a stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobMeta {
    /// Its size in bytes.
    pub size: u64,
    /// Its strong validator.
    pub etag: ETag,
    /// When its content was written.
    pub modified: Timestamp,
}

/// Some of the generations, exports and images that have files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixPage {
    /// In the store's order.
    pub entries: Vec<PrefixEntry>,
    /// What to ask for the page after this one with; nothing at the end.
    pub next_after: Option<BlobPrefix>,
}

/// A generation, an export or an image that has files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixEntry {
    /// Which.
    pub prefix: BlobPrefix,
    /// When a file was last added. Files are adopted before the database knows of them, so one
    /// that nobody owns is an orphan only once it is some hours old.
    pub modified: Timestamp,
}

/// An opened file: its facts, then its bytes.
pub struct OpenBlob {
    meta: BlobMeta,
    content: Box<dyn BlobContent>,
}

/// What a back end reads an opened file with.
pub(crate) trait BlobContent: Send {
    /// The bytes of a part that lies within the file.
    fn into_stream(self: Box<Self>, part: ByteRange) -> ByteStream;
}

impl OpenBlob {
    pub(crate) const fn new(meta: BlobMeta, content: Box<dyn BlobContent>) -> Self {
        Self { meta, content }
    }

    /// The facts.
    pub const fn meta(&self) -> &BlobMeta {
        &self.meta
    }

    /// The bytes of a part, or of the whole. A stream that ends in an error has not sent all of
    /// them.
    pub fn into_stream(self, part: Option<ByteRange>) -> ByteStream {
        match part.or_else(|| ByteRange::whole(self.meta.size)) {
            Some(part) => self.content.into_stream(part),
            None => Box::pin(futures_util::stream::empty()),
        }
    }
}

impl fmt::Debug for OpenBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenBlob").field(&self.meta).finish()
    }
}

/// A stored file at a local path. It may be the stored file itself: read it, never write to it.
#[derive(Debug)]
pub struct LocalBlob {
    path: PathBuf,
}

impl LocalBlob {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The path; good as long as this guard lives and the file is not deleted from the store.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
