//! Too much work is refused in time, and what was refused does not happen.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vita_db::{DbError, SqliteConfig};

use crate::bench::{Backend, on_both};
use crate::fixture::{
    GateKey, TestDb, add_note, hold_writer, list_notes, poll_once, within_a_minute,
};

fn is_saturated<T>(answer: &Result<T, DbError>) -> bool {
    matches!(answer, Err(DbError::Saturated { retry_after }) if *retry_after > Duration::ZERO)
}

on_both! {
    async fn a_full_queue_refuses_at_once(on: Backend) {
        let test = on.open_with(|limits| (limits.queue_max, limits.at_once) = (2, 1), Arc::new(())).await;
        let key = hold_writer(&test.db).await;
        let mut first = pin!(add_note(&test.db, "first"));
        let mut second = pin!(add_note(&test.db, "second"));
        assert!(poll_once(first.as_mut()).await.is_none());
        assert!(poll_once(second.as_mut()).await.is_none());
        let third = poll_once(pin!(add_note(&test.db, "third"))).await;
        assert!(is_saturated(
            &third.expect("a full queue does not let anyone wait")
        ));
        key.open();
        assert_eq!(tokio::join!(first, second), (Ok(()), Ok(())));
        assert_eq!(list_notes(&test.db).await, ["first", "second"]);
    }
}

#[tokio::test]
async fn a_busy_writer_refuses_within_the_acquire_timeout() {
    let limit = Duration::from_millis(100);
    let test = TestDb::open_with(|config| config.acquire_timeout = limit, Arc::new(())).await;
    let key = hold_writer(&test.db).await;
    let begun = Instant::now();
    let refused = within_a_minute(add_note(&test.db, "refused")).await;
    assert!(is_saturated(&refused));
    assert!(begun.elapsed() >= limit);
    // Reads have threads of their own.
    assert!(list_notes(&test.db).await.is_empty());
    key.open();
    add_note(&test.db, "later").await.unwrap();
    assert_eq!(list_notes(&test.db).await, ["later"]);
}

#[tokio::test]
async fn busy_readers_refuse_within_the_acquire_timeout() {
    let change = |config: &mut SqliteConfig| {
        config.readers = 1;
        config.acquire_timeout = Duration::from_millis(100);
    };
    let test = TestDb::open_with(change, Arc::new(())).await;
    let key = GateKey::new();
    let (db, gate) = (test.db.clone(), Arc::clone(&key.0));
    let holding = tokio::spawn(async move {
        let held = db.read(gate, |_, gate| {
            Box::pin(async move {
                gate.pass();
                Ok::<_, DbError>(())
            })
        });
        held.await
    });
    key.0.entered().await;
    let refused = test
        .db
        .read((), |_, ()| Box::pin(async move { Ok::<_, DbError>(()) }));
    assert!(is_saturated(&within_a_minute(refused).await));
    add_note(&test.db, "written meanwhile").await.unwrap();
    key.open();
    // What was begun is waited for, however long it takes.
    assert_eq!(holding.await.unwrap(), Ok(()));
    assert_eq!(list_notes(&test.db).await.len(), 1);
}

on_both! {
    async fn work_whose_client_left_before_it_began_is_not_done(on: Backend) {
        let test = on.open_with(|limits| limits.at_once = 1, Arc::new(())).await;
        let key = hold_writer(&test.db).await;
        {
            let mut left = pin!(add_note(&test.db, "left alone"));
            assert!(poll_once(left.as_mut()).await.is_none());
        }
        let mut stayed = pin!(add_note(&test.db, "stayed"));
        assert!(poll_once(stayed.as_mut()).await.is_none());
        key.open();
        stayed.await.unwrap();
        assert_eq!(list_notes(&test.db).await, ["stayed"]);
    }
}

on_both! {
    async fn work_whose_client_left_after_it_began_is_done(on: Backend) {
        let test = on.open_with(|limits| limits.at_once = 1, Arc::new(())).await;
        let key = GateKey::new();
        {
            let mut left = pin!(test.db.write(Arc::clone(&key.0), |tx, gate| {
                Box::pin(async move {
                    gate.pass();
                    crate::fixture::insert_note(tx, "begun").await
                })
            }));
            assert!(poll_once(left.as_mut()).await.is_none());
            key.0.entered().await;
        }
        key.open();
        add_note(&test.db, "behind it").await.unwrap();
        assert_eq!(list_notes(&test.db).await, ["begun", "behind it"]);
    }
}
