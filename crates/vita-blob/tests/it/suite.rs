//! What every store does. A back end runs it with [`store_suite!`] and a function that gives a
//! fresh store and whatever has to live as long.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use vita_blob::{BlobKey, BlobPrefix, BlobStore, ByteRange, CHUNK_BYTES_MAX, ExportFile, StageDir};
use vita_model::{GenerationId, JobId};

/// How long a folder may take to go on a machine that is busy with other tests.
const REMOVAL_WAIT_MAX: Duration = Duration::from_secs(20);

/// One test for each function of the suite, against the store that `$fresh` gives.
macro_rules! store_suite {
    ($fresh:path: $($case:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $case() {
            let (store, _keep) = $fresh();
            crate::suite::$case(&store).await;
        }
    )*};
}
pub(crate) use store_suite;

pub(crate) fn clip(id: &str) -> BlobKey {
    BlobKey::generation_clip(&GenerationId::from_trusted(id))
}

pub(crate) fn film(id: &str) -> BlobKey {
    BlobKey::export(&JobId::from_trusted(id), ExportFile::Film)
}

pub(crate) fn write(stage: &StageDir, content: &[u8]) -> PathBuf {
    let path = stage.path().join("made");
    std::fs::write(&path, content).unwrap();
    path
}

/// Bytes that tell where they are.
fn counting_bytes(length: usize) -> Vec<u8> {
    (0..=length / 4)
        .flat_map(|n| (n as u32).to_le_bytes())
        .take(length)
        .collect()
}

pub(crate) async fn add(store: &dyn BlobStore, key: &BlobKey, content: &[u8]) {
    let stage = store.stage().await.unwrap();
    let meta = store.adopt(key, &write(&stage, content)).await.unwrap();
    assert_eq!(meta.size, content.len() as u64);
    assert_eq!(store.stat(key).await.unwrap(), Some(meta));
}

pub(crate) async fn read(store: &dyn BlobStore, key: &BlobKey, range: Option<&str>) -> Vec<u8> {
    let blob = store.open(key).await.unwrap().unwrap();
    let range = range.and_then(|range| ByteRange::parse(range, blob.meta().size).unwrap());
    let chunks: Vec<_> = blob.into_stream(range).try_collect().await.unwrap();
    assert!(
        chunks
            .iter()
            .all(|chunk| !chunk.is_empty() && chunk.len() <= CHUNK_BYTES_MAX)
    );
    chunks.concat()
}

pub(crate) async fn what_is_adopted_can_be_read(store: &dyn BlobStore) {
    let content = counting_bytes(CHUNK_BYTES_MAX * 2 + 77);
    add(store, &clip("gen_1"), &content).await;
    assert_eq!(read(store, &clip("gen_1"), None).await, content);
    let local = store.materialise(&clip("gen_1")).await.unwrap().unwrap();
    assert_eq!(std::fs::read(local.path()).unwrap(), content);
}

pub(crate) async fn the_same_content_is_put_under_many_keys_and_only_where_there_is_none(
    store: &dyn BlobStore,
) {
    add(store, &clip("gen_1"), b"its own").await;
    let stage = store.stage().await.unwrap();
    let source = write(&stage, b"shared");
    let keys = ["gen_1", "gen_2", "gen_3"].map(clip);
    store.adopt_copies(&keys, &source).await.unwrap();
    store.adopt_copies(&keys, &source).await.unwrap();
    store.adopt_copies(&[], &source).await.unwrap();
    assert_eq!(read(store, &keys[0], None).await, b"its own");
    assert_eq!(read(store, &keys[1], None).await, b"shared");
    store.delete_prefix(&keys[1].prefix()).await.unwrap();
    add(store, &keys[1], b"another").await;
    assert_eq!(read(store, &keys[2], None).await, b"shared");
    assert!(source.exists());
}

pub(crate) async fn parts_are_read_from_their_first_to_their_last_byte(store: &dyn BlobStore) {
    let content = counting_bytes(CHUNK_BYTES_MAX + 1_000);
    add(store, &clip("gen_1"), &content).await;
    let length = content.len();
    for (range, part) in [
        ("bytes=0-0", 0..1),
        ("bytes=100-199", 100..200),
        ("bytes=-100", length - 100..length),
        ("bytes=131000-131999", 131_000..132_000),
        ("bytes=1-", 1..length),
    ] {
        assert_eq!(
            read(store, &clip("gen_1"), Some(range)).await,
            content[part],
            "{range}"
        );
    }
}

pub(crate) async fn an_empty_file_is_a_file(store: &dyn BlobStore) {
    add(store, &clip("gen_1"), b"").await;
    assert!(read(store, &clip("gen_1"), None).await.is_empty());
}

