//! A database of PostgreSQL for each test.

use std::sync::Arc;

use vita_db::{AnnouncementSink, Db, PostgresConfig};
use vita_fixtures::postgres::{TestDatabase, new_database};

use crate::fixture::create_notes;

/// A database of a test's own, with the product's schema and a table `notes`.
pub(crate) struct PgBench {
    pub(crate) db: Db,
    _database: TestDatabase,
}

impl PgBench {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}, Arc::new(())).await
    }

    pub(crate) async fn open_with(
        change: impl FnOnce(&mut PostgresConfig),
        sink: Arc<dyn AnnouncementSink>,
    ) -> Self {
        let database = new_template_copy().await;
        let mut config = PostgresConfig::new(database.url());
        change(&mut config);
        let db = Db::open_postgres(&config, sink).await.unwrap();
        Self {
            db,
            _database: database,
        }
    }
}

/// A copy of a migrated database.
pub(crate) async fn new_template_copy() -> TestDatabase {
    new_database(async |url: &str| {
        let db = Db::open_postgres(&PostgresConfig::new(url), Arc::new(())).await;
        create_notes(&db.unwrap()).await;
    })
    .await
}
