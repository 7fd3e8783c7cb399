//! A disk that is full, played by a limit on the pages of the file.

use std::pin::pin;

use rusqlite::Connection;
use vita_db::{Db, DbError, params};

use crate::fixture::{TestDb, add_note, hold_writer, list_notes, poll_once};

/// Pages that a test may add to the empty database.
const PAGES_TO_SPARE: u32 = 40;

/// Bytes that a note needs two pages for.
const LONG_NOTE_BYTES: usize = 8_000;

fn long_note(n: usize) -> String {
    format!("{n:04} {}", "x".repeat(LONG_NOTE_BYTES))
}

async fn open_nearly_full() -> TestDb {
    let test = TestDb::open().await;
    let connection = Connection::open(&test.config.path).unwrap();
    let pages: u32 = connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    test.reopen(|config| config.pages_max = Some(pages + PAGES_TO_SPARE))
}

/// Adds long notes until no more fit; answers how many did.
async fn fill(db: &Db) -> usize {
    for n in 0..1_000 {
        match add_note(db, long_note(n)).await {
            Ok(()) => {}
            Err(DbError::StorageFull) => return n,
            Err(other) => panic!("a full disk is told as `{other}`"),
        }
    }
    panic!("the disk is never full");
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_serves_reads_until_there_is_room() {
    let test = open_nearly_full().await;
    let fitted = fill(&test.db).await;
    assert!(fitted > 5, "{fitted} notes fitted");
    for _ in 0..3 {
        let refused = add_note(&test.db, long_note(999)).await;
        assert_eq!(refused, Err(DbError::StorageFull));
        assert_eq!(list_notes(&test.db).await.len(), fitted);
    }
    let emptied = test.db.write((), |tx, ()| {
        Box::pin(tx.execute("DELETE FROM notes", params![]))
    });
    assert_eq!(emptied.await, Ok(fitted as u64));
    add_note(&test.db, long_note(0)).await.unwrap();
    assert_eq!(list_notes(&test.db).await, [long_note(0)]);

    let test = test.reopen(|config| config.pages_max = None);
    assert_eq!(list_notes(&test.db).await, [long_note(0)]);
}

#[tokio::test]
async fn one_that_is_too_large_leaves_the_others_of_its_group() {
    let test = open_nearly_full().await;
    let key = hold_writer(&test.db).await;
    let too_large = "y".repeat(PAGES_TO_SPARE as usize * 8_192);
    let mut all = pin!(async {
        tokio::join!(
            add_note(&test.db, "before"),
            add_note(&test.db, too_large),
            add_note(&test.db, "after"),
        )
    });
    assert!(poll_once(all.as_mut()).await.is_none());
    key.open();
    let (before, too_large, after) = all.await;
    assert_eq!(too_large, Err(DbError::StorageFull));
    assert_eq!((before, after), (Ok(()), Ok(())));
    assert_eq!(list_notes(&test.db).await, ["before", "after"]);
}
