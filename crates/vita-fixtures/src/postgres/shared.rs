//! The cluster that all tests of a process share, and the databases in it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::OnceCell;

use super::cluster::{Cluster, ClusterRecipe};

/// Says which database the tests run on: `sqlite`, as without it, or `postgres`.
const DATABASE_VARIABLE: &str = "VITASCOPE_TEST_DATABASE";

const TEMPLATE: &str = "template_for_tests";

/// A database of a test's own in the cluster that the tests of this process share. Dropped, it is
/// removed, whoever is connected to it.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    fn named_anew() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let url = cluster().url(&name);
        Self { name, url }
    }

    /// Its address, such as `postgres://…@127.0.0.1:12345/test_7`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs statements in it as the cluster's administrator; see [`Cluster::run_sql`].
    ///
    /// # Panics
    /// When one of them fails.
    pub fn run_sql(&self, sql: &str) -> String {
        cluster().run_sql(&self.name, sql)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        cluster().drop_database(&self.name);
    }
}

/// Whether the tests were started to run on PostgreSQL, by `VITASCOPE_TEST_DATABASE=postgres`.
///
/// # Panics
/// When the variable says something unknown.
#[expect(
    clippy::disallowed_methods,
    reason = "nothing but the environment reaches every test binary that cargo starts"
)]
pub fn is_wanted() -> bool {
    match std::env::var(DATABASE_VARIABLE).as_deref() {
        Err(_) | Ok("" | "sqlite") => false,
        Ok("postgres") => true,
        Ok(other) => panic!("{DATABASE_VARIABLE} is `{other}`: say `sqlite` or `postgres`"),
    }
}

/// An empty database.
///
/// # Panics
/// When PostgreSQL is not installed or does not start.
pub fn new_empty_database() -> TestDatabase {
    let database = TestDatabase::named_anew();
    cluster().create_database(&database.name);
    database
}

/// A copy of the template, which `migrate` makes once for each process from an empty database, given
/// its address. Every test of a process gets the same tables: those of the first call.
///
/// # Panics
/// When PostgreSQL is not installed or does not start.
pub async fn new_database(migrate: impl AsyncFnOnce(&str)) -> TestDatabase {
    static MIGRATED: OnceCell<()> = OnceCell::const_new();
    MIGRATED
        .get_or_init(async || {
            let cluster = cluster();
            // One that an earlier call left behind in the middle.
            cluster.drop_database(TEMPLATE);
            cluster.create_database(TEMPLATE);
            migrate(&cluster.url(TEMPLATE)).await;
            cluster.run_sql(
                "postgres",
                &format!(
                    "ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false; \
                     SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE datname = '{TEMPLATE}'"
                ),
            );
        })
        .await;
    let database = TestDatabase::named_anew();
    cluster().copy_database(TEMPLATE, &database.name);
    database
}

/// Kept to the end of the process, whose watcher removes it.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::start(ClusterRecipe::default()))
}
