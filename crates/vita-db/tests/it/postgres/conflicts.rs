//! Transactions that meet on the same rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use vita_db::{Db, DbError, params};
use vita_fixtures::postgres::has_postgres;

use super::bench::PgBench;
use crate::fixture::{add_note, insert_note, list_notes, within_a_minute};

/// Reads a number, and writes the next.
async fn count_up(db: &Db, runs: &Arc<AtomicU32>) -> Result<(), DbError> {
    db.write(Arc::clone(runs), |tx, runs| {
        Box::pin(async move {
            runs.fetch_add(1, Ordering::Relaxed);
            let find = "SELECT size FROM notes WHERE text = 'counter'";
            let size: i64 = tx.query_one(find, &[], |row| row.get(0)).await?;
            let write = "UPDATE notes SET size = $1 WHERE text = 'counter'";
            tx.execute(write, params![size + 1]).await?;
            Ok(())
        })
    })
    .await
}

/// Adds a note unless it is there, as the application does before it answers "taken".
async fn add_unless_there(db: &Db, text: &str) -> Result<bool, DbError> {
    db.write(text.to_owned(), |tx, text| {
        Box::pin(async move {
            let find = "SELECT 1 FROM notes WHERE text = $1";
            if tx
                .query_opt(find, params![text], |_| Ok(()))
                .await?
                .is_some()
            {
                return Ok(false);
            }
            insert_note(tx, text).await?;
            Ok(true)
        })
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_add_one_row_at_the_same_time_learn_that_it_is_there() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    for n in 0..20 {
        let name = format!("note {n}");
        let adding = (0..8).map(|_| add_unless_there(&test.db, &name));
        let added = within_a_minute(join_all(adding)).await;
        let winners = added.iter().filter(|added| **added == Ok(true));
        assert_eq!(winners.count(), 1, "{added:?}");
        assert!(added.iter().all(Result::is_ok), "{added:?}");
    }
    // What stands in the way from the start is told after a second look.
    let taken = add_note(&test.db, "note 1").await.unwrap_err();
    assert!(taken.violates("notes_text_key"), "{taken}");
}

#[tokio::test]
async fn a_text_with_a_nul_is_kept_but_for_that() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    add_note(&test.db, "before\0after").await.unwrap();
    assert_eq!(list_notes(&test.db).await, ["before\u{fffd}after"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_read_and_then_write_one_row_lose_nothing() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    add_note(&test.db, "counter").await.unwrap();
    let zero = test.db.write((), |tx, ()| {
        Box::pin(tx.execute("UPDATE notes SET size = 0", params![]))
    });
    let _: Result<u64, DbError> = zero.await;
    let runs = Arc::default();
    let writers = (0..40).map(|_| async {
        for _ in 0..5 {
            count_up(&test.db, &runs).await.unwrap();
        }
    });
    within_a_minute(join_all(writers)).await;
    let size = test.db.read((), |tx, ()| {
        Box::pin(tx.query_one("SELECT size FROM notes", &[], |row| row.get::<i64>(0)))
    });
    let size: Result<i64, DbError> = size.await;
    assert_eq!(size, Ok(200));
    let runs = runs.load(Ordering::Relaxed);
    assert!(runs > 200, "{runs} runs: nobody met");
    // Without turns it is some 20 runs for each commit.
    assert!(runs < 1_000, "{runs} runs for 200 commits");
    assert_eq!(list_notes(&test.db).await, ["counter"]);
}
