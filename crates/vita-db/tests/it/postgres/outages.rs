//! A server that goes away while it is used, and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use vita_db::{Db, DbError, PostgresConfig};
use vita_fixtures::postgres::{Cluster, ClusterRecipe, Durability, has_postgres};

use super::bench::{look_up, open_in};
use crate::fixture::{add_note, list_notes, within_a_minute};

/// As long as one caller waits for a connection by default: together, those who don't wait take less.
const NOBODY_WAITED: Duration = Duration::from_secs(5);

fn durable_cluster() -> (Cluster, PostgresConfig) {
    let cluster = Cluster::start(ClusterRecipe {
        durability: Durability::Full,
        ..ClusterRecipe::default()
    });
    cluster.create_database("outage");
    let config = PostgresConfig::new(cluster.url("outage"));
    (cluster, config)
}

/// Writes until it is told to stop; answers what was acknowledged, and what may have been written.
async fn write_on(db: Db, writer: usize, is_over: Arc<AtomicBool>) -> (Vec<String>, Vec<String>) {
    let (mut acknowledged, mut unknown) = (Vec::new(), Vec::new());
    for n in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let text = format!("{writer}-{n}");
        match add_note(&db, text.as_str()).await {
            Ok(()) => acknowledged.push(text),
            Err(DbError::OutcomeUnknown) => unknown.push(text),
            Err(error) => {
                assert!(error.is_transient(), "{error}");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }
    (acknowledged, unknown)
}

async fn until_it_serves(db: &Db) {
    within_a_minute(async {
        while look_up(db, "nothing").await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_killed_server_and_all_goes_on_by_itself() {
    if !has_postgres() {
        return;
    }
    let (mut cluster, config) = durable_cluster();
    let db = open_in(&cluster, &config).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8)
        .map(|writer| tokio::spawn(write_on(db.clone(), writer, Arc::clone(&is_over))))
        .collect();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cluster.kill9();
        // Gone for a while: everybody is refused, and nobody waits.
        let begun = Instant::now();
        for _ in 0..20 {
            let refused = look_up(&db, "nothing").await.unwrap_err();
            assert!(refused.is_transient(), "{refused}");
        }
        assert!(begun.elapsed() < NOBODY_WAITED, "{:?}", begun.elapsed());
        cluster.restart();
        until_it_serves(&db).await;
    }
    is_over.store(true, Ordering::Relaxed);
    let mut acknowledged = Vec::new();
    let mut unknown = Vec::new();
    for writer in writers {
        let (sure, perhaps) = within_a_minute(writer).await.unwrap();
        acknowledged.extend(sure);
        unknown.extend(perhaps);
    }
    assert!(acknowledged.len() > 20, "{} written", acknowledged.len());
    let found = list_notes(&db).await;
    for text in &acknowledged {
        assert!(found.contains(text), "lost {text}");
    }
    for text in &found {
        let is_known = acknowledged.contains(text) || unknown.contains(text);
        assert!(is_known, "{text} was refused and written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stands_still_is_found_out_and_forgiven() {
    if !has_postgres() {
        return;
    }
    let (cluster, mut config) = durable_cluster();
    config.statement_timeout = Duration::from_millis(300);
    config.connect_timeout = Duration::from_millis(300);
    config.point_timeout = Duration::from_millis(200);
    let db = open_in(&cluster, &config).await;
    add_note(&db, "before").await.unwrap();
    until_it_serves(&db).await;
    cluster.freeze();
    let first = within_a_minute(look_up(&db, "before")).await.unwrap_err();
    assert!(first.is_transient(), "{first}");
    // Once that is known, nobody waits any more.
    within_a_minute(async {
        while !matches!(
            add_note(&db, "during").await,
            Err(DbError::Unavailable { .. })
        ) {}
    })
    .await;
    let begun = Instant::now();
    for _ in 0..10 {
        let refused = add_note(&db, "during").await.unwrap_err();
        assert!(matches!(refused, DbError::Unavailable { .. }), "{refused}");
    }
    assert!(begun.elapsed() < NOBODY_WAITED, "{:?}", begun.elapsed());
    cluster.thaw();
    until_it_serves(&db).await;
    within_a_minute(async {
        while add_note(&db, "after").await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(list_notes(&db).await, ["before", "after"]);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_at_the_start_without_the_password() {
    let url = "postgres://somebody:secret@127.0.0.1:1/nothing";
    let refused = Db::open_postgres(&PostgresConfig::new(url), Arc::new(())).await;
    let Err(DbError::Open(message)) = refused else {
        panic!("there is no server at port 1");
    };
    assert!(message.contains("127.0.0.1:1"), "{message}");
    assert!(!message.contains("secret"), "{message}");
}

#[tokio::test]
async fn a_server_without_room_for_more_of_us_is_busy_and_not_gone() {
    if !has_postgres() {
        return;
    }
    let cluster = Cluster::start(ClusterRecipe {
        settings: vec![
            "max_connections=6".to_owned(),
            "superuser_reserved_connections=1".to_owned(),
        ],
        ..ClusterRecipe::default()
    });
    cluster.create_database("small");
    let mut config = PostgresConfig::new(cluster.url("small"));
    config.point_connections = 0;
    let db = open_in(&cluster, &config).await;
    let asked = (0..12).map(|_| super::bench::sleep_on_server(&db, 0.3));
    let answers = within_a_minute(futures_util::future::join_all(asked)).await;
    let served = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(served >= 2, "{answers:?}");
    let is_fine = |answer: &Result<(), DbError>| match answer {
        Ok(()) | Err(DbError::Saturated { .. }) => true,
        Err(_) => false,
    };
    assert!(answers.iter().all(is_fine), "{answers:?}");
    assert!(served < 12, "the server had room for all");
    add_note(&db, "afterwards").await.unwrap();
}
