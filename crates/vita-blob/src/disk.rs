//! The store on the local disk.
//!
//! A key's printed form is the path below the root; `.stage` beside the areas holds the folders in
//! which files are made, and what is being deleted.

mod copies;
mod files;
mod listing;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::stream;

use crate::pool::FilePool;
use crate::store::BlobContent;
use crate::{
    BlobError, BlobKey, BlobMeta, BlobPrefix, BlobStore, ByteRange, ByteStream, CHUNK_BYTES_MAX,
    LocalBlob, OpenBlob, PREFIXES_PAGE_MAX, PrefixPage, StageDir,
};

/// Below this much free space nothing new is made, unless the store is told another limit: what
/// runs needs room to finish, and the database on the same disk needs room to record it.
pub const FREE_BYTES_MIN: u64 = 256 * 1024 * 1024;

/// Keeps files in a folder.
#[derive(Clone)]
pub struct DiskStore {
    root: Arc<Path>,
    pool: FilePool,
    stages: Arc<StageNumbers>,
    free_bytes_min: u64,
}

/// Working folders have numbers; those below `first` are another process's.
struct StageNumbers {
    first: u64,
    next: AtomicU64,
}

impl DiskStore {
    /// Opens the store in the folder `root`, which is made when it is not there. Only one process
    /// may use it at a time; who opens it sees to that. Blocks for a few file operations: call it
    /// at the start.
    ///
    /// # Errors
    /// [`BlobError`] when a folder or a thread cannot be made.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, BlobError> {
        let root: PathBuf = root.into();
        let first = files::prepare_root(&root)?;
        let pool = FilePool::start().map_err(BlobError::from_io("start", "file threads"))?;
        Ok(Self {
            root: root.into(),
            pool,
            stages: Arc::new(StageNumbers {
                first,
                next: AtomicU64::new(first),
            }),
            free_bytes_min: FREE_BYTES_MIN,
        })
    }

    /// The same store with another limit in place of [`FREE_BYTES_MIN`].
    #[must_use]
    pub const fn with_free_bytes_min(mut self, bytes: u64) -> Self {
        self.free_bytes_min = bytes;
        self
    }

    /// How many bytes may still be written to the disk.
    ///
    /// # Errors
    /// [`BlobError`] when the system does not tell.
    pub async fn free_bytes(&self) -> Result<u64, BlobError> {
        let root = Arc::clone(&self.root);
        self.pool.run(move || files::free_bytes(&root)).await
    }

    fn next_stage_path(&self) -> PathBuf {
        let number = self.stages.next.fetch_add(1, Ordering::Relaxed);
        files::stage_path(&self.root, number)
    }
}

impl BlobStore for DiskStore {
    fn adopt<'a>(
        &'a self,
        key: &'a BlobKey,
        path: &'a Path,
    ) -> BoxFuture<'a, Result<BlobMeta, BlobError>> {
        let (root, key, path) = (Arc::clone(&self.root), key.clone(), path.to_owned());
        let copy = self.next_stage_path();
        Box::pin(
            self.pool
                .run(move || files::adopt(&root, &key, &path, &copy)),
        )
    }

    fn adopt_copies<'a>(
        &'a self,
        keys: &'a [BlobKey],
        path: &'a Path,
    ) -> BoxFuture<'a, Result<(), BlobError>> {
        let (root, keys, path) = (Arc::clone(&self.root), keys.to_vec(), path.to_owned());
        let copy = self.next_stage_path();
        Box::pin(
            self.pool
                .run(move || copies::adopt_copies(&root, &keys, &path, &copy)),
        )
    }

    fn materialise<'a>(
        &'a self,
        key: &'a BlobKey,
    ) -> BoxFuture<'a, Result<Option<LocalBlob>, BlobError>> {
        Box::pin(async move {
            let meta = self.stat(key).await?;
            Ok(meta.map(|_| LocalBlob::new(files::path_of(&self.root, key))))
        })
    }

    fn open<'a>(&'a self, key: &'a BlobKey) -> BoxFuture<'a, Result<Option<OpenBlob>, BlobError>> {
        let (root, key) = (Arc::clone(&self.root), key.clone());
        let pool = self.pool.clone();
        Box::pin(async move {
            let name = key.clone();
            let opened = pool.run(move || files::open(&root, &name)).await?;
            Ok(opened.map(|(meta, file)| {
                let file = Arc::new(file);
                OpenBlob::new(meta, Box::new(DiskContent { file, key, pool }))
            }))
        })
    }

    fn stat<'a>(&'a self, key: &'a BlobKey) -> BoxFuture<'a, Result<Option<BlobMeta>, BlobError>> {
        let (root, key) = (Arc::clone(&self.root), key.clone());
        Box::pin(self.pool.run(move || files::stat(&root, &key)))
    }

    fn delete_prefix<'a>(
        &'a self,
        prefix: &'a BlobPrefix,
    ) -> BoxFuture<'a, Result<bool, BlobError>> {
        let (root, prefix) = (Arc::clone(&self.root), prefix.clone());
        let trash = self.next_stage_path();
        Box::pin(self.pool.run(move || files::delete(&root, &prefix, &trash)))
    }

    fn list_prefixes<'a>(
        &'a self,
        after: Option<&'a BlobPrefix>,
        limit: usize,
    ) -> BoxFuture<'a, Result<PrefixPage, BlobError>> {
        let (root, after) = (Arc::clone(&self.root), after.cloned());
        let limit = limit.clamp(1, PREFIXES_PAGE_MAX);
        Box::pin(
            self.pool
                .run(move || listing::list(&root, after.as_ref(), limit)),
        )
    }

    fn stage(&self) -> BoxFuture<'_, Result<StageDir, BlobError>> {
        let (root, free_bytes_min) = (Arc::clone(&self.root), self.free_bytes_min);
        let (path, pool) = (self.next_stage_path(), self.pool.clone());
        Box::pin(self.pool.run(move || {
            files::make_stage(&root, &path, free_bytes_min)?;
            // Made here, so that the folder goes again when nobody waits for it any more.
            Ok(StageDir::new(path, pool))
        }))
    }

    fn sweep_stages(&self) -> BoxFuture<'_, Result<u64, BlobError>> {
        let (root, below) = (Arc::clone(&self.root), self.stages.first);
        Box::pin(self.pool.run(move || files::sweep_stages(&root, below)))
    }
}

/// An open file; it stays readable when its name goes.
struct DiskContent {
    file: Arc<File>,
    key: BlobKey,
    pool: FilePool,
}

impl BlobContent for DiskContent {
    fn into_stream(self: Box<Self>, part: ByteRange) -> ByteStream {
        let start = (self, part.first(), part.len());
        Box::pin(stream::try_unfold(
            start,
            |(content, at, left)| async move {
                if left == 0 {
                    return Ok(None);
                }
                let chunk = content.read(at, left.min(CHUNK_BYTES_MAX as u64)).await?;
                let length = chunk.len() as u64;
                Ok(Some((chunk, (content, at + length, left - length))))
            },
        ))
    }
}

impl DiskContent {
    /// Exactly `length` bytes from position `at`.
    async fn read(&self, at: u64, length: u64) -> Result<Bytes, BlobError> {
        let (file, key) = (Arc::clone(&self.file), self.key.clone());
        let read = move || {
            let mut chunk = BytesMut::zeroed(length as usize);
            file.read_exact_at(&mut chunk, at)
                .map_err(BlobError::from_io("read", &key))?;
            Ok(chunk.freeze())
        };
        self.pool.run(read).await
    }
}
