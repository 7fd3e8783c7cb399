//! Several processes over one database, played by several `Db`.

use std::sync::Arc;
use std::time::Duration;

use vita_db::{Announcement, AnnouncementSink, Db, DbError, migration_names};
use vita_fixtures::postgres::{has_postgres, new_empty_database};

use super::bench::PgBench;
use crate::fixture::{Heard, announcement, insert_note, within_a_minute};

async fn add_announced(db: &Db, text: &str) {
    let written = db.write(text.to_owned(), |tx, text| {
        Box::pin(async move {
            insert_note(tx, text).await?;
            tx.announce(announcement(text));
            Ok::<_, DbError>(())
        })
    });
    written.await.unwrap();
}

async fn until_heard(heard: &Heard, what: &str) {
    within_a_minute(async {
        while !heard.topics().iter().any(|topic| topic == what) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

/// Announces until it is heard: a listener may not be up yet.
async fn until_connected(from: &Db, to: &Heard, word: &str) {
    within_a_minute(async {
        for n in 0.. {
            add_announced(from, &format!("{word} {n}")).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
            if to.topics().iter().any(|topic| topic.starts_with(word)) {
                return;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_hear_what_was_committed_in_its_order_and_nobody_hears_himself_twice() {
    if !has_postgres() {
        return;
    }
    let (here, there) = (Arc::new(Heard::default()), Arc::new(Heard::default()));
    let sink: Arc<dyn AnnouncementSink> = Arc::<Heard>::clone(&here);
    let test = PgBench::open_with(|_| {}, sink).await;
    let sink: Arc<dyn AnnouncementSink> = Arc::<Heard>::clone(&there);
    let other = Db::open_postgres(&test.config, sink).await.unwrap();
    until_connected(&test.db, &there, "over there").await;
    until_connected(&other, &here, "over here").await;
    let names: Vec<String> = (0..50).map(|n| format!("note {n}")).collect();
    for name in &names {
        add_announced(&test.db, name).await;
    }
    add_announced(&test.db, "last").await;
    let refused = test.db.write((), |tx, ()| {
        Box::pin(async move {
            tx.announce(announcement("of what failed"));
            Err::<(), _>(DbError::MissingRow)
        })
    });
    assert_eq!(refused.await, Err(DbError::MissingRow));
    until_heard(&there, "last").await;
    let of_notes = |heard: &Heard| -> Vec<String> {
        let topics = heard.topics().into_iter();
        topics.filter(|topic| topic.starts_with("note ")).collect()
    };
    assert_eq!(of_notes(&there), names);
    // What comes back from the server is not heard once more.
    add_announced(&other, "answer").await;
    until_heard(&here, "answer").await;
    assert_eq!(of_notes(&here), names);
    assert!(!there.topics().contains(&"of what failed".to_owned()));
}

/// Counts how often it was told that it may have missed something.
#[derive(Default)]
struct Attentive {
    heard: Heard,
    missed: std::sync::atomic::AtomicU32,
}

impl AnnouncementSink for Attentive {
    fn announce(&self, announcements: Vec<Announcement>) {
        self.heard.announce(announcements);
    }

    fn missed(&self) {
        self.missed
            .fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_whose_connection_dies_comes_back_and_says_that_it_was_away() {
    if !has_postgres() {
        return;
    }
    let sink = Arc::new(Attentive::default());
    let test = PgBench::open().await;
    let attentive: Arc<dyn AnnouncementSink> = Arc::<Attentive>::clone(&sink);
    let _other = Db::open_postgres(&test.config, attentive).await.unwrap();
    until_connected(&test.db, &sink.heard, "before").await;
    test.end_connections();
    until_connected(&test.db, &sink.heard, "after").await;
    assert_eq!(sink.missed.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_together_bring_the_schema_up_to_date_once() {
    if !has_postgres() {
        return;
    }
    let database = new_empty_database();
    let config = vita_db::PostgresConfig::new(database.url());
    let opened = (0..4).map(|_| Db::open_postgres(&config, Arc::new(())));
    let opened = within_a_minute(futures_util::future::join_all(opened)).await;
    let mut applied: Vec<usize> = opened
        .into_iter()
        .map(|db| db.unwrap().applied_migrations().len())
        .collect();
    applied.sort_unstable();
    assert_eq!(applied, [0, 0, 0, migration_names().count()]);
}

#[tokio::test]
async fn a_database_that_is_newer_than_the_program_or_was_changed_is_refused() {
    if !has_postgres() {
        return;
    }
    let test = PgBench::open().await;
    let refusal = async || match Db::open_postgres(&test.config, Arc::new(())).await {
        Ok(_) => panic!("the database was opened"),
        Err(error) => error.to_string(),
    };
    test.database.run_sql(
        "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
         VALUES (9999, 'later', '2030-01-01T00:00:00Z', '1')",
    );
    let message = refusal().await;
    assert!(message.contains("newer than this program"), "{message}");
    test.database.run_sql(
        "DELETE FROM refinery_schema_history WHERE version = 9999;
         UPDATE refinery_schema_history SET checksum = '1' WHERE version = 1",
    );
    let message = refusal().await;
    assert!(message.contains("V1__accounts"), "{message}");
}
