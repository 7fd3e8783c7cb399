//! Opening a folder, alone, and bringing its schema up to date; closing it again.

use std::fs;
use std::io::Write as _;
use std::sync::Arc;

use rusqlite::Connection;
use vita_db::{Db, DbError, SqliteConfig, migration_names};

use crate::fixture::{TestDb, add_note, list_notes};
use vita_fixtures::{ChildTest, folder_of_child};

fn refused(config: &SqliteConfig) -> DbError {
    match Db::open_sqlite(config, Arc::new(())) {
        Ok(_) => panic!("the database was opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_folder_is_opened_once() {
    let test = TestDb::open().await;
    let second = refused(&test.config);
    assert!(matches!(&second, DbError::FolderLocked { folder } if !folder.is_empty()));
    assert!(second.to_string().contains("another process uses"));
    let other_file = SqliteConfig::new(test.folder.path().join("other.db"));
    assert!(matches!(refused(&other_file), DbError::FolderLocked { .. }));
    add_note(&test.db, "the first goes on").await.unwrap();
    let test = test.reopen(|_| {});
    assert_eq!(list_notes(&test.db).await.len(), 1);
}

/// Not a test by itself: the other process of [`a_folder_is_opened_by_one_process`].
#[tokio::test]
async fn child_tries_to_open_the_folder() {
    let Some(folder) = folder_of_child() else {
        return;
    };
    let config = SqliteConfig::new(folder.join("test.db"));
    let answer = match Db::open_sqlite(&config, Arc::new(())) {
        Ok(_) => "opened".to_owned(),
        Err(error) => error.to_string(),
    };
    let line = format!("\nanswer {answer}\n");
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

#[tokio::test]
async fn a_folder_is_opened_by_one_process() {
    let name = "opening::child_tries_to_open_the_folder";
    let test = TestDb::open().await;
    let mut child = ChildTest::start(name, test.folder.path());
    let answer = child.next_after("answer ").unwrap();
    assert!(
        answer.contains("another process uses the data folder"),
        "{answer}"
    );
    let TestDb { db, folder, .. } = test;
    drop(db);
    let mut child = ChildTest::start(name, folder.path());
    assert_eq!(child.next_after("answer ").as_deref(), Some("opened"));
}

#[tokio::test]
async fn closing_ends_every_thread_and_leaves_one_whole_file() {
    let test = TestDb::open().await;
    for n in 0..20 {
        add_note(&test.db, format!("note {n}")).await.unwrap();
    }
    let log = test.folder.path().join("test.db-wal");
    assert!(fs::metadata(&log).unwrap().len() > 0);
    let TestDb { db, config, .. } = &test;
    let clone = db.clone();
    let path = config.path.clone();
    let TestDb { db, folder, .. } = test;
    drop(db);
    assert!(log.exists(), "a clone keeps the database open");
    drop(clone);
    // SQLite empties and removes its log when the last connection is closed, and each thread has one.
    assert!(!log.exists());
    let connection = Connection::open(&path).unwrap();
    let notes: i64 = connection
        .query_row("SELECT COUNT(*) FROM notes", [], |row| row.get(0))
        .unwrap();
    assert_eq!(notes, 20);
    drop(folder);
}

#[tokio::test]
async fn an_empty_database_gets_every_migration_and_an_up_to_date_one_none() {
    let folder = tempfile::tempdir().unwrap();
    let config = SqliteConfig::new(folder.path().join("new/folder/test.db"));
    let db = Db::open_sqlite(&config, Arc::new(())).unwrap();
    let applied = db.applied_migrations().iter();
    let applied: Vec<String> = applied
        .map(|step| format!("V{}__{}", step.version, step.name))
        .collect();
    assert_eq!(applied, migration_names().collect::<Vec<_>>());
    drop(db);
    let db = Db::open_sqlite(&config, Arc::new(())).unwrap();
    assert_eq!(db.applied_migrations(), []);
}

#[tokio::test]
async fn a_database_that_is_newer_than_the_program_is_refused_and_left_alone() {
    let TestDb { db, config, folder } = TestDb::open().await;
    drop(db);
    let connection = Connection::open(&config.path).unwrap();
    let later = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
         VALUES (9999, 'later', '2030-01-01T00:00:00Z', '1')";
    connection.execute(later, []).unwrap();
    drop(connection);
    let message = refused(&config).to_string();
    assert!(message.contains("newer than this program"), "{message}");
    assert!(message.contains("V9999__later"), "{message}");
    // It is refused again, so the lock was given back and nothing was changed.
    assert_eq!(refused(&config).to_string(), message);
    drop(folder);
}

#[tokio::test]
async fn a_migration_that_was_changed_after_it_was_applied_is_told() {
    let TestDb { db, config, folder } = TestDb::open().await;
    drop(db);
    let connection = Connection::open(&config.path).unwrap();
    let changed = "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 1";
    connection.execute(changed, []).unwrap();
    drop(connection);
    let message = refused(&config).to_string();
    assert!(message.contains("V1__accounts"), "{message}");
    drop(folder);
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let config = SqliteConfig::new(folder.path().join("test.db"));
    let text = "this is a shopping list, and has been one for years. ".repeat(40);
    fs::write(&config.path, &text).unwrap();
    let error = refused(&config);
    assert!(
        matches!(&error, DbError::Open(message) if message.contains("test.db")),
        "{error}"
    );
    assert_eq!(fs::read_to_string(&config.path).unwrap(), text);
}

#[test]
fn a_folder_that_cannot_be_made_is_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = refused(&SqliteConfig::new(file.join("test.db")));
    assert!(
        matches!(&error, DbError::Open(message) if message.contains("file")),
        "{error}"
    );
}
