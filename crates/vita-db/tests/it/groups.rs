//! What transactions that share a commit have to do with each other: nothing.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use rusqlite::{Connection, OpenFlags};
use vita_db::{Announcement, AnnouncementSink, Db, DbError, params};

use crate::bench::{Backend, on_both};
use crate::fixture::{
    ENDLESS_INSERT, Heard, TestDb, add_note, announcement, hold_writer, insert_note, list_notes,
    poll_once, within_a_minute,
};

async fn add_announced(db: &Db, text: &str) -> Result<(), DbError> {
    db.write(text.to_owned(), |tx, text| {
        Box::pin(async move {
            insert_note(tx, text).await?;
            tx.announce(announcement(text));
            Ok(())
        })
    })
    .await
}

/// Adds a note, announces it, and then wants none of it.
async fn add_and_fail(db: &Db, text: &str) -> Result<(), DbError> {
    db.write(text.to_owned(), |tx, text| {
        Box::pin(async move {
            insert_note(tx, text).await?;
            tx.announce(announcement(text));
            Err(DbError::MissingRow)
        })
    })
    .await
}

#[tokio::test]
async fn two_hundred_writes_cost_far_fewer_commits() {
    let test = TestDb::open().await;
    let key = hold_writer(&test.db).await;
    let before = test.db.counts();
    let mut writes = pin!(join_all(
        (0..200).map(|n| add_note(&test.db, format!("note {n}")))
    ));
    assert!(poll_once(writes.as_mut()).await.is_none());
    assert_eq!(test.db.counts().writes_waiting, 200);
    key.open();
    assert!(writes.await.iter().all(Result::is_ok));
    let after = test.db.counts();
    assert_eq!(after.transactions - before.transactions, 201);
    let commits = after.commits - before.commits;
    assert!(commits < 40, "{commits} commits for 201 transactions");
    assert_eq!(list_notes(&test.db).await.len(), 200);
}

#[tokio::test]
async fn one_that_fails_leaves_the_others_of_its_group() {
    let heard = Arc::new(Heard::default());
    let sink: Arc<dyn AnnouncementSink> = Arc::<Heard>::clone(&heard);
    let test = TestDb::open_with(|_| {}, sink).await;
    let key = hold_writer(&test.db).await;
    let mut all = pin!(async {
        tokio::join!(
            add_announced(&test.db, "first"),
            add_and_fail(&test.db, "refused"),
            add_announced(&test.db, "second"),
        )
    });
    assert!(poll_once(all.as_mut()).await.is_none());
    key.open();
    let (first, refused, second) = all.await;
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(refused, Err(DbError::MissingRow));
    assert_eq!(list_notes(&test.db).await, ["first", "second"]);
    assert_eq!(heard.topics(), ["first", "second"]);
}

#[tokio::test]
async fn one_that_panics_is_undone_and_the_writer_goes_on() {
    let test = TestDb::open().await;
    let key = hold_writer(&test.db).await;
    let panicking = test.db.write((), |tx, ()| {
        Box::pin(async move {
            insert_note(tx, "of the panicking one").await?;
            panic!("on purpose");
        })
    });
    let mut all = pin!(async { tokio::join!(panicking, add_note(&test.db, "kept")) });
    assert!(poll_once(all.as_mut()).await.is_none());
    key.open();
    let (panicked, kept): (Result<(), DbError>, _) = all.await;
    assert_eq!((panicked, kept), (Err(DbError::Panicked), Ok(())));
    add_note(&test.db, "later").await.unwrap();
    assert_eq!(list_notes(&test.db).await, ["kept", "later"]);
}

/// Running out of time in the middle of a change makes SQLite undo the whole transaction, that is,
/// the whole group.
#[tokio::test]
async fn one_that_runs_out_of_time_costs_the_others_only_time() {
    let heard = Arc::new(Heard::default());
    let sink: Arc<dyn AnnouncementSink> = Arc::<Heard>::clone(&heard);
    let limit = Duration::from_millis(50);
    let test = TestDb::open_with(|config| config.statement_timeout = limit, sink).await;
    let key = hold_writer(&test.db).await;
    let runs = Arc::new(AtomicU32::new(0));
    let before = test.db.write(Arc::clone(&runs), |tx, runs| {
        Box::pin(async move {
            runs.fetch_add(1, Ordering::SeqCst);
            insert_note(tx, "before").await?;
            tx.announce(announcement("before"));
            Ok::<_, DbError>(())
        })
    });
    let endless = test.db.write((), |tx, ()| {
        Box::pin(async move {
            tx.announce(announcement("endless"));
            tx.execute(ENDLESS_INSERT, params![]).await
        })
    });
    let mut all = pin!(async { tokio::join!(before, endless, add_note(&test.db, "after")) });
    assert!(poll_once(all.as_mut()).await.is_none());
    key.open();
    let (before, endless, after) = within_a_minute(all).await;
    assert_eq!((before, after), (Ok(()), Ok(())));
    assert_eq!(endless, Err(DbError::StatementTimeout));
    assert_eq!(list_notes(&test.db).await, ["before", "after"]);
    assert_eq!(heard.topics(), ["before"]);
    // It shared the group with the endless one, unless the machine was so slow that the group was
    // closed after the first.
    assert!(matches!(runs.load(Ordering::SeqCst), 1 | 2));
}

