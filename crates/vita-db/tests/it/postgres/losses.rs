//! Connections that die under what goes over them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use vita_db::{DbError, params};
use vita_fixtures::postgres::has_postgres;

use super::bench::{PgBench, look_up};
use crate::fixture::{add_note, insert_note, list_notes, within_a_minute};

/// Ends the connection that it runs on, the first time that it runs.
const END_MYSELF: &str = "SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS TEXT)";

#[tokio::test]
async fn a_write_whose_connection_dies_is_run_again_and_happens_once() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    let runs = Arc::new(AtomicU32::new(0));
    let written = test.db.write(Arc::clone(&runs), |tx, runs| {
        Box::pin(async move {
            insert_note(tx, "once").await?;
            if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                tx.query(END_MYSELF, &[], |_| Ok(())).await?;
            }
            Ok::<_, DbError>(())
        })
    });
    within_a_minute(written).await.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(list_notes(&test.db).await, ["once"]);
}

#[tokio::test]
async fn a_write_that_always_kills_its_connection_is_given_up() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    let runs = Arc::new(AtomicU32::new(0));
    let written = test.db.write(Arc::clone(&runs), |tx, runs| {
        Box::pin(async move {
            runs.fetch_add(1, Ordering::SeqCst);
            insert_note(tx, "never").await?;
            tx.query(END_MYSELF, &[], |_| Ok(())).await
        })
    });
    let refused = within_a_minute(written).await.unwrap_err();
    assert!(matches!(refused, DbError::Unavailable { .. }), "{refused}");
    assert_eq!(runs.load(Ordering::SeqCst), 3);
    assert!(list_notes(&test.db).await.is_empty());
}

#[tokio::test]
async fn reads_and_look_ups_do_not_notice_that_all_connections_died() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    add_note(&test.db, "kept").await.unwrap();
    for _ in 0..5 {
        test.end_connections();
        assert_eq!(list_notes(&test.db).await, ["kept"]);
        assert_eq!(look_up(&test.db, "kept").await, Ok(Some(1)));
    }
    add_note(&test.db, "added").await.unwrap();
}

#[tokio::test]
async fn a_read_whose_connection_dies_is_run_once_more() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    let runs = Arc::new(AtomicU32::new(0));
    let read = test.db.read(Arc::clone(&runs), |tx, runs| {
        Box::pin(async move {
            if runs.fetch_add(1, Ordering::SeqCst) == 0 {
                tx.query(END_MYSELF, &[], |_| Ok(())).await?;
            }
            tx.query_one("SELECT 7", &[], |row| row.get::<i64>(0)).await
        })
    });
    assert_eq!(within_a_minute(read).await, Ok(7));
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

/// A trigger that runs at the commit ends the connection in the middle of it.
#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_told_as_unknown_and_not_repeated() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    test.database.run_sql(
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
         BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON notes
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()",
    );
    let runs = Arc::new(AtomicU32::new(0));
    let written = test.db.write(Arc::clone(&runs), |tx, runs| {
        Box::pin(async move {
            runs.fetch_add(1, Ordering::SeqCst);
            insert_note(tx, "who knows").await
        })
    });
    assert_eq!(within_a_minute(written).await, Err(DbError::OutcomeUnknown));
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    assert!(list_notes(&test.db).await.is_empty());
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_a_statement_leaves_its_connection_in_order() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open_with(|config| config.connections_max = 1, Arc::new(())).await;
    for _ in 0..3 {
        let slow = super::bench::sleep_on_server(&test.db, 0.2);
        let left = tokio::time::timeout(Duration::from_millis(50), slow).await;
        assert!(left.is_err(), "it was to be left in the middle");
        // There is one connection, so this waits for the server to be done with it.
        assert!(
            within_a_minute(async { list_notes(&test.db).await })
                .await
                .is_empty()
        );
    }
    assert!(test.db.counts().connections <= 1);
    let number = test.db.read((), |tx, ()| {
        Box::pin(tx.query_one("SELECT 1", params![], |row| row.get::<i64>(0)))
    });
    let number: Result<i64, DbError> = number.await;
    assert_eq!(number, Ok(1));
}
