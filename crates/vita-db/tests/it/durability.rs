//! What was acknowledged is there after the process was killed.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Arc;

use vita_db::{Db, SqliteConfig};

use crate::fixture::{add_note, create_notes, list_notes};
use vita_fixtures::{ChildTest, folder_of_child};

/// Tasks of the child that write at the same time, so that groups have several transactions.
const CHILD_WRITERS: usize = 8;

/// Acknowledged writes after which the child is killed, one number for each round.
const KILLED_AFTER: [usize; 4] = [1, 40, 111, 300];

/// Not a test by itself: what [`every_acknowledged_write_survives_kill_9`] kills.
#[tokio::test]
async fn child_writes_until_it_is_killed() {
    let Some(folder) = folder_of_child() else {
        return;
    };
    let config = SqliteConfig::new(folder.join("test.db"));
    let db = Db::open_sqlite(&config, Arc::new(())).unwrap();
    create_notes(&db).await;
    let begun = list_notes(&db).await.len();
    let writers = (0..CHILD_WRITERS).map(|writer| {
        let db = db.clone();
        tokio::spawn(async move {
            for n in 0_u64.. {
                let note = format!("{begun}-{writer}-{n}");
                add_note(&db, note.as_str()).await.unwrap();
                // One call writes the line, so that a kill leaves whole lines.
                let line = format!("\nacknowledged {note}\n");
                std::io::stdout().write_all(line.as_bytes()).unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn every_acknowledged_write_survives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for count in KILLED_AFTER {
        let name = "durability::child_writes_until_it_is_killed";
        let mut child = ChildTest::start(name, folder.path());
        for _ in 0..count {
            acknowledged.extend(child.next_after("acknowledged "));
        }
        child.kill();
        while let Some(note) = child.next_after("acknowledged ") {
            acknowledged.insert(note);
        }
        // The folder's lock died with the process.
        let config = SqliteConfig::new(folder.path().join("test.db"));
        let db = Db::open_sqlite(&config, Arc::new(())).unwrap();
        let found: BTreeSet<String> = list_notes(&db).await.into_iter().collect();
        let lost: Vec<_> = acknowledged.difference(&found).collect();
        assert!(lost.is_empty(), "lost {lost:?}");
        // Each writer may have had one write that was committed and not yet acknowledged.
        let unheard = found.difference(&acknowledged).count();
        assert!(unheard <= CHILD_WRITERS * KILLED_AFTER.len());
    }
    assert!(acknowledged.len() >= KILLED_AFTER.iter().sum());
}
