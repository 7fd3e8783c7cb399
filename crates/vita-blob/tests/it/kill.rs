//! A process that is killed while it adopts leaves whole files and nothing else.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use vita_blob::{BlobStore, DiskStore};

use crate::suite::{add, clip, read};

/// Tells the second process, which runs the same test, where to work.
const FOLDER: &str = "VITA_BLOB_KILL_FOLDER";
const SIZE: usize = 400_000;
const ROUNDS: usize = 8;

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "the process that is killed is this test itself"
)]
async fn a_kill_at_any_moment_leaves_the_old_file_or_the_new_one() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return adopt_for_ever(Path::new(&folder)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg("kill::a_kill_at_any_moment_leaves_the_old_file_or_the_new_one")
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        // Each round ends after another number of files, and there at no particular moment.
        let adopted = output
            .lines()
            .filter(|line| line.as_ref().unwrap().contains("adopted"));
        assert_eq!(adopted.take(round + 1).count(), round + 1);
        child.kill().unwrap();
        child.wait().unwrap();

        let store = DiskStore::open(folder.path()).unwrap();
        let content = read(&store, &clip("gen_1"), None).await;
        assert_eq!(content.len(), SIZE);
        assert!(content.iter().all(|byte| *byte == content[0]));
        store.sweep_stages().await.unwrap();
        let stages = std::fs::read_dir(folder.path().join(".stage")).unwrap();
        assert_eq!(stages.count(), 0);
    }
}

async fn adopt_for_ever(folder: &Path) {
    let store = DiskStore::open(folder).unwrap();
    let mut out = std::io::stdout();
    for byte in (0..=u8::MAX).cycle() {
        add(&store, &clip("gen_1"), &vec![byte; SIZE]).await;
        // Fails, and so ends this process, when the one that reads is gone.
        out.write_all(b"adopted\n").unwrap();
    }
}