pub(crate) async fn what_is_not_there_is_absent_and_no_error(store: &dyn BlobStore) {
    assert!(store.open(&clip("gen_1")).await.unwrap().is_none());
    assert_eq!(store.stat(&clip("gen_1")).await.unwrap(), None);
    assert!(store.materialise(&clip("gen_1")).await.unwrap().is_none());
    assert!(!store.delete_prefix(&clip("gen_1").prefix()).await.unwrap());
}

pub(crate) async fn adopting_again_replaces_and_changes_the_tag(store: &dyn BlobStore) {
    add(store, &clip("gen_1"), b"first").await;
    let first = store.open(&clip("gen_1")).await.unwrap().unwrap();
    add(store, &clip("gen_1"), b"again").await;
    let again = store.stat(&clip("gen_1")).await.unwrap().unwrap();
    assert_ne!(first.meta().etag, again.etag);
    assert_eq!(read(store, &clip("gen_1"), None).await, b"again");
    let chunks: Vec<_> = first.into_stream(None).try_collect().await.unwrap();
    assert_eq!(chunks.concat(), b"first", "an open file stays what it was");
}

pub(crate) async fn a_source_that_is_gone_is_an_error(store: &dyn BlobStore) {
    let stage = store.stage().await.unwrap();
    let gone = stage.path().join("gone");
    assert!(store.adopt(&clip("gen_1"), &gone).await.is_err());
    assert_eq!(store.stat(&clip("gen_1")).await.unwrap(), None);
}

pub(crate) async fn deleting_takes_all_files_of_one_owner_and_no_others(store: &dyn BlobStore) {
    let poster = BlobKey::generation_poster(&GenerationId::from_trusted("gen_1"));
    for key in [&clip("gen_1"), &poster, &clip("gen_10"), &film("gen_1")] {
        add(store, key, b"content").await;
    }
    let reader = store.open(&clip("gen_1")).await.unwrap().unwrap();
    assert!(store.delete_prefix(&clip("gen_1").prefix()).await.unwrap());
    assert!(!store.delete_prefix(&clip("gen_1").prefix()).await.unwrap());
    for (key, there) in [
        (clip("gen_1"), false),
        (poster, false),
        (clip("gen_10"), true),
        (film("gen_1"), true),
    ] {
        assert_eq!(store.stat(&key).await.unwrap().is_some(), there, "{key}");
    }
    let chunks: Vec<_> = reader.into_stream(None).try_collect().await.unwrap();
    assert_eq!(chunks.concat(), b"content");
    add(store, &clip("gen_1"), b"new").await;
}

pub(crate) async fn pages_of_prefixes_tell_each_once(store: &dyn BlobStore) {
    let keys: Vec<_> = (0..7)
        .map(|n| clip(&format!("gen_{n}")))
        .chain((0..4).map(|n| film(&format!("job_{n}"))))
        .collect();
    for key in &keys {
        add(store, key, b"content").await;
    }
    for limit in [1, 3, 11, 12, 1_000] {
        let mut found = Vec::new();
        let mut after: Option<BlobPrefix> = None;
        loop {
            let page = store.list_prefixes(after.as_ref(), limit).await.unwrap();
            assert!(page.entries.len() <= limit);
            found.extend(
                page.entries
                    .into_iter()
                    .map(|entry| entry.prefix.to_string()),
            );
            after = page.next_after;
            if after.is_none() {
                break;
            }
        }
        let mut expected: Vec<_> = keys.iter().map(|key| key.prefix().to_string()).collect();
        expected.sort();
        assert_eq!(found, expected, "by {limit}");
    }
}

pub(crate) async fn stages_are_empty_private_and_go_with_their_guard(store: &dyn BlobStore) {
    use std::os::unix::fs::PermissionsExt as _;
    let (one, other) = (store.stage().await.unwrap(), store.stage().await.unwrap());
    assert_ne!(one.path(), other.path());
    for stage in [&one, &other] {
        assert_eq!(std::fs::read_dir(stage.path()).unwrap().count(), 0);
        let mode = std::fs::metadata(stage.path())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0);
    }
    let path = one.path().to_owned();
    write(&one, b"left");
    drop(one);
    // Removal is queued and happens beside what is asked for meanwhile.
    let gone = async {
        while path.exists() {
            store.stat(&clip("gen_1")).await.unwrap();
        }
    };
    tokio::time::timeout(REMOVAL_WAIT_MAX, gone).await.unwrap();
}

pub(crate) async fn sweeping_leaves_what_is_in_use(store: &dyn BlobStore) {
    let stage = store.stage().await.unwrap();
    let path = write(&stage, b"in use");
    store.sweep_stages().await.unwrap();
    assert!(path.exists());
}
