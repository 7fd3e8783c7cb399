//! How much is used, how long is waited, and what happens beyond.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use vita_db::{DbError, PostgresConfig};
use vita_fixtures::postgres::has_postgres;

use super::bench::{PgBench, look_up, sleep_on_server};
use crate::fixture::{add_note, list_notes, within_a_minute};

#[tokio::test]
async fn more_than_may_wait_are_refused_at_once_and_the_others_in_time() {
    if !has_postgres() {
        return;
    }
    let change = |config: &mut PostgresConfig| {
        config.connections_max = 2;
        config.queue_max = 5;
        config.acquire_timeout = Duration::from_millis(300);
    };
    let test = PgBench::open_with(change, Arc::new(())).await;
    let slow = join_all((0..2).map(|_| sleep_on_server(&test.db, 1.0)));
    let crowd = async {
        let begun = Instant::now();
        let asked = (0..50).map(|_| async {
            let answer = list_all(&test.db).await;
            (answer, begun.elapsed())
        });
        join_all(asked).await
    };
    let (slow, crowd) = within_a_minute(async { tokio::join!(slow, crowd) }).await;
    assert!(slow.iter().all(Result::is_ok), "{slow:?}");
    let is_refused = |answer: &Result<(), DbError>| matches!(answer, Err(DbError::Saturated { retry_after }) if !retry_after.is_zero());
    assert!(crowd.iter().all(|(answer, _)| is_refused(answer)));
    let at_once = crowd
        .iter()
        .filter(|(_, took)| *took < Duration::from_millis(250));
    assert_eq!(at_once.count(), 45);
    // Nothing is left of it.
    assert!(list_notes(&test.db).await.is_empty());
    let counts = test.db.counts();
    assert_eq!((counts.reads_waiting, counts.connections), (0, 2));
}

async fn list_all(db: &vita_db::Db) -> Result<(), DbError> {
    db.read((), |tx, ()| {
        Box::pin(async move {
            tx.query("SELECT id FROM notes", &[], |_| Ok(())).await?;
            Ok(())
        })
    })
    .await
}

#[tokio::test]
async fn connections_beyond_those_that_are_kept_are_closed_when_nobody_uses_them() {
    if !has_postgres() {
        return;
    }
    let change = |config: &mut PostgresConfig| {
        config.connections_min = 2;
        config.idle_timeout = Duration::from_millis(200);
    };
    let test = PgBench::open_with(change, Arc::new(())).await;
    assert_eq!(test.db.counts().connections, 2);
    let slow = join_all((0..8).map(|_| sleep_on_server(&test.db, 2.0)));
    let more = within_a_minute(async {
        while test.db.counts().connections < 5 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let (slow, ()) = tokio::join!(slow, more);
    assert!(slow.iter().all(Result::is_ok));
    within_a_minute(async {
        while test.db.counts().connections > 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    // Two for transactions, four for look-ups, one that listens.
    within_a_minute(async {
        while test.count_connections() != 7 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_slow_statement_is_stopped_by_the_server() {
    if !has_postgres() {
        return;
    }
    let change = |config: &mut PostgresConfig| {
        config.statement_timeout = Duration::from_millis(100);
        config.connections_max = 1;
    };
    let test = PgBench::open_with(change, Arc::new(())).await;
    let stopped = within_a_minute(sleep_on_server(&test.db, 600.0)).await;
    assert_eq!(stopped, Err(DbError::StatementTimeout));
    add_note(&test.db, "the connection goes on").await.unwrap();
    assert_eq!(test.db.counts().connections, 1);
}

#[tokio::test]
async fn a_slow_look_up_is_stopped_and_the_others_go_on() {
    if !has_postgres() {
        return;
    }
    let change = |config: &mut PostgresConfig| config.point_timeout = Duration::from_millis(100);
    let test = PgBench::open_with(change, Arc::new(())).await;
    add_note(&test.db, "found").await.unwrap();
    // Only a connection that is up is taken, so the slow one goes over the shared ones.
    within_a_minute(async {
        while test.count_connections() < 7 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let slow = test.db.read_point(
        "SELECT CAST(pg_sleep(600) AS TEXT)",
        (),
        |()| vec![],
        |row| row.get::<String>(0),
    );
    let stopped = within_a_minute(slow).await.unwrap_err();
    assert!(stopped.is_transient(), "{stopped}");
    within_a_minute(async {
        while look_up(&test.db, "found").await != Ok(Some(1)) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_look_ups_at_once_each_get_their_own_answer() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    for n in 0..20 {
        add_note(&test.db, format!("note {n}")).await.unwrap();
    }
    let asked = (0..400_i64).map(|n| {
        let db = test.db.clone();
        async move { look_up(&db, &format!("note {}", n % 25)).await }
    });
    let answers = within_a_minute(join_all(asked)).await;
    for (n, answer) in (0..).zip(answers) {
        let expected = Some(n % 25 + 1).filter(|id| *id <= 20);
        assert_eq!(answer, Ok(expected));
    }
}
