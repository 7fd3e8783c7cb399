//! What readers see, and that nobody else waits for them.

use std::sync::Arc;
use std::time::Duration;

use vita_db::{Db, DbError, Sql, ToParam as _, params};

use crate::bench::{Backend, on_both};
use crate::fixture::{
    ENDLESS_INSERT, ENDLESS_SELECT, GateKey, TestDb, add_note, list_notes, within_a_minute,
};

async fn count_notes(tx: &mut vita_db::Tx) -> Result<i64, DbError> {
    tx.query_one("SELECT COUNT(*) FROM notes", params![], |row| row.get(0))
        .await
}

on_both! {
    async fn a_read_sees_one_moment_however_long_it_takes(on: Backend) {
        let test = on.open().await;
        add_note(&test.db, "first").await.unwrap();
        let key = GateKey::new();
        let (db, gate) = (test.db.clone(), Arc::clone(&key.0));
        let reading = tokio::spawn(async move {
            db.read(gate, |tx, gate| {
                Box::pin(async move {
                    let before = count_notes(tx).await?;
                    gate.pass();
                    Ok::<_, DbError>((before, count_notes(tx).await?))
                })
            })
            .await
        });
        key.0.entered().await;
        add_note(&test.db, "second").await.unwrap();
        key.open();
        assert_eq!(reading.await.unwrap(), Ok((1, 1)));
        assert_eq!(list_notes(&test.db).await, ["first", "second"]);
    }
}

on_both! {
    async fn what_was_acknowledged_is_seen_by_every_later_read(on: Backend) {
        let test = on.open().await;
        for n in 0..100 {
            add_note(&test.db, format!("note {n}")).await.unwrap();
            assert_eq!(list_notes(&test.db).await.len(), n + 1);
        }
    }
}

/// Runs the clock of a runtime with one thread until `work` ends; answers how often it ticked.
async fn ticks_during<T>(work: impl Future<Output = T>) -> (T, u32) {
    let mut ticks = 0;
    let mut clock = tokio::time::interval(Duration::from_millis(1));
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return (done, ticks),
            _ = clock.tick() => ticks += 1,
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn slow_statements_do_not_hold_up_the_async_thread() {
    let limit = Duration::from_millis(300);
    let test = TestDb::open_with(|config| config.statement_timeout = limit, Arc::new(())).await;
    let slow_read = test.db.read((), |tx, ()| {
        Box::pin(tx.query_one(ENDLESS_SELECT, &[], |row| row.get::<i64>(0)))
    });
    let (answer, ticks) = ticks_during(within_a_minute(slow_read)).await;
    assert_eq!(answer, Err(DbError::StatementTimeout));
    assert!(ticks > 30, "{ticks} ticks while a read took 300 ms");

    let slow_write = test
        .db
        .write((), |tx, ()| Box::pin(tx.execute(ENDLESS_INSERT, params![])));
    let (answer, ticks) = ticks_during(within_a_minute(slow_write)).await;
    assert_eq!(answer, Err(DbError::StatementTimeout));
    assert!(ticks > 30, "{ticks} ticks while a write took 300 ms");
}

on_both! {
    async fn a_slow_read_does_not_hold_up_a_write_or_another_read(on: Backend) {
        let test = on.open_with(|config| config.at_once = 2, Arc::new(())).await;
        let key = GateKey::new();
        let (db, gate) = (test.db.clone(), Arc::clone(&key.0));
        let slow = tokio::spawn(async move {
            db.read(gate, |tx, gate| {
                Box::pin(async move {
                    gate.pass();
                    count_notes(tx).await
                })
            })
            .await
        });
        key.0.entered().await;
        for n in 0..20 {
            add_note(&test.db, format!("note {n}")).await.unwrap();
        }
        assert_eq!(list_notes(&test.db).await.len(), 20);
        assert!(!slow.is_finished());
        key.open();
        slow.await.unwrap().unwrap();
    }
}

async fn echo(db: &Db, text: &str) -> String {
    let echoed = db.read(text.to_owned(), |tx, text| {
        Box::pin(async move {
            let sql = "SELECT $1 FROM (SELECT 1) AS one WHERE $1 = $1";
            tx.query_one(sql, params![text], |row| row.get::<String>(0))
                .await
        })
    });
    echoed.await.unwrap()
}

on_both! {
    async fn hostile_text_comes_back_as_it_went(on: Backend) {
        let test = on.open().await;
        let long = "ü".repeat(500_000);
        let texts = [
            "",
            " ",
            "'; DROP TABLE notes; --",
            "\"quoted\" `ticked` [bracketed] 'it''s'",
            "$1 ?1 :name @name %s {} \\ \\' \\0",
            "👩‍👩‍👧‍👦 🏔️ e\u{301} \u{202e}abc \u{feff}",
            "line\nbreak\r\nand\ttab",
            "NULL",
            "１２３",
            &long,
        ];
        for text in texts {
            assert_eq!(echo(&test.db, text).await, text);
            // An index of PostgreSQL takes no entry of a megabyte.
            if text.len() < 1_000 {
                add_note(&test.db, text).await.unwrap();
            }
        }
        assert_eq!(list_notes(&test.db).await, texts[..texts.len() - 1]);
        let bytes: Vec<u8> = (0..=255).collect();
        let echoed = test.db.read_point(
            Sql::each("SELECT $1", "SELECT CAST($1 AS BYTEA)"),
            bytes.clone(),
            |bytes| vec![bytes.to_param()],
            |row| row.get::<Vec<u8>>(0),
        );
        assert_eq!(echoed.await, Ok(Some(bytes)));
    }
}