on_both! {
    async fn a_body_that_goes_on_after_its_transaction_was_ended_writes_nothing(on: Backend) {
        let limit = Duration::from_millis(50);
        let test = on.open_with(|config| config.statement_timeout = limit, Arc::new(())).await;
        let stubborn = test.db.write((), |tx, ()| {
            Box::pin(async move {
                let _ = tx.execute(ENDLESS_INSERT, params![]).await;
                let second = insert_note(tx, "outside of any transaction").await;
                assert_eq!(second, Err(DbError::StatementTimeout));
                Ok::<_, DbError>(())
            })
        });
        assert_eq!(
            within_a_minute(stubborn).await,
            Err(DbError::StatementTimeout)
        );
        assert!(list_notes(&test.db).await.is_empty());
    }
}

/// A constraint that is only looked at when the group commits.
#[tokio::test]
async fn a_commit_that_fails_is_told_to_all_and_announced_to_nobody() {
    const ORPHAN: &str = "INSERT INTO credit_accounts (owner_id, balance, reserved)
         VALUES ('usr_nobody', 0, 0)";
    let heard = Arc::new(Heard::default());
    let sink: Arc<dyn AnnouncementSink> = Arc::<Heard>::clone(&heard);
    let test = TestDb::open_with(|_| {}, sink).await;
    let orphan = test.db.write((), |tx, ()| {
        Box::pin(async move {
            tx.execute("PRAGMA defer_foreign_keys = ON", params![])
                .await?;
            tx.announce(announcement("orphan"));
            tx.execute(ORPHAN, params![]).await
        })
    });
    let refused = orphan.await.unwrap_err();
    assert!(matches!(&refused, DbError::Constraint { name } if name.contains("FOREIGN KEY")));
    add_announced(&test.db, "later").await.unwrap();
    assert_eq!(heard.topics(), ["later"]);
}

/// Looks, whenever something is announced, whether another connection can see it.
struct Witness {
    path: std::path::PathBuf,
    heard: Heard,
}

impl AnnouncementSink for Witness {
    fn announce(&self, announcements: Vec<Announcement>) {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let other = Connection::open_with_flags(&self.path, flags).unwrap();
        for announcement in &announcements {
            let sql = "SELECT COUNT(*) FROM notes WHERE text = $1";
            let seen: i64 = other
                .query_row(sql, [&announcement.topic], |row| row.get(0))
                .unwrap();
            assert_eq!(
                seen, 1,
                "`{}` was announced before its commit",
                announcement.topic
            );
        }
        self.heard.announce(announcements);
    }
}

#[tokio::test]
async fn announcements_go_out_after_the_commit_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let config = vita_db::SqliteConfig::new(folder.path().join("test.db"));
    let witness = Arc::new(Witness {
        path: config.path.clone(),
        heard: Heard::default(),
    });
    let sink: Arc<dyn AnnouncementSink> = Arc::<Witness>::clone(&witness);
    let db = Db::open_sqlite(&config, sink).unwrap();
    crate::fixture::create_notes(&db).await;
    let key = hold_writer(&db).await;
    let names: Vec<String> = (0..50).map(|n| format!("note {n}")).collect();
    let mut all = pin!(join_all(names.iter().map(|name| add_announced(&db, name))));
    assert!(poll_once(all.as_mut()).await.is_none());
    key.open();
    assert!(all.await.iter().all(Result::is_ok));
    assert_eq!(witness.heard.topics(), names);
    assert_eq!(list_notes(&db).await, names);
}

/// Panics at everything that is announced.
struct Fragile;

impl AnnouncementSink for Fragile {
    fn announce(&self, _: Vec<Announcement>) {
        panic!("on purpose");
    }
}

on_both! {
    async fn a_sink_that_panics_does_not_end_the_writer(on: Backend) {
        let test = on.open_with(|_| {}, Arc::new(Fragile)).await;
        add_announced(&test.db, "first").await.unwrap();
        add_announced(&test.db, "second").await.unwrap();
        assert_eq!(list_notes(&test.db).await, ["first", "second"]);
    }
}
