//! The store on the disk.

use std::path::Path;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use futures_util::future::join_all;
use tempfile::TempDir;
use vita_blob::{BlobError, BlobStore, DiskStore};

use crate::suite::{self, add, clip, film, read};

fn fresh() -> (DiskStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskStore::open(folder.path().join("blobs")).unwrap();
    (store, folder)
}

suite::store_suite! {
    fresh:
    what_is_adopted_can_be_read,
    the_same_content_is_put_under_many_keys_and_only_where_there_is_none,
    parts_are_read_from_their_first_to_their_last_byte,
    an_empty_file_is_a_file,
    what_is_not_there_is_absent_and_no_error,
    adopting_again_replaces_and_changes_the_tag,
    a_source_that_is_gone_is_an_error,
    deleting_takes_all_files_of_one_owner_and_no_others,
    pages_of_prefixes_tell_each_once,
    stages_are_empty_private_and_go_with_their_guard,
    sweeping_leaves_what_is_in_use,
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn a_full_disk_stops_new_work_and_lets_reads_go_on() {
    let (store, _folder) = fresh();
    add(&store, &clip("gen_1"), b"content").await;
    let full = store.clone().with_free_bytes_min(u64::MAX);
    let refused = full.stage().await.unwrap_err();
    assert!(refused.is_storage_full(), "{refused}");
    assert_eq!(read(&full, &clip("gen_1"), None).await, b"content");
    assert!(full.delete_prefix(&clip("gen_1").prefix()).await.unwrap());
    assert!(store.free_bytes().await.unwrap() > 0);
}

#[tokio::test]
async fn what_another_process_left_is_swept_and_its_numbers_are_not_used_again() {
    let (store, folder) = fresh();
    let stage_root = folder.path().join("blobs/.stage");
    let left = store.stage().await.unwrap();
    std::fs::create_dir(left.path().join("deep")).unwrap();
    std::fs::write(left.path().join("deep/file"), b"half a clip").unwrap();
    std::fs::write(stage_root.join("strange"), b"?").unwrap();

    let next = DiskStore::open(folder.path().join("blobs")).unwrap();
    let stage = next.stage().await.unwrap();
    assert_ne!(stage.path(), left.path());
    assert_eq!(next.sweep_stages().await.unwrap(), 2);
    let own = stage
        .path()
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(names_in(&stage_root), [own]);
    assert_eq!(next.sweep_stages().await.unwrap(), 0);
}

#[tokio::test]
async fn strange_names_in_the_folder_are_not_told() {
    let (store, folder) = fresh();
    add(&store, &clip("gen_1"), b"content").await;
    for name in ["lost+found", "a b", "gén"] {
        std::fs::create_dir(folder.path().join("blobs/generations").join(name)).unwrap();
    }
    let page = store.list_prefixes(None, 10).await.unwrap();
    assert_eq!(page.entries.len(), 1);
    assert_eq!(page.next_after, None);
}

#[tokio::test]
async fn a_file_that_is_cut_short_while_it_is_read_ends_in_an_error() {
    let (store, _folder) = fresh();
    add(&store, &clip("gen_1"), &[7; 1_000]).await;
    let blob = store.open(&clip("gen_1")).await.unwrap().unwrap();
    let local = store.materialise(&clip("gen_1")).await.unwrap().unwrap();
    std::fs::write(local.path(), b"short").unwrap();
    let found: Result<Vec<_>, BlobError> = blob.into_stream(None).try_collect().await;
    assert!(matches!(found, Err(BlobError::Io { .. })));
}

#[tokio::test]
async fn a_file_of_another_file_system_is_adopted() {
    let (store, folder) = fresh();
    // Memory, on nearly every Linux: another file system than the temporary folder.
    let Ok(elsewhere) = tempfile::tempdir_in("/dev/shm") else {
        println!("skipped: there is no `/dev/shm`");
        return;
    };
    let made = elsewhere.path().join("made");
    std::fs::write(&made, b"from afar").unwrap();
    store.adopt(&film("job_1"), &made).await.unwrap();
    assert_eq!(read(&store, &film("job_1"), None).await, b"from afar");
    assert!(!made.exists());
    assert!(names_in(&folder.path().join("blobs/.stage")).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_whole_files_while_they_are_replaced() {
    const SIZE: usize = 300_000;
    let (store, _folder) = fresh();
    let store = Arc::new(store);
    add(&*store, &clip("gen_1"), &vec![0; SIZE]).await;
    let writers = (1..=4_u8).map(|writer| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for _ in 0..10 {
                let stage = store.stage().await.unwrap();
                let path = suite::write(&stage, &vec![writer; SIZE]);
                store.adopt(&clip("gen_1"), &path).await.unwrap();
            }
        })
    });
    let readers = (0..8).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for _ in 0..20 {
                let content = read(&*store, &clip("gen_1"), None).await;
                assert_eq!(content.len(), SIZE);
                assert!(content.iter().all(|byte| *byte == content[0]));
            }
        })
    });
    let tasks: Vec<_> = writers.chain(readers).collect();
    for task in join_all(tasks).await {
        task.unwrap();
    }
}
