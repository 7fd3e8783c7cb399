//! A database of either kind for a test that holds on both.

use std::sync::Arc;
use std::time::Duration;

use vita_db::{AnnouncementSink, Db};

use crate::fixture::TestDb;
use crate::postgres::PgBench;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// The limits that both have.
pub(crate) struct Limits {
    pub(crate) acquire_timeout: Duration,
    pub(crate) statement_timeout: Duration,
    pub(crate) queue_max: usize,
    /// Reads at once, and on PostgreSQL writes, too.
    pub(crate) at_once: usize,
}

/// An open database with the product's tables and `notes`.
pub(crate) struct Bench {
    pub(crate) db: Db,
    _kept: Kept,
}

#[expect(dead_code, reason = "it goes when the test is over")]
enum Kept {
    Sqlite(TestDb),
    Postgres(PgBench),
}

impl Backend {
    pub(crate) async fn open(self) -> Bench {
        self.open_with(|_| {}, Arc::new(())).await
    }

    pub(crate) async fn open_with(
        self,
        change: impl FnOnce(&mut Limits),
        sink: Arc<dyn AnnouncementSink>,
    ) -> Bench {
        let mut limits = Limits {
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            queue_max: 4_096,
            at_once: 4,
        };
        change(&mut limits);
        match self {
            Self::Sqlite => Self::open_sqlite(&limits, sink).await,
            Self::Postgres => Self::open_postgres(&limits, sink).await,
        }
    }

    async fn open_sqlite(limits: &Limits, sink: Arc<dyn AnnouncementSink>) -> Bench {
        let change = |config: &mut vita_db::SqliteConfig| {
            config.acquire_timeout = limits.acquire_timeout;
            config.statement_timeout = limits.statement_timeout;
            config.queue_max = limits.queue_max;
            config.readers = limits.at_once;
        };
        let test = TestDb::open_with(change, sink).await;
        Bench {
            db: test.db.clone(),
            _kept: Kept::Sqlite(test),
        }
    }

    async fn open_postgres(limits: &Limits, sink: Arc<dyn AnnouncementSink>) -> Bench {
        let change = |config: &mut vita_db::PostgresConfig| {
            config.acquire_timeout = limits.acquire_timeout;
            config.statement_timeout = limits.statement_timeout;
            config.point_timeout = limits.statement_timeout;
            config.queue_max = limits.queue_max;
            config.connections_max = limits.at_once;
        };
        let test = PgBench::open_with(change, sink).await;
        Bench {
            db: test.db.clone(),
            _kept: Kept::Postgres(test),
        }
    }
}

/// Makes two tests of each function: `on_sqlite` and `on_postgres`.
macro_rules! on_both {
    ($($(#[$about:meta])* async fn $name:ident($on:ident: Backend) $body:block)*) => {$(
        $(#[$about])*
        mod $name {
            use super::*;

            async fn check($on: Backend) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                check(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                if vita_fixtures::postgres::has_postgres() {
                    check(Backend::Postgres).await;
                }
            }
        }
    )*};
}
pub(crate) use on_both;
