//! A database of PostgreSQL for each test.

use std::sync::Arc;

use vita_db::{AnnouncementSink, Db, DbError, PostgresConfig, params};
use vita_fixtures::postgres::{Cluster, TestDatabase, new_database, wait_for};

use crate::fixture::create_notes;

/// A database of a test's own, with the product's schema and a table `notes`.
pub(crate) struct PgBench {
    pub(crate) db: Db,
    pub(crate) config: PostgresConfig,
    pub(crate) database: TestDatabase,
}

impl PgBench {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}, Arc::new(())).await
    }

    pub(crate) async fn open_with(
        change: impl FnOnce(&mut PostgresConfig),
        sink: Arc<dyn AnnouncementSink>,
    ) -> Self {
        let database = new_template_copy();
        let mut config = PostgresConfig::new(database.url());
        change(&mut config);
        let db = Db::open_postgres(&config, sink).await.unwrap();
        Self {
            db,
            config,
            database,
        }
    }

    /// Ends all connections of the product, as an administrator can.
    pub(crate) fn end_connections(&self) {
        self.database.run_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'vitascope'",
        );
    }

    /// How many connections the product has.
    pub(crate) fn count_connections(&self) -> usize {
        let count = self.database.run_sql(
            "SELECT COUNT(*) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'vitascope'",
        );
        count.trim().parse().unwrap()
    }
}

/// A copy of a migrated database.
pub(crate) fn new_template_copy() -> TestDatabase {
    new_database(|url| {
        let config = PostgresConfig::new(url);
        wait_for(async move {
            let db = Db::open_postgres(&config, Arc::new(())).await;
            create_notes(&db.unwrap()).await;
        });
    })
}

/// The product's tables and `notes` in a cluster of the test's own.
pub(crate) async fn open_in(cluster: &Cluster, config: &PostgresConfig) -> Db {
    let db = Db::open_postgres(config, Arc::new(())).await;
    let db = db.unwrap_or_else(|error| panic!("port {}: {error}", cluster.port()));
    create_notes(&db).await;
    db
}

/// Looks a note up over the shared connections.
pub(crate) async fn look_up(db: &Db, text: &str) -> Result<Option<i64>, DbError> {
    db.read_point(
        "SELECT id FROM notes WHERE text = $1",
        text.to_owned(),
        |text| vec![vita_db::ToParam::to_param(text)],
        |row| row.get(0),
    )
    .await
}

/// Runs a statement that sleeps on the server.
pub(crate) async fn sleep_on_server(db: &Db, seconds: f64) -> Result<(), DbError> {
    db.read(seconds, |tx, seconds| {
        Box::pin(async move {
            let sql = "SELECT CAST(pg_sleep($1) AS TEXT)";
            tx.query_one(sql, params![*seconds], |_| Ok(())).await
        })
    })
    .await
}
