//! A database of its own for each test, and a gate that holds one of its threads.

use std::pin::{Pin, pin};
use std::sync::{Arc, Condvar, Mutex};
use std::task::Poll;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::Notify;
use vita_db::{Announcement, AnnouncementSink, Db, DbError, SqliteConfig, Tx, params};

/// A database with the product's schema and a table `notes`, in a folder that goes with it.
pub(crate) struct TestDb {
    pub(crate) db: Db,
    pub(crate) config: SqliteConfig,
    pub(crate) folder: TempDir,
}

impl TestDb {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}, Arc::new(())).await
    }

    pub(crate) async fn open_with(
        change: impl FnOnce(&mut SqliteConfig),
        sink: Arc<dyn AnnouncementSink>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = SqliteConfig::new(folder.path().join("test.db"));
        change(&mut config);
        let db = Db::open_sqlite(&config, sink).unwrap();
        create_notes(&db).await;
        Self { db, config, folder }
    }

    /// Closes the database and opens it again.
    pub(crate) fn reopen(self, change: impl FnOnce(&mut SqliteConfig)) -> Self {
        let Self {
            db,
            mut config,
            folder,
        } = self;
        drop(db);
        change(&mut config);
        let db = Db::open_sqlite(&config, Arc::new(())).unwrap();
        Self { db, config, folder }
    }
}

pub(crate) async fn create_notes(db: &Db) {
    const CREATE: &str = "CREATE TABLE IF NOT EXISTS notes (
             id   INTEGER NOT NULL PRIMARY KEY,
             text TEXT    NOT NULL UNIQUE,
             size BIGINT  CHECK (size >= 0)
         )";
    let created = db.write((), |tx, ()| {
        Box::pin(async move { tx.execute(CREATE, params![]).await })
    });
    created.await.unwrap();
}

pub(crate) async fn insert_note(tx: &mut Tx, text: &str) -> Result<(), DbError> {
    tx.execute("INSERT INTO notes (text) VALUES ($1)", params![text])
        .await
        .map(|_| ())
}

pub(crate) async fn add_note(db: &Db, text: impl Into<String>) -> Result<(), DbError> {
    db.write(text.into(), |tx, text| Box::pin(insert_note(tx, text)))
        .await
}

/// The texts of all notes, in the order in which they were added.
pub(crate) async fn list_notes(db: &Db) -> Vec<String> {
    let listed = db.read((), |tx, ()| {
        Box::pin(tx.query("SELECT text FROM notes ORDER BY id", &[], |row| row.get(0)))
    });
    let listed: Result<_, DbError> = listed.await;
    listed.unwrap()
}

/// Holds a database thread inside a transaction until the test lets it go.
#[derive(Default)]
pub(crate) struct Gate {
    entered: Notify,
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// Called in the body of a transaction.
    pub(crate) fn pass(&self) {
        self.entered.notify_one();
        let mut is_open = self.is_open.lock().unwrap();
        while !*is_open {
            is_open = self.opened.wait(is_open).unwrap();
        }
    }

    /// Waits until a body is at the gate.
    pub(crate) async fn entered(&self) {
        self.entered.notified().await;
    }
}

/// Opens its gate, at the latest when the test ends, as a closed one would hold the thread for ever.
pub(crate) struct GateKey(pub(crate) Arc<Gate>);

impl GateKey {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn open(&self) {
        *self.0.is_open.lock().unwrap() = true;
        self.0.opened.notify_all();
    }
}

impl Drop for GateKey {
    fn drop(&mut self) {
        self.open();
    }
}

/// Occupies the writer. When this answers, the writer is at the gate, and everything that is
/// written from now on waits until the gate is opened.
pub(crate) async fn hold_writer(db: &Db) -> GateKey {
    let key = GateKey::new();
    let (db, gate) = (db.clone(), Arc::clone(&key.0));
    tokio::spawn(async move {
        db.write(gate, |_, gate| {
            Box::pin(async move {
                gate.pass();
                Ok::<_, DbError>(())
            })
        })
        .await
    });
    key.0.entered().await;
    key
}

/// Polls once, which is what hands a transaction to its thread.
pub(crate) async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

/// What is announced, in order.
#[derive(Default)]
pub(crate) struct Heard(pub(crate) Mutex<Vec<String>>);

impl AnnouncementSink for Heard {
    fn announce(&self, announcements: Vec<Announcement>) {
        let topics = announcements.into_iter().map(|heard| heard.topic);
        self.0.lock().unwrap().extend(topics);
    }
}

impl Heard {
    pub(crate) fn topics(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

pub(crate) fn announcement(topic: &str) -> Announcement {
    Announcement {
        topic: topic.to_owned(),
        body: String::new(),
    }
}

/// A statement that changes something and never ends, but for its limit.
pub(crate) const ENDLESS_INSERT: &str = "INSERT INTO notes (text)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
     SELECT 'endless'
     FROM n
     WHERE i < 0";

/// A statement that only reads and never ends.
pub(crate) const ENDLESS_SELECT: &str =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";

/// Ends a test that would wait for ever.
pub(crate) async fn within_a_minute<T>(work: impl Future<Output = T>) -> T {
    let work = pin!(work);
    tokio::time::timeout(Duration::from_mins(1), work)
        .await
        .expect("it ends within a minute")
}
